"""The approval of a device by another one, and the code of a Kit."""

from . import cbor
from .connect import read_link
from .devices import Device, device_id, open_device_box
from .json_messages import LOGIN, origin
from .primitives import hkdf, labelled, sha, unseal
from .refused import Malformed
from .xwing import ENCAPSULATED

CODE = "coffer://device#"
KIT = "coffer://kit#"
HANDOVER = 16_384


class Code:
    """The code that a device shows: the server, the account and the secret."""

    def __init__(self, text):
        kinds = cbor.VERSION, origin, origin, cbor.optional(cbor.HASH), cbor.ID, cbor.exactly(16)
        _, self.address, self.issuer, self.key, self.account, self.secret = cbor.items(
            cbor.read(read_link(text, CODE), 586), *kinds
        )


class KitCode:
    """The QR code of a Kit: the server, the login and the Secret Key."""

    def __init__(self, text):
        kinds = cbor.VERSION, origin, origin, cbor.optional(cbor.HASH), LOGIN, cbor.exactly(16)
        _, self.address, self.issuer, self.key, self.login, self.secret_key = cbor.items(
            cbor.read(read_link(text, KIT), 826), *kinds
        )


def approval_id(secret, account):
    """Under which a server keeps request and answer."""
    return hkdf(secret, labelled("approval-id"), account, 16)


def open_request(secret, account, sealed):
    """The keys of the device that asks."""
    key = hkdf(secret, labelled("approval-request"), account)
    signed = unseal(key, labelled("approval-request", account), sealed)
    data, _ = cbor.items(cbor.read(signed), cbor.upto(1400), cbor.SIGNATURE)
    kinds = cbor.VERSION, cbor.ID, cbor.KEY, cbor.exactly(1216), cbor.uint
    sign = cbor.items(cbor.read(data), *kinds)[2]
    return Device(signed, account, device_id(sign))


class Handover:
    """What the approving device hands over."""

    def __init__(self, answer, request, secret, account, device, kem_seed):
        kinds = cbor.VERSION, cbor.exactly(ENCAPSULATED), cbor.exactly(48), cbor.upto(HANDOVER + 73)
        _, encapsulated, sealed_key, sealed = cbor.items(cbor.read(answer), *kinds)
        if len(sealed) < 73:
            raise Malformed("less than a sealed box")
        key = open_device_box(kem_seed, account, device, "approval", encapsulated, sealed_key)
        context = labelled("approval-answer", account, device, sha(request))
        content = unseal(hkdf(key, labelled("approval-answer"), secret), context, sealed)
        kinds = cbor.VERSION, LOGIN, cbor.exactly(16), cbor.uint, cbor.uint32, cbor.uint32, cbor.uint32, list
        _, self.login, self.secret_key, self.registration, *self.costs, heads = cbor.items(cbor.read(content), *kinds)
        self.heads = [cbor.items(head, cbor.ID, cbor.uint, cbor.HASH) for head in heads]
        m, t, p = self.costs
        if not (65_536 <= m <= 2_097_152 and 3 <= t <= 16 and 1 <= p <= 16):
            raise Malformed("costs out of bounds")
        if not 1 <= len(self.heads) <= 256 or any(seq == 0 for _, seq, _ in self.heads):
            raise Malformed("no head, too many, or one before the first entry")
