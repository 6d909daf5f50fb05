"""Recovery and emergency access: guardians who together can open an account."""

from . import cbor
from .account import Keyset, account_of, check_account
from .primitives import labelled, sha, unseal, verify
from .refused import Contradiction, NotOpened
from .xwing import ENCAPSULATED, hpke_open

RECOVERY, EMERGENCY = 1, 2
GUARDIANS = 16


def bits(size):
    """An unsigned integer of at most so many bits."""

    def kind(value):
        if not cbor.is_uint(value, size):
            raise cbor.Malformed(f"not an unsigned integer of {size} bits")
        return value

    return kind


class Consent:
    """What an account's root lets guardians do, or takes back."""

    def __init__(self, signed, account):
        self.bytes, by_root = cbor.items(cbor.read(signed), cbor.upto(768), cbor.SIGNATURE)
        (
            _,
            self.account,
            root,
            self.number,
            self.kind,
            self.threshold,
            self.wait_days,
            self.guardians,
            self.box_hash,
            self.made_at,
        ) = cbor.items(
            cbor.read(self.bytes),
            cbor.VERSION,
            cbor.ID,
            cbor.KEY,
            cbor.uint,
            cbor.choice(RECOVERY, EMERGENCY),
            bits(8),
            bits(16),
            cbor.array(GUARDIANS, cbor.HASH),
            cbor.optional(cbor.HASH),
            cbor.uint,
        )
        if self.account != account_of(root) or self.account != account:
            raise Contradiction("of another account")
        verify(root, by_root, "consent", self.bytes)
        if self.number == 0 or not self._is_possible():
            raise Contradiction("terms that cannot be")
        self.hash = sha(self.bytes)

    def _is_possible(self):
        if self.box_hash is None:
            return (self.threshold, self.wait_days, self.guardians) == (0, 0, [])
        different = len(set(self.guardians)) == len(self.guardians)
        least_days = 1 if self.kind == EMERGENCY else 0
        return different and 2 <= self.threshold <= len(self.guardians) and least_days <= self.wait_days <= 365

    def follows(self, number, known):
        """Refuses what came before the consent that is remembered."""
        if self.number < number or (self.number == number and self.hash != known):
            raise Contradiction("a later consent is known")


class Share:
    """A guardian's share, still sealed."""

    def __init__(self, data):
        _, self.consent, self.index, self.encapsulated, self.sealed = cbor.items(
            cbor.read(data), cbor.VERSION, cbor.HASH, bits(8), cbor.exactly(ENCAPSULATED), cbor.exactly(48)
        )
        if not 1 <= self.index <= GUARDIANS:
            raise cbor.Malformed("no share has this number")

    def open(self, consent, kem_seed, certificate_hash):
        """The share itself, for the guardian whose certificate the consent names at its place."""
        named = consent.guardians[self.index - 1] if self.index <= len(consent.guardians) else None
        if self.consent != consent.hash or named != certificate_hash:
            raise NotOpened("of another consent or guardian")
        info = labelled("recovery-share", consent.account, consent.kind, consent.hash, self.index, certificate_hash)
        return hpke_open(kem_seed, self.encapsulated, info, b"", self.sealed)


def open_recovered(consent, shares, box, certificate):
    """Opens an account with shares by their numbers; answers with the seed of the root, and the keyset."""
    if sha(box) != consent.box_hash or len(shares) < consent.threshold:
        raise NotOpened("another box, or too few shares")
    content = unseal(combine(shares), labelled("recovery-box", consent.account, consent.kind), box)
    kinds = cbor.VERSION, cbor.KEY, cbor.uint32, cbor.KEY, cbor.KEY, cbor.ID, cbor.HASH
    _, root, generation, sign_seed, kem_seed, home, genesis = cbor.items(cbor.read(content), *kinds)
    keyset = Keyset((generation, sign_seed, kem_seed, None, home, genesis))
    check_account(consent.account, root, certificate, keyset)
    return root, keyset


def combine(shares):
    """The value at 0 of the polynomials through the shares, byte by byte, in the field of AES."""
    secret = bytes(32)
    for x, share in shares.items():
        weight = 1
        for other in shares:
            if other != x:
                weight = multiply(weight, multiply(other, inverse(other ^ x)))
        secret = bytes(y ^ multiply(value, weight) for y, value in zip(secret, share))
    return secret


def multiply(a, b):
    """The product modulo x⁸ + x⁴ + x³ + x + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a):
    """The number whose product with `a` is 1."""
    return next(b for b in range(256) if multiply(a, b) == 1)
