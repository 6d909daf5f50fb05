"""The cryptographic ground: labels, hashes, the envelope, signatures, padding."""

import hashlib
import hmac

from Crypto.Cipher import ChaCha20_Poly1305
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from . import cbor
from .refused import BadSignature, NotOpened

PRIME = 2**255 - 19
# The points of small order, in the encodings that a point decoder may take: y is 0, 1, -1 or one of the two of order 8.
SMALL_Y = {
    0,
    1,
    PRIME - 1,
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
}


def labelled(label, *parts):
    """An array that begins with the text that names its purpose."""
    return cbor.encode(["coffer/v1/" + label, *parts])


def sha(data):
    """SHA-256."""
    return hashlib.sha256(data).digest()


def H(label, *parts):
    """SHA-256 of a labelled array."""
    return sha(labelled(label, *parts))


def hkdf(ikm, info, salt=b"", size=32):
    """HKDF-SHA-256 (RFC 5869)."""
    key = hmac.digest(salt or bytes(32), ikm, "sha256")
    return hkdf_expand(key, info, size)


def hkdf_expand(key, info, size):
    """The second half of HKDF-SHA-256."""
    block, out = b"", b""
    while len(out) < size:
        block = hmac.digest(key, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:size]


def aead_open(key, nonce, context, sealed):
    """XChaCha20-Poly1305 with a nonce of 24 bytes, ChaCha20-Poly1305 with one of 12."""
    if len(sealed) < 16:
        raise NotOpened("too short to be sealed")
    cipher = ChaCha20_Poly1305.new(key=key, nonce=nonce)
    cipher.update(context)
    try:
        return cipher.decrypt_and_verify(sealed[:-16], sealed[-16:])
    except ValueError as error:
        raise NotOpened("another key, another place, or changed") from error


def unseal(key, context, sealed):
    """Opens the envelope; `context` is an encoded array."""
    if len(sealed) < 73 or sealed[0] != 1:
        raise NotOpened("not an envelope of version 1")
    nonce = sealed[1:25]
    okm = hkdf(key, labelled("seal", sha(context)), nonce, 64)
    if not hmac.compare_digest(sealed[25:57], okm[32:]):
        raise NotOpened("sealed under another key or for another place")
    return aead_open(okm[:32], nonce, context, sealed[57:])


def verify(public_key, signature, label, *parts):
    """Checks a signature strictly: no small order, nothing that has two encodings."""
    for point in (public_key, signature[:32]):
        y = int.from_bytes(point, "little") & (1 << 255) - 1
        if y >= PRIME or y in SMALL_Y:
            raise BadSignature("a point of small order, or not in its only encoding")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, labelled(label, *parts))
    except (InvalidSignature, ValueError) as error:
        raise BadSignature(label) from error


def public(seed):
    """The public key of a signing key."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def unpad(padded, least=1024):
    """Takes the padding off an item's payload, or off a name."""
    payload = padded.rstrip(b"\0")
    if not payload or payload[-1] != 0x80:
        raise NotOpened("not padded")
    size = least
    while size < len(payload):
        size *= 2
    if len(padded) != size:
        raise NotOpened("padded to another length")
    return payload[:-1]


def unpad_name(padded):
    """The name that a device or a joining account sealed."""
    content = unpad(padded, 256)
    _, name = cbor.items(cbor.read(content, 255), cbor.VERSION, cbor.text(128))
    return name
