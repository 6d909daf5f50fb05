"""X-Wing (draft-connolly-cfrg-xwing-kem-10) and HPKE (RFC 9180) on it, for opening only."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from .primitives import aead_open, hkdf_expand
from .refused import NotOpened

LABEL = b"\\.//^\\"
CIPHERTEXT = 1088
ENCAPSULATED = CIPHERTEXT + 32
# KEM X-Wing, KDF HKDF-SHA256, AEAD ChaCha20-Poly1305.
SUITE = b"HPKE" + bytes.fromhex("647a 0001 0003")


class XWing:
    """A key pair, from its seed of 32 bytes."""

    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._x_public = self._x25519.public_key().public_bytes_raw()
        self.public = self._mlkem.public_key().public_bytes_raw() + self._x_public

    def decapsulate(self, encapsulated):
        """The secret that the sender and this key share."""
        if len(encapsulated) != ENCAPSULATED:
            raise NotOpened("not 1120 bytes")
        ciphertext, x_public = encapsulated[:CIPHERTEXT], encapsulated[CIPHERTEXT:]
        try:
            x_shared = self._x25519.exchange(X25519PublicKey.from_public_bytes(x_public))
        except ValueError as error:
            raise NotOpened("a point of small order") from error
        mixed = self._mlkem.decapsulate(ciphertext) + x_shared + x_public + self._x_public + LABEL
        return hashlib.sha3_256(mixed).digest()


def hpke_open(seed, encapsulated, info, context, sealed):
    """Opens a single message in base mode."""
    shared = XWing(seed).decapsulate(encapsulated)
    schedule = b"\0" + _extract(b"", b"psk_id_hash", b"") + _extract(b"", b"info_hash", info)
    secret = _extract(shared, b"secret", b"")
    key = _expand(secret, b"key", schedule, 32)
    nonce = _expand(secret, b"base_nonce", schedule, 12)
    return aead_open(key, nonce, context, sealed)


def _extract(salt, label, ikm):
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + SUITE + label + ikm, "sha256")


def _expand(secret, label, info, size):
    return hkdf_expand(secret, size.to_bytes(2, "big") + b"HPKE-v1" + SUITE + label + info, size)
