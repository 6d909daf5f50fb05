"""Accounts: the certificate of an identity, keyset and root box, and what a server keeps."""

from . import cbor
from .primitives import H, hkdf, labelled, public, sha, unseal, verify
from .refused import Contradiction, Malformed
from .xwing import XWing


def identity(data):
    """What a certificate says; no signature is checked."""
    kinds = cbor.ID, cbor.KEY, cbor.uint32, cbor.KEY, cbor.exactly(1216), cbor.boolean, cbor.uint
    _, *parts = cbor.items(cbor.read(data, 1400), cbor.VERSION, *kinds)
    if parts[0] != account_of(parts[1]):
        raise Contradiction("the account id is not that of the root key")
    return parts


class Certificate:
    """An identity of an account for one generation, with both signatures checked."""

    def __init__(self, signed):
        self.signed = signed
        self.bytes, by_root, by_key = cbor.items(
            cbor.read(signed), cbor.upto(1400), cbor.SIGNATURE, cbor.SIGNATURE
        )
        self.account, self.root, self.generation, self.sign, self.kem, self.compromised, self.made_at = identity(self.bytes)
        if self.generation == 0 or (self.generation == 1 and self.compromised):
            raise Contradiction("a generation that cannot be")
        verify(self.root, by_root, "identity", self.bytes)
        verify(self.sign, by_key, "identity-pop", self.bytes)
        self.hash = sha(self.bytes)


KEYSET = 2048
EARLIER = 16


class Keyset:
    """The secret keys of an identity with those that it still has of earlier ones, and where its home vault is."""

    def __init__(self, parts, earlier=()):
        self.generation, self.sign_seed, self.kem_seed, self.unlock_seed, self.home, self.genesis = parts
        self.earlier = earlier

    def belongs_to(self, certificate):
        """Checks that a certificate is about these keys."""
        keys = (self.generation, public(self.sign_seed), XWing(self.kem_seed).public)
        if keys != (certificate.generation, certificate.sign, certificate.kem):
            raise Contradiction("the keys are not those of the certificate")


def account_of(root):
    """The account id of a root key."""
    return H("account", root)[:16]


def read_keyset(content, unlock_seed):
    """What a keyset box holds; its version says whether it has earlier identities."""
    value = cbor.read(content, KEYSET)
    kinds = [cbor.choice(1, 2), cbor.uint32, cbor.KEY, cbor.KEY, unlock_seed, cbor.ID, cbor.HASH]
    if isinstance(value, list) and value and kinds[0](value[0]) == 2:
        kinds.append(cbor.array(EARLIER, read_earlier, 1))
    version, generation, *rest = cbor.items(value, *kinds)
    earlier = rest.pop() if version == 2 else []
    ascending = [number for number, _, _ in earlier] + [generation]
    if 0 in ascending or any(a >= b for a, b in zip(ascending, ascending[1:])):
        raise Malformed("generations that do not ascend")
    return Keyset((generation, *rest), earlier)


def read_earlier(value):
    """The key of an earlier identity, and the hash of its certificate."""
    return cbor.items(value, cbor.uint32, cbor.KEY, cbor.HASH)


def open_keyset(root_key, account, sealed):
    """Opens the keyset box on this computer."""
    key = hkdf(root_key, labelled("keyset-local"))
    return read_keyset(unseal(key, labelled("keyset", account), sealed), cbor.null)


def open_root_box(key, account, sealed):
    """Opens a root box under any of its keys; answers with the seed of the root."""
    _, seed = cbor.items(cbor.read(unseal(key, labelled("root", account), sealed)), cbor.VERSION, cbor.KEY)
    if account_of(public(seed)) != account:
        raise Contradiction("the root is another account's")
    return seed


def recovery_box_key(code, profile):
    """The key of the copy of the root box that a recovery code opens."""
    return hkdf(code, labelled("root-recovery"), profile)


def open_account(key, account, signed_certificate, keyset_box, root_box):
    """Opens what a server keeps, under the account's unlock key; checks that it belongs together."""
    root = open_root_box(key, account, root_box)
    keyset = read_keyset(unseal(key, labelled("keyset", account), keyset_box), cbor.KEY)
    certificate = Certificate(signed_certificate)
    check_account(account, root, certificate, keyset)
    return root, keyset


def check_account(account, root, certificate, keyset):
    """Checks that account id, root, certificate and keys belong together."""
    if (account_of(public(root)), certificate.root) != (account, public(root)):
        raise Contradiction("parts of different accounts")
    keyset.belongs_to(certificate)


class Successor:
    """A root's statement of the root that follows it, signed by both."""

    def __init__(self, signed):
        data, by_root, by_next = cbor.items(cbor.read(signed), cbor.upto(128), cbor.SIGNATURE, cbor.SIGNATURE)
        _, self.account, self.root, self.next, self.made_at = cbor.items(
            cbor.read(data), cbor.VERSION, cbor.ID, cbor.KEY, cbor.KEY, cbor.uint
        )
        verify(self.root, by_root, "successor", data)
        verify(self.next, by_next, "successor-pop", data)


def present_root(account, statements, pinned):
    """The root of an account after the statements of all its successors, for somebody who has pinned one of them."""
    successors = [Successor(signed) for signed in statements]
    if not 1 <= len(successors) <= 8 or account_of(successors[0].root) != account:
        raise Contradiction("no successors of the account's first root")
    roots = [successors[0].root]
    for one in successors:
        if one.account != account or one.root != roots[-1] or one.next in roots:
            raise Contradiction("successors that do not follow each other")
        roots.append(one.next)
    if pinned not in roots:
        raise Contradiction("the list does not contain the known root")
    return roots[-1]


class Enrolment:
    """A registration that an account's root has signed, for one server."""

    def __init__(self, signed, account, issuer, known):
        self.bytes, by_root = cbor.items(cbor.read(signed), cbor.upto(512), cbor.SIGNATURE)
        kinds = cbor.VERSION, cbor.ID, cbor.KEY, cbor.text(255), cbor.uint, cbor.HASH, cbor.HASH, cbor.HASH
        _, named, root, self.issuer, self.version, *self.hashes = cbor.items(cbor.read(self.bytes), *kinds)
        if named != account_of(root) or named != account:
            raise Contradiction("of another account")
        verify(root, by_root, "reenrol", self.bytes)
        if self.issuer != issuer or self.version <= known:
            raise Contradiction("for another server, or not newer than what is known")

    def covers(self, *parts):
        """Tells whether it speaks of this record, keyset and root box."""
        return self.hashes == [sha(part) for part in parts]
