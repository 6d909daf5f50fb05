"""Accounts: the certificate of an identity, the keyset and the root box."""

from . import cbor
from .primitives import H, hkdf, labelled, public, sha, unseal, verify
from .refused import Contradiction
from .xwing import XWing


class Certificate:
    """An identity of an account for one generation, with both signatures checked."""

    def __init__(self, signed):
        self.signed = signed
        self.bytes, by_root, by_key = cbor.items(
            cbor.read(signed), cbor.upto(1400), cbor.SIGNATURE, cbor.SIGNATURE
        )
        (_, self.account, self.root, self.generation, self.sign, self.kem, self.compromised, self.made_at) = cbor.items(
            cbor.read(self.bytes),
            cbor.VERSION,
            cbor.ID,
            cbor.KEY,
            cbor.uint32,
            cbor.KEY,
            cbor.exactly(1216),
            cbor.boolean,
            cbor.uint,
        )
        if self.account != H("account", self.root)[:16]:
            raise Contradiction("the account id is not that of the root key")
        if self.generation == 0 or (self.generation == 1 and self.compromised):
            raise Contradiction("a generation that cannot be")
        verify(self.root, by_root, "identity", self.bytes)
        verify(self.sign, by_key, "identity-pop", self.bytes)
        self.hash = sha(self.bytes)


class Keyset:
    """The secret keys of an identity, and where its home vault is."""

    def __init__(self, data):
        _, self.generation, self.sign_seed, self.kem_seed, _, self.home, self.genesis = cbor.items(
            cbor.read(data), cbor.VERSION, cbor.uint32, cbor.KEY, cbor.KEY, cbor.null, cbor.ID, cbor.HASH
        )

    def belongs_to(self, certificate):
        """Checks that a certificate is about these keys."""
        keys = (self.generation, public(self.sign_seed), XWing(self.kem_seed).public)
        if keys != (certificate.generation, certificate.sign, certificate.kem):
            raise Contradiction("the keys are not those of the certificate")


def open_keyset(root_key, account, sealed):
    """Opens the keyset box on this computer."""
    key = hkdf(root_key, labelled("keyset-local"))
    return Keyset(unseal(key, labelled("keyset", account), sealed))


def open_root_box(box_key, account, sealed):
    """Opens the root box; answers with the seed of the root."""
    _, seed = cbor.items(cbor.read(unseal(box_key, labelled("root", account), sealed)), cbor.VERSION, cbor.KEY)
    if H("account", public(seed))[:16] != account:
        raise Contradiction("the root is another account's")
    return seed
