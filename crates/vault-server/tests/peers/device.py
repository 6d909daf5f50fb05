"""A device in Python: makes proofs (DPoP, RFC 9449) with PyJWT and cryptography. Its configuration is in the environment."""

import base64
import hashlib
import json
import os
import ssl
import urllib.error
import urllib.request
import uuid

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ADDRESS = os.environ["PEER_ADDRESS"]
ISSUER = os.environ["PEER_ISSUER"]
TOKEN = os.environ["PEER_TOKEN"]
TLS = ssl.create_default_context(cafile=os.environ["PEER_CA"])


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    def __init__(self, seed):
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64(public)}

    def thumbprint(self):
        """RFC 7638: the members in the order of their names, without space."""
        text = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        return b64(hashlib.sha256(text.encode()).digest())

    def prove(self, method, path, nonce, token=TOKEN, **changes):
        claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": ISSUER + path, "iat": 1}
        if nonce:
            claims["nonce"] = nonce
        if token:
            claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
        claims.update(changes)
        return jwt.encode(claims, self.key, algorithm="EdDSA", headers={"typ": "dpop+jwt", "jwk": self.jwk})


def request(method, path, headers=(), body=None):
    """The status, the headers and the body of an answer."""
    sent = urllib.request.Request(ADDRESS + path, method=method, data=body, headers=dict(headers))
    try:
        with urllib.request.urlopen(sent, context=TLS) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


OWN = Device(bytes.fromhex(os.environ["PEER_SEED"]))
