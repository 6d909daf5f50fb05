"""A vault's log: its roots, its revisions, and what of it takes effect."""

from . import cbor
from .primitives import H, labelled, sha, unpad, unseal, verify
from .refused import BadSignature, Contradiction, Refused, Unread, Void
from .roster import KNOWN_FORMAT, VIEWER, Founding, Record, Roster, entry_hash

PUT, TOMBSTONE = 1, 2


def empty_root(vault):
    """The root before the first entry."""
    return H("log", vault)


def next_root(before, number, entry, signatures):
    """The root after an entry, the first of which is number 1."""
    return H("log-node", before, number, entry, signatures)


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

    def __init__(self, record, signatures, known=None):
        self.founding = Founding(record, signatures, known)
        self.roster = Roster(self.founding)
        self.roots = [empty_root(self.founding.vault)]
        self.current, self._places = {}, {}
        self._append(self.founding.hash, signatures)

    @property
    def root(self):
        """The root after all entries."""
        return self.roots[-1]

    def root_at(self, seq):
        """The root after so many entries, if there were as many."""
        return self.roots[seq] if seq < len(self.roots) else None

    def place(self, item):
        """The number of the entry that is an item's current revision."""
        return self._places.get(item)

    def push_record(self, data, signatures):
        """Takes the next roster record, or raises `Void` or `Unread` once it has been counted."""
        try:
            self.roster = self.judge_record(data, signatures)
        finally:
            self._append(entry_hash(data), signatures)

    def push(self, header, body_hash, signature):
        """Takes the next revision; answers with it, or raises `Void` or `Unread` once it has been counted."""
        try:
            revision = self._judge(header, body_hash, signature)
        finally:
            self._append(revision_hash(header, body_hash), signature)
        self.current[revision.item] = revision
        self._places[revision.item] = len(self.roots) - 1
        return revision

    def _append(self, entry, signatures):
        self.roots.append(next_root(self.root, len(self.roots), entry, signatures))

    def judge_record(self, data, signatures):
        """The roster that a record makes, without taking it; raises `Void` or `Unread` if it has no effect."""
        self._check_readable()
        record = well_formed(Record, data, signatures)
        self._check_vault(record)
        certificate = self.roster.key_of(record)
        signed(record, certificate.sign)
        self._check_base(record)
        return self.roster.after(record, self)

    def _judge(self, header, body_hash, signature):
        self._check_readable()
        revision = well_formed(Revision, header, body_hash)
        self._check_vault(revision)
        role, certificate = self.roster.members.get(revision.author, (None, None))
        if certificate is None or revision.generation != certificate.generation:
            raise Void("Author")
        signed(revision, certificate.sign, signature)
        self._check_base(revision)
        self.roster.check_open()
        if role == VIEWER:
            raise Void("Role")
        if revision.epoch != self.roster.epoch:
            raise Void("Epoch")
        current = self.current.get(revision.item)
        if revision.parent != (current.hash if current else None):
            raise Void("Parent")
        return revision

    def _check_readable(self):
        if not self.roster.is_readable:
            raise Unread("the vault is of a format to come")

    def _check_vault(self, entry):
        if entry.vault != self.founding.vault:
            raise Void("OtherVault")

    def _check_base(self, entry):
        if self.root_at(entry.base_seq) != entry.base_root:
            raise Void("Base")


def well_formed(kind, data, *parts):
    """Reads an entry; one that cannot be read has no effect, and neither has one of another format."""
    try:
        return kind(data, *parts)
    except Refused as error:
        raise Void("Malformed" if cbor.first_uint(data) in (None, KNOWN_FORMAT) else "Format") from error


def signed(entry, *parts):
    """Checks an entry's signature; one without has no effect."""
    try:
        entry.verify(*parts)
    except BadSignature as error:
        raise Void("Signature") from error
