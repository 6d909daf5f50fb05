"""Verifies the server's access token with the published key, and has the server verify proofs."""

import json

import jwt

from device import ISSUER, OWN, TOKEN, Device, request

status, headers, body = request("GET", "/v1/jwks.json")
assert status == 200, status
keys = jwt.PyJWKSet.from_dict(json.loads(body))

# The token is a JWT for access (RFC 9068) by the issuer for itself, for some minutes, of this device.
header = jwt.get_unverified_header(TOKEN)
assert header["alg"] == "EdDSA" and header["typ"] == "at+jwt", header
required = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"]
claims = jwt.decode(
    TOKEN, keys[header["kid"]].key, algorithms=["EdDSA"], audience=ISSUER, issuer=ISSUER, options={"require": required}
)
assert 0 < claims["exp"] - claims["iat"] <= 600, claims
assert claims["cnf"] == {"jkt": OWN.thumbprint()}, claims
for key in keys.keys:
    other = jwt.decode(TOKEN, key.key, algorithms=["EdDSA"], options={"verify_aud": False})
    assert other == claims
start, _, end = TOKEN.rpartition(".")
for forged in [start + "." + ("A" if end[0] != "A" else "B") + end[1:], start + "."]:
    try:
        jwt.decode(forged, keys[header["kid"]].key, algorithms=["EdDSA"], audience=ISSUER)
        raise AssertionError("a forged token is accepted here")
    except jwt.InvalidTokenError:
        pass


def call(path, proof, token=TOKEN, method="GET"):
    status, headers, body = request(method, path, {"Authorization": "DPoP " + token, "DPoP": proof})
    code = json.loads(body)["code"] if status >= 400 else None
    return status, code, headers["DPoP-Nonce"]


def expect(expected, found):
    assert found[:2] == expected, f"{expected} expected, not {found}"


# Without a nonce, or with a wrong one, the answer has the one to use.
PATH = "/v1/sessions"
expect((401, "proof-nonce"), call(PATH, OWN.prove("GET", PATH, None)))
status, code, nonce = call(PATH, OWN.prove("GET", PATH, "x" * 22))
assert (status, code) == (401, "proof-nonce") and nonce
proof = OWN.prove("GET", PATH, nonce)
expect((200, None), call(PATH, proof))
# The nonce is valid for more than one proof; what reads only may be repeated, what changes the account may not.
expect((200, None), call(PATH, OWN.prove("GET", PATH, nonce)))
expect((200, None), call(PATH, proof))
once = OWN.prove("GET", "/v1/account/keyset", nonce)
expect((200, None), call("/v1/account/keyset", once))
expect((401, "proof-invalid"), call("/v1/account/keyset", once))

invalid = (401, "proof-invalid")
for changes in [
    {"htm": "POST"},
    {"htu": ISSUER + "/v1/devices"},
    {"htu": ISSUER + PATH + "?x"},
    {"htu": "https://other.test" + PATH},
    {"ath": None},
    {"ath": "A" * 43},
    {"jti": ""},
    {"iat": "now"},
]:
    expect(invalid, call(PATH, OWN.prove("GET", PATH, nonce, **changes)))
# Another device's proof, and proofs whose header is another one.
expect(invalid, call(PATH, Device(b"\7" * 32).prove("GET", PATH, nonce)))
expect(invalid, call(PATH, jwt.encode({"jti": "1"}, OWN.key, algorithm="EdDSA", headers={"jwk": OWN.jwk})))
claims = jwt.decode(proof, options={"verify_signature": False})
for headers in [
    {"typ": "JWT", "jwk": OWN.jwk},
    {"typ": "dpop+jwt"},
    {"typ": "dpop+jwt", "jwk": Device(b"\7" * 32).jwk},
    {"typ": "dpop+jwt", "jwk": {**OWN.jwk, "crv": "X25519"}},
]:
    expect(invalid, call(PATH, jwt.encode(claims, OWN.key, algorithm="EdDSA", headers=headers)))
mac = jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"typ": "dpop+jwt", "jwk": OWN.jwk})
expect(invalid, call(PATH, mac))
none = jwt.encode(claims, None, algorithm="none", headers={"typ": "dpop+jwt", "jwk": OWN.jwk})
expect(invalid, call(PATH, none))
# The token must be as it was issued, also with a proof for the changed one.
for forged in [TOKEN[:-8], start + ".", TOKEN + "A"]:
    expect((401, "token-invalid"), call(PATH, OWN.prove("GET", PATH, nonce, forged), forged))
print("tokens and proofs agree")
