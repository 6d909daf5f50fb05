"""Invitations: how somebody proves to have been given one."""

from . import cbor
from .connect import read_link
from .primitives import hkdf, labelled, public, unpad_name, unseal, verify
from .refused import Contradiction, Malformed

LINK = "coffer://join#"
NAME = 329


class Acceptance:
    """An acceptance with its two signatures, neither checked yet."""

    def __init__(self, signed):
        self.bytes, self.by_invite, self.by_key = cbor.items(
            cbor.read(signed), cbor.upto(200), cbor.SIGNATURE, cbor.SIGNATURE
        )
        _, self.genesis, self.invite, self.record, self.role, self.certificate = cbor.items(
            cbor.read(self.bytes), cbor.VERSION, cbor.HASH, cbor.KEY, cbor.HASH, cbor.choice(1, 2, 3, 4), cbor.HASH
        )

    def verify(self, certificate):
        """Checks that it is of this identity, and that the invitation and the identity have signed it."""
        if self.certificate != certificate.hash:
            raise Contradiction("the acceptance is another account's")
        verify(self.invite, self.by_invite, "accept", self.bytes)
        verify(certificate.sign, self.by_key, "accept", self.bytes)


def read_acceptance(value):
    """An acceptance that stands as a byte string."""
    return Acceptance(cbor.upto(400)(value))


def read_answer(data, certificate_of):
    """An answer to an invitation; `certificate_of` reads and checks a certificate."""
    kinds = cbor.VERSION, cbor.upto(2048), cbor.upto(400), cbor.exactly(NAME)
    _, signed, accepted, name = cbor.items(cbor.read(data), *kinds)
    certificate, acceptance = certificate_of(signed), Acceptance(accepted)
    acceptance.verify(certificate)
    return certificate, acceptance, name


def open_name(secret, genesis, certificate_hash, sealed):
    """The name in an answer, for those who have the invitation's secret."""
    key = hkdf(secret, labelled("invite-name"))
    return unpad_name(unseal(key, labelled("invite-name", genesis, certificate_hash), sealed))


def read_reading(data, vault, account):
    """Checks that an invitation lets an account read a vault's log; answers with the invitation's key."""
    _, invite, named, signature = cbor.items(
        cbor.read(data, 120), cbor.VERSION, cbor.KEY, cbor.ID, cbor.SIGNATURE
    )
    if named != account:
        raise Contradiction("for another account")
    verify(invite, signature, "invite-read", vault, account)
    return invite


def invitation_key(secret):
    """The public key that stands for an invitation in the log."""
    return public(hkdf(secret, labelled("invite-sign")))


class Link:
    """What an invitation's link says."""

    def __init__(self, text):
        data = read_link(text, LINK)
        (_, self.server, self.vault, self.genesis, self.inviter, self.seq, self.root, self.secret) = cbor.items(
            cbor.read(data),
            cbor.VERSION,
            cbor.text(255),
            cbor.ID,
            cbor.HASH,
            cbor.ID,
            cbor.uint,
            cbor.HASH,
            cbor.exactly(16),
        )
