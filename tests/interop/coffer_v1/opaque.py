"""Sign-in by OPAQUE-3DH (RFC 9807) with ristretto255, SHA-512 and no stretching of its own: the client."""

import hashlib
import hmac
import secrets

from . import ristretto
from .refused import Malformed, NotOpened

CONTEXT = b"coffer/v1/opaque"
OPRF = b"OPRFV1-\0-ristretto255-SHA512"
NONCE, KEY, MAC = 32, 32, 64


def extract(ikm):
    """HKDF-Extract without salt."""
    return hmac.digest(bytes(64), ikm, "sha512")


def expand(key, info, size=64):
    """HKDF-Expand."""
    block, out = b"", b""
    while len(out) < size:
        block = hmac.digest(key, block + info + bytes([len(out) // 64 + 1]), "sha512")
        out += block
    return out[:size]


def prefixed(data):
    """Bytes with their length before them."""
    return len(data).to_bytes(2, "big") + data


def derived_secret(key, label, transcript_hash):
    """A secret of the key exchange."""
    label = b"OPAQUE-" + label
    return expand(key, (64).to_bytes(2, "big") + bytes([len(label)]) + label + bytes([len(transcript_hash)]) + transcript_hash)


def derive_private_key(seed, purpose=b"OPAQUE-DeriveDiffieHellmanKeyPair"):
    """The private key of a seed."""
    for counter in range(256):
        key = ristretto.hash_to_scalar(seed + prefixed(purpose) + bytes([counter]), b"DeriveKeyPair" + OPRF)
        if key:
            return key
    raise Malformed("no key of this seed")


def random_scalar():
    return secrets.randbelow(ristretto.ORDER - 1) + 1


class Login:
    """One sign-in: `ke1` is sent, the answer is given to `finish`."""

    def __init__(self, password):
        self._password = password
        self._blind, self._secret = random_scalar(), random_scalar()
        blinded = self._blind * ristretto.hash_to_group(password, b"HashToGroup-" + OPRF)
        share = self._secret * ristretto.GENERATOR
        self.ke1 = blinded.encode() + secrets.token_bytes(NONCE) + share.encode()

    def finish(self, ke2, client, server):
        """Checks the server's answer; returns the last message and the export key."""
        parts, at = [], 0
        for size in (32, NONCE, KEY + NONCE + MAC, NONCE, 32, MAC):
            parts.append(ke2[at : at + size])
            at += size
        if at != len(ke2):
            raise Malformed("another length")
        evaluated, masking_nonce, masked, _, share, mac = parts
        randomized = self._randomized_password(evaluated)
        masking_key = expand(randomized, b"MaskingKey")
        pad = expand(masking_key, masking_nonce + b"CredentialResponsePad", len(masked))
        unmasked = bytes(a ^ b for a, b in zip(masked, pad))
        server_key, envelope, tag = unmasked[:KEY], unmasked[KEY : KEY + NONCE], unmasked[KEY + NONCE :]
        auth_key = expand(randomized, envelope + b"AuthKey")
        credentials = envelope + server_key + prefixed(server) + prefixed(client)
        if not hmac.compare_digest(hmac.digest(auth_key, credentials, "sha512"), tag):
            raise NotOpened("the password or the Secret Key is wrong")
        private = derive_private_key(expand(randomized, envelope + b"PrivateKey", 32))
        shared = self._secret * ristretto.decode(share), self._secret * ristretto.decode(server_key)
        shared += (private * ristretto.decode(share),)
        preamble = b"OPAQUEv1-" + prefixed(CONTEXT) + prefixed(client) + self.ke1 + prefixed(server) + ke2[:-MAC]
        secret = extract(b"".join(one.encode() for one in shared))
        handshake = derived_secret(secret, b"HandshakeSecret", hashlib.sha512(preamble).digest())
        expected = hmac.digest(derived_secret(handshake, b"ServerMAC", b""), hashlib.sha512(preamble).digest(), "sha512")
        if not hmac.compare_digest(expected, mac):
            raise NotOpened("the server does not know the registration")
        transcript = hashlib.sha512(preamble + expected).digest()
        ke3 = hmac.digest(derived_secret(handshake, b"ClientMAC", b""), transcript, "sha512")
        return ke3, expand(randomized, envelope + b"ExportKey")

    def _randomized_password(self, evaluated):
        unblinded = (pow(self._blind, -1, ristretto.ORDER) * ristretto.decode(evaluated)).encode()
        output = hashlib.sha512(prefixed(self._password) + prefixed(unblinded) + b"Finalize").digest()
        # The output, and the output stretched by the identity.
        return extract(output + output)
