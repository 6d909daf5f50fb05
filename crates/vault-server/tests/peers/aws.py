"""Fills a moto with users, keys and secrets of Coffer's tests, from then on checks signatures, and prints what is there."""

import base64
import json
import os
import sys
import urllib.request
import ssl

import boto3

ENDPOINT, CA = sys.argv[1:]
DIGITS = "0123456789abcdef" * 4
CONTEXT = {"purpose": "coffer-server"}
MAY_READ = {"Effect": "Allow", "Action": ["kms:Decrypt", "secretsmanager:GetSecretValue"], "Resource": "*"}


def client(service):
    os.environ.update(AWS_ACCESS_KEY_ID="setup", AWS_SECRET_ACCESS_KEY="setup")
    return boto3.client(service, region_name="eu-central-1", endpoint_url=ENDPOINT, verify=CA)


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def user(name, *statements):
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"access": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def encrypt(key, plain, context=CONTEXT):
    blob = kms.encrypt(KeyId=key, Plaintext=plain, EncryptionContext=context)["CiphertextBlob"]
    return base64.b64encode(blob).decode()


iam, kms, sts, secrets = map(client, ("iam", "kms", "sts", "secretsmanager"))
trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
role = iam.create_role(RoleName="coffer", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
iam.put_role_policy(RoleName="coffer", PolicyName="p", PolicyDocument=policy(MAY_READ))
assumed = sts.assume_role(RoleArn=role, RoleSessionName="coffer")["Credentials"]
first, second = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
versions = [secrets.create_secret(Name="coffer/kek", SecretString=DIGITS)["VersionId"]]
versions.append(secrets.put_secret_value(SecretId="coffer/kek", SecretString=DIGITS[::-1] + "\n")["VersionId"])
secrets.create_secret(Name="short", SecretString="abcdef")
secrets.create_secret(Name="binary", SecretBinary=b"1" * 64)
print(
    json.dumps(
        {
            "reader": user("reader", MAY_READ),
            "stranger": user("stranger"),
            "role": {
                "access": assumed["AccessKeyId"],
                "secret": assumed["SecretAccessKey"],
                "token": assumed["SessionToken"],
            },
            "keys": [first, second],
            "encrypted": [encrypt(first, bytes(range(32))), encrypt(second, bytes(range(32, 64)))],
            "short": encrypt(first, bytes(31)),
            "other_context": encrypt(first, bytes(32), {"purpose": "another"}),
            "versions": versions,
        }
    )
)
request = urllib.request.Request(f"{ENDPOINT}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
urllib.request.urlopen(request, context=ssl.create_default_context(cafile=CA)).read()
