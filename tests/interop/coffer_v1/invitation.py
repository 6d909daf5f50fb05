"""Invitations: how somebody proves to have been given one."""

import base64

from . import cbor
from .primitives import hkdf, labelled, public, verify
from .refused import Contradiction, Malformed

LINK = "coffer://join#"


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
    _, signed, accepted = cbor.items(cbor.read(data), cbor.VERSION, cbor.upto(2048), cbor.upto(400))
    certificate, acceptance = certificate_of(signed), Acceptance(accepted)
    acceptance.verify(certificate)
    return certificate, acceptance


def invitation_key(secret):
    """The public key that stands for an invitation in the log."""
    return public(hkdf(secret, labelled("invite-sign")))


class Link:
    """What an invitation's link says."""

    def __init__(self, text):
        if not text.startswith(LINK):
            raise Malformed("not the link of an invitation")
        code = text[len(LINK) :]
        try:
            data = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        except ValueError as error:
            raise Malformed("not base64url") from error
        if base64.urlsafe_b64encode(data).decode().rstrip("=") != code:
            raise Malformed("not the only base64url of its bytes")
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
