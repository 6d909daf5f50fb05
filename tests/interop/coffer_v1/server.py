"""A device of an account, at a real server: connections, sign-in, and reading."""

import base64
import hashlib
import http.client
import json
import secrets
import socket
import ssl
import time
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import cbor, json_messages, messages, opaque, password
from .account import Enrolment, open_account
from .devices import device_id
from .primitives import labelled, sha
from .refused import Contradiction, Malformed, Refused
from .xwing import XWing

PATIENCE = 60


class Problem(Refused):
    """The server answered with an error."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Connection:
    """Requests to the server of a connect code, and to no other: nothing is sent before its key was compared."""

    def __init__(self, code):
        self._code, self.issuer = code, code.issuer
        self._key = Ed25519PrivateKey.generate()
        self.sign = self._key.public_key().public_bytes_raw()
        self._nonce, self._kept = None, None
        self.access = None
        discovery = json_messages.read("discovery", self.get("/.well-known/coffer").decode())
        if discovery["issuer"] != self.issuer or 1 not in discovery["versions"]["api"]:
            raise Contradiction("another server, or one of other versions")

    def signed(self, label, *parts):
        """A signature of the device."""
        return self._key.sign(labelled(label, *parts))

    def get(self, path, most=messages.PAGE):
        """Reads a route."""
        return self._request("GET", path, most=most)

    def post(self, path, message=None, **members):
        """Sends a message in JSON and reads the answer to it."""
        answer = self._request("POST", path, json.dumps(members).encode(), "application/json")
        return json_messages.read(message, answer.decode()) if message else answer

    def _request(self, method, path, body=None, media=None, most=messages.PAGE):
        for _ in range(2):
            try:
                return self._once(method, path, body, media, most)
            except Problem as problem:
                if problem.code != "proof-nonce":
                    raise
        raise Problem("proof-nonce")

    def _once(self, method, path, body, media, most):
        headers = {"DPoP": self._proof(method, path)}
        if media:
            headers["Content-Type"] = media
        if self.access:
            headers["Authorization"] = f"DPoP {self.access}"
        connection = self._connected()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self._nonce = answer.getheader("DPoP-Nonce", self._nonce)
        data = answer.read(most + 1)
        if len(data) > most:
            raise Malformed("longer than allowed")
        if answer.status >= 400:
            raise Problem(json_messages.read("problem", data.decode())["code"])
        return data

    def _connected(self):
        """A connection to the pinned key; one that is kept if it is still open."""
        if self._kept and self._kept.sock:
            return self._kept
        address = urllib.parse.urlsplit(self._code.address)
        context = ssl.create_default_context()
        if self._code.key:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            address.hostname, address.port or 443, timeout=PATIENCE, context=context
        )
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._code.key:
            certificate = x509.load_der_x509_certificate(connection.sock.getpeercert(binary_form=True))
            key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            if sha(key) != self._code.key:
                connection.close()
                raise Contradiction("the server has another key")
        self._kept = connection
        return connection

    def _proof(self, method, path):
        header = {"typ": "dpop+jwt", "alg": "EdDSA", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": base64url(self.sign)}}
        claims = {
            "jti": base64url(secrets.token_bytes(16)),
            "htm": method,
            "htu": self.issuer + path.partition("?")[0],
            "iat": int(time.time()),
        }
        if self._nonce:
            claims["nonce"] = self._nonce
        if self.access:
            claims["ath"] = base64url(hashlib.sha256(self.access.encode()).digest())
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        return f"{text}.{base64url(self._key.sign(text.encode()))}"


class Account:
    """An account that a new device has signed in to and opened. The device ends with `sign_out`."""

    def __init__(self, code, login, text, secret_key):
        self.connection = Connection(code)
        known = self.connection.post("/v1/auth/login/params", "login-params-reply", login=login)
        self.id = bytes.fromhex(known["account_id"])
        costs = known["kdf"]["m_kib"], known["kdf"]["t"], known["kdf"]["p"]
        joined = password.account_stretched(text, password.read_secret_key(secret_key), *costs)
        export_key, step = self._sign_in(opaque.Login(password.opaque_password(joined, *costs)))
        if "device" in step:
            step = self._add_device(step["device"]["state"])
        if "done" not in step:
            raise Refused("a second factor is asked for, which this reader does not have")
        self.connection.access = step["done"]["tokens"]["access"]
        self._open(password.account_unlock_key(joined, export_key, self.id, *costs), costs)

    def _sign_in(self, login):
        ke1 = base64url(login.ke1)
        reply = self.connection.post("/v1/auth/login/start", "login-start-reply", account_id=self.id.hex(), ke1=ke1)
        ke3, export_key = login.finish(json_messages.bytes_of(reply["ke2"]), self.id, self.connection.issuer.encode())
        finish = {"state": reply["state"], "ke3": base64url(ke3)}
        return export_key, self.connection.post("/v1/auth/login/finish", "login-step", **finish)

    def _add_device(self, state):
        """Adds this device, with keys that nobody else has."""
        kem = XWing(secrets.token_bytes(32)).public
        keys = cbor.encode([1, self.id, self.connection.sign, kem, int(time.time() * 1000)])
        device = base64url(cbor.encode([keys, self.connection.signed("device", keys)]))
        return self.connection.post("/v1/devices", "login-step", state=state, device=device)

    def _open(self, unlock_key, costs):
        """Opens what the server keeps of the account, after the root's statement of it."""
        stored = json_messages.read("keyset", self.connection.get("/v1/account/keyset").decode())
        if (stored["kdf"]["m_kib"], stored["kdf"]["t"], stored["kdf"]["p"]) != costs:
            raise Contradiction("other costs than at the sign-in")
        parts = {name: json_messages.bytes_of(stored[name]) for name in stored.keys() - {"kdf"}}
        Enrolment(parts["statement"], self.id, self.connection.issuer, 0)
        opened = open_account(unlock_key, self.id, parts["certificate"], parts["keyset"], parts["root_box"])
        self.keyset = opened[1]

    def devices(self):
        """The ids of the account's devices, and which this one is."""
        listed = json_messages.read("device-list", self.connection.get("/v1/devices").decode())["devices"]
        own = device_id(self.connection.sign).hex()
        if [one["device_id"] for one in listed if one["current"]] != [own]:
            raise Contradiction("this device is not among them")
        return [one["device_id"] for one in listed]

    def sign_out(self):
        """Ends the login session."""
        self.connection.post("/v1/auth/logout", scope="this")
