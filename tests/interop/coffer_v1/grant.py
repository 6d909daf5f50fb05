"""Grants: the key of an epoch, wrapped for a member; and the way back from one epoch to those before."""

from . import cbor
from .primitives import H, labelled, unseal
from .refused import Contradiction
from .xwing import ENCAPSULATED, hpke_open


class Grant:
    """A wrapped vault key."""

    def __init__(self, data):
        _, self.vault, self.epoch, self.recipient, self.generation, self.encapsulated, self.sealed = cbor.items(
            cbor.read(data),
            cbor.VERSION,
            cbor.ID,
            cbor.uint32,
            cbor.ID,
            cbor.uint32,
            cbor.exactly(ENCAPSULATED),
            cbor.exactly(48),
        )

    def open(self, kem_seed, certificate_hash, committed):
        """The vault key, checked against the commitment in the signed record."""
        place = self.vault, self.epoch, self.recipient, self.generation
        info = labelled("grant", *place, certificate_hash, committed)
        return checked(hpke_open(kem_seed, self.encapsulated, info, b"", self.sealed), self.vault, self.epoch, committed)


def commitment(vault, epoch, key):
    """What a roster record says of a vault key."""
    return H("vault-key", vault, epoch, key)


def checked(key, vault, epoch, committed):
    """A vault key, if it is the one committed to."""
    if commitment(vault, epoch, key) != committed:
        raise Contradiction("not the key that the record commits to")
    return key


def keys_before(roster, epoch, key):
    """All vault keys that can be had from one, by their epochs."""
    keys = {epoch: checked(key, roster.vault, epoch, roster.epochs[epoch][0])}
    while roster.epochs[epoch][1]:
        _, back_to, sealed = roster.epochs[epoch]
        opened = unseal(keys[epoch], labelled("epoch-back", roster.vault, epoch, back_to), sealed)
        keys[back_to] = checked(opened, roster.vault, back_to, roster.epochs[back_to][0])
        epoch = back_to
    return keys
