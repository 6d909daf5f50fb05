"""Devices of an account: their keys, names and revocations, and what is sealed for one of them."""

import base64

from . import cbor
from .primitives import hkdf, labelled, sha, unpad_name, unseal, verify
from .refused import Contradiction
from .xwing import ENCAPSULATED, hpke_open


def device_id(sign):
    """The thumbprint of a device's key (RFC 7638)."""
    x = base64.urlsafe_b64encode(sign).rstrip(b"=")
    return sha(b'{"crv":"Ed25519","kty":"OKP","x":"' + x + b'"}')


class Device:
    """A device's statement of its keys, signed by itself, for an account."""

    def __init__(self, signed, account, device):
        data, signature = cbor.items(cbor.read(signed), cbor.upto(1400), cbor.SIGNATURE)
        _, named, self.sign, self.kem, self.made_at = cbor.items(
            cbor.read(data), cbor.VERSION, cbor.ID, cbor.KEY, cbor.exactly(1216), cbor.uint
        )
        if (named, device_id(self.sign)) != (account, device):
            raise Contradiction("of another account or device")
        verify(self.sign, signature, "device", data)


def open_device_box(kem_seed, account, device, purpose, encapsulated, sealed):
    """32 bytes that were sealed for one device and purpose."""
    info = labelled("device-box", account, device, purpose)
    return hpke_open(kem_seed, cbor.exactly(ENCAPSULATED)(encapsulated), info, b"", cbor.exactly(48)(sealed))


def open_label(unlock_seed, account, device, sealed):
    """The name that a device sealed for the account's own devices."""
    key = hkdf(unlock_seed, labelled("device-label"))
    return unpad_name(unseal(key, labelled("device-label", account, device), sealed))


class Revocation:
    """An account's statement that a device is no longer its own."""

    def __init__(self, signed, certificate, device):
        data, signature = cbor.items(cbor.read(signed), cbor.upto(128), cbor.SIGNATURE)
        _, account, generation, named, self.compromised, self.made_at = cbor.items(
            cbor.read(data), cbor.VERSION, cbor.ID, cbor.uint32, cbor.HASH, cbor.boolean, cbor.uint
        )
        if (account, generation, named) != (certificate.account, certificate.generation, device):
            raise Contradiction("of another account, generation or device")
        verify(certificate.sign, signature, "device-revoked", data)
