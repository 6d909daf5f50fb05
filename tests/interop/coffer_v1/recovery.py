"""Recovery and emergency access: guardians who can open an account."""

from . import cbor
from .account import KEYSET, account_of, check_account, read_keyset
from .primitives import H, labelled, sha, unseal, verify
from .refused import Contradiction, FalseShare, NotOpened
from .xwing import ENCAPSULATED, XWing, hpke_open

RECOVERY, EMERGENCY, VIEWING = 1, 2, 3
GUARDIANS = 16
KIND = cbor.choice(RECOVERY, EMERGENCY, VIEWING)


def guardian(value):
    """The hashes of a guardian's certificate and of the guardian's share."""
    return tuple(cbor.items(value, cbor.HASH, cbor.HASH))


class Consent:
    """What an account's root lets guardians do, or takes back."""

    def __init__(self, signed, account):
        self.bytes, by_root = cbor.items(cbor.read(signed), cbor.upto(1400), cbor.SIGNATURE)
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
            KIND,
            cbor.bits(8),
            cbor.bits(16),
            cbor.array(GUARDIANS, guardian),
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
        different = len({certificate for certificate, _ in self.guardians}) == len(self.guardians)
        least, days = (2, 0) if self.kind == RECOVERY else (1, 1)
        return different and least <= self.threshold <= len(self.guardians) and days <= self.wait_days <= 365

    def follows(self, number, known):
        """Refuses what came before the consent that is remembered."""
        if self.number < number or (self.number == number and self.hash != known):
            raise Contradiction("a later consent is known")

    def guardian(self, index):
        """The certificate and share hashes of a place, counted from 1."""
        if not 1 <= index <= len(self.guardians):
            raise NotOpened("no guardian has this place")
        return self.guardians[index - 1]

    def is_share(self, index, value):
        """Tells whether a value is the share that the owner made for a place."""
        share_hash = H("share-value", self.account, self.kind, self.number, index, value)
        return share_hash == self.guardian(index)[1]


def place(value):
    """The number of a share."""
    if not 1 <= cbor.bits(8)(value) <= GUARDIANS:
        raise cbor.Malformed("no share has this number")
    return value


class Share:
    """A guardian's share, still sealed."""

    def __init__(self, data):
        _, self.consent, self.index, self.encapsulated, self.sealed = cbor.items(
            cbor.read(data), cbor.VERSION, cbor.HASH, place, cbor.exactly(ENCAPSULATED), cbor.exactly(48)
        )

    def open(self, consent, kem_seed, certificate_hash):
        """The share itself, for the guardian whose certificate the consent names at its place."""
        if self.consent != consent.hash or consent.guardian(self.index)[0] != certificate_hash:
            raise NotOpened("of another consent or guardian")
        info = labelled("recovery-share", consent.account, consent.kind, consent.hash, self.index, certificate_hash)
        value = hpke_open(kem_seed, self.encapsulated, info, b"", self.sealed)
        if not consent.is_share(self.index, value):
            raise NotOpened("another share than the owner's")
        return value


class Request:
    """A request for the shares, with the key that receives them."""

    def __init__(self, data):
        _, self.account, self.kind, self.consent, self.kem, self.made_at = cbor.items(
            cbor.read(data, 1400), cbor.VERSION, cbor.ID, KIND, cbor.HASH, cbor.exactly(1216), cbor.uint
        )
        self.hash = sha(data)


class Release:
    """A share that a guardian sealed for a request and signed; nothing is checked yet."""

    def __init__(self, signed):
        self.bytes, self.signature = cbor.items(cbor.read(signed), cbor.upto(1300), cbor.SIGNATURE)
        kinds = cbor.VERSION, cbor.HASH, cbor.HASH, place, cbor.exactly(ENCAPSULATED), cbor.exactly(48)
        _, self.request, self.consent, self.index, self.encapsulated, self.sealed = cbor.items(
            cbor.read(self.bytes), *kinds
        )

    def open(self, request, consent, kem_seed, certificate, signer):
        """The share. A false one is `FalseShare`, which the guardian's signature proves; nothing else does."""
        named = self.request, self.consent, request.consent, request.account, request.kind
        if named != (request.hash, consent.hash, consent.hash, consent.account, consent.kind):
            raise Contradiction("for another request or consent")
        if consent.guardian(self.index)[0] != certificate.hash:
            raise Contradiction("another guardian's certificate")
        if signer.root != certificate.root or signer.generation < certificate.generation:
            raise Contradiction("signed by somebody else")
        if request.kem != XWing(kem_seed).public:
            raise Contradiction("the key is not that of the request")
        verify(signer.sign, self.signature, "release", self.bytes)
        info = labelled("recovery-release", request.hash, consent.hash, self.index)
        try:
            value = hpke_open(kem_seed, self.encapsulated, info, b"", self.sealed)
        except NotOpened as error:
            raise FalseShare("a share that does not open") from error
        if not consent.is_share(self.index, value):
            raise FalseShare("another share than the owner's")
        return value


def open_box(consent, shares, box):
    """The content of the box that enough shares open, by their numbers."""
    if sha(box) != consent.box_hash or len(shares) < consent.threshold:
        raise NotOpened("another box, or too few shares")
    return unseal(combine(shares), labelled("recovery-box", consent.account, consent.kind), box)


def open_recovered(consent, shares, box, certificate):
    """Opens an account with shares; answers with the seed of the root, and the keyset."""
    content = open_box(consent, shares, box)
    _, root, inner = cbor.items(cbor.read(content), cbor.VERSION, cbor.KEY, cbor.upto(KEYSET))
    keyset = read_keyset(inner, cbor.null)
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
