"""A vault's log: its roots, and what each entry may do (rule V)."""

from . import cbor
from .account import Certificate
from .primitives import H, labelled, sha, unpad, unseal, verify
from .refused import BadSignature, Contradiction, Malformed, Refused

RECORD = 64 * 1024
OWNER = 1
PUT, TOMBSTONE = 1, 2


def empty_root(vault):
    """The root before the first entry."""
    return H("log", vault)


def next_root(before, number, entry):
    """The root after an entry, the first of which is number 1."""
    return H("log-node", before, number, entry)


def commitment(vault, epoch, key):
    """What a roster record says of a vault key."""
    return H("vault-key", vault, epoch, key)


class Void(Exception):
    """Why an entry has no effect."""


class Founding:
    """Record 0."""

    def __init__(self, record, signature, known=None):
        (_, self.vault, previous, base_seq, base_root, self.author, generation, self.made_at, ops) = read_record(record)
        self.hash = H("roster-entry", record)
        if known is not None and known != self.hash:
            raise Contradiction("another record than the known one")
        if [op[0] for op in ops] != [1, 4, 8]:
            raise Contradiction("not the three changes that found a vault")
        (_, nonce), (_, signed, role, _), (_, epoch, self.commitment, back) = ops
        if (previous, base_seq, base_root) != (bytes(32), 0, empty_root(self.vault)):
            raise Contradiction("it follows something")
        if (role, epoch, back) != (OWNER, 1, b""):
            raise Contradiction("another role or epoch than a founder's")
        self.certificate = Certificate(signed)
        if (self.certificate.account, self.certificate.generation) != (self.author, generation):
            raise Contradiction("the certificate is not the author's")
        if self.vault != H("vault", self.author, nonce)[:16]:
            raise Contradiction("the vault id is not that of founder and nonce")
        verify(self.certificate.sign, signature, "roster", sha(record))


def read_record(record):
    """Reads a roster record."""
    return cbor.items(
        cbor.read(record, RECORD),
        cbor.VERSION,
        cbor.ID,
        cbor.HASH,
        cbor.uint,
        cbor.HASH,
        cbor.ID,
        cbor.uint32,
        cbor.uint,
        cbor.array(16, read_op),
    )


def read_op(value):
    """Reads one change of a roster record."""
    if not isinstance(value, list) or not value:
        raise Malformed("a change that is no array")
    kinds = {
        1: (cbor.exactly(32),),
        4: (cbor.upto(2048), cbor.choice(1, 2, 3, 4), cbor.null),
        8: (cbor.uint32, cbor.HASH, read_back),
    }
    number = cbor.choice(*kinds)(value[0])
    return cbor.items(value, cbor.uint, *kinds[number])


def read_back(value):
    """The key of the epoch before, sealed, or nothing."""
    return value if cbor.upto(105)(value) == b"" else cbor.exactly(105)(value)


class Revision:
    """The header of an item's revision, with its hash."""

    def __init__(self, header, body_hash):
        self.header, self.body_hash = header, body_hash
        (
            _,
            self.vault,
            self.item,
            self.kind,
            self.parent,
            self.author,
            self.generation,
            self.epoch,
            self.base_seq,
            self.base_root,
            self.blobs,
        ) = cbor.items(
            cbor.read(header),
            cbor.VERSION,
            cbor.ID,
            cbor.ID,
            cbor.choice(PUT, TOMBSTONE),
            cbor.optional(cbor.HASH),
            cbor.ID,
            cbor.uint32,
            cbor.uint32,
            cbor.uint,
            cbor.HASH,
            cbor.array(1024, lambda value: cbor.items(value, cbor.ID, cbor.uint, cbor.HASH)),
        )
        self.hash = revision_hash(header, body_hash)

    def verify(self, public_key, signature):
        """Checks the author's signature."""
        verify(public_key, signature, "revision", sha(self.header), self.body_hash)

    def open(self, key, body):
        """Opens the body; answers with the payload."""
        if sha(body) != self.body_hash:
            raise Contradiction("another body than the signed one")
        return unpad(unseal(key, labelled("item", self.header), body))


def revision_hash(header, body_hash):
    """The hash of a revision, by which it enters the log."""
    return H("rev", header, body_hash)


class Log:
    """Replays a log from its founding record."""

    def __init__(self, record, signature, known=None):
        self.founding = Founding(record, signature, known)
        self.roots = [empty_root(self.founding.vault)]
        self.current = {}
        self._append(self.founding.hash)

    @property
    def root(self):
        """The root after all entries."""
        return self.roots[-1]

    def _append(self, entry):
        self.roots.append(next_root(self.root, len(self.roots), entry))

    def push(self, header, body_hash, signature):
        """Takes the next revision; answers with it, or raises `Void` once it has been counted."""
        entry = revision_hash(header, body_hash)
        try:
            revision = self._judge(header, body_hash, signature)
        finally:
            self._append(entry)
        self.current[revision.item] = revision
        return revision

    def _judge(self, header, body_hash, signature):
        author = self.founding.certificate
        try:
            revision = Revision(header, body_hash)
            revision.verify(author.sign, signature)
        except BadSignature as error:
            raise Void("Signature") from error
        except Refused as error:
            raise Void("Malformed") from error
        current = self.current.get(revision.item)
        if revision.vault != self.founding.vault:
            raise Void("OtherVault")
        if (revision.author, revision.generation) != (author.account, author.generation):
            raise Void("Author")
        if revision.epoch != 1:
            raise Void("Epoch")
        if revision.parent != (current.hash if current else None):
            raise Void("Parent")
        if not revision.base_seq < len(self.roots) or self.roots[revision.base_seq] != revision.base_root:
            raise Void("Base")
        return revision
