"""The messages between client and server that are written in CBOR."""

from . import cbor, documents
from .account import Certificate
from .grant import Grant
from .invitation import read_answer
from .primitives import H, sha
from .refused import Contradiction, Malformed, OtherFormat

BODY = 4_194_377
PAGE = 8_388_608
ENTRY = 4_260_537
CHUNKS = 262_144
RANGE = 100


class Entry:
    """An entry of a log, unread inside."""

    def __init__(self, value):
        if not isinstance(value, list) or not value:
            raise Malformed("not an entry")
        if cbor.choice(1, 2)(value[0]) == 2:
            _, self.record, self.signature = cbor.items(value, cbor.uint, cbor.upto(65_536), cbor.upto(128))
            if len(self.signature) not in (64, 128):
                raise Malformed("neither one signature nor two")
            self.hash, self.whole, self.body = H("roster-entry", self.record), True, None
            return
        self.record = None
        _, self.header, self.body_hash, self.body, self.signature = cbor.items(
            value, cbor.uint, cbor.upto(66_048), cbor.HASH, cbor.optional(cbor.upto(BODY)), cbor.SIGNATURE
        )
        if self.body is not None and sha(self.body) != self.body_hash:
            raise Contradiction("the body has another hash")
        self.hash, self.whole = H("rev", self.header, self.body_hash), self.body is not None

    def shown(self):
        """What identifies it."""
        return {"hash": self.hash, "whole": self.whole}


def require(condition, why):
    if not condition:
        raise Malformed(why)


def message(limit, *kinds):
    """Reads bytes that are an array of a version and items of these kinds."""

    def read(data):
        version, *values = cbor.items(cbor.read(data, limit), cbor.VERSION, *kinds)
        return values

    return read


def entry(data):
    return Entry(cbor.read(data, ENTRY)).shown()


def read_page(data):
    vault, after, entries, seq, root = message(PAGE, cbor.ID, cbor.uint, cbor.array(1000, Entry), cbor.uint, cbor.HASH)(
        data
    )
    last = after + len(entries)
    require(last < 2**64 and (last <= seq if entries else after >= seq), "a page that leads nowhere")
    return vault, after, entries, seq, root


def log_page(data):
    vault, after, entries, seq, root = read_page(data)
    shown = [entry.shown() for entry in entries]
    return {"vault_id": vault, "after": after, "entries": shown, "head_seq": seq, "head_root": root}


def push(data):
    batch, atomic, entries = message(ENTRY + 32, cbor.ID, cbor.boolean, cbor.array(200, Entry, 1))(data)
    require(all(entry.whole for entry in entries), "an entry without its body")
    return {"batch_id": batch, "atomic": atomic, "entries": [entry.shown() for entry in entries]}


def result(value):
    kind, number = cbor.items(value, cbor.choice(1, 2, 3), cbor.uint)
    if kind == 3 and not (1 <= number <= 20 and number != 8 or 64 <= number <= 68):
        raise OtherFormat(f"unknown refusal {number}")
    require((kind, number) != (1, 0), "accepted as no entry")
    return [{1: "accepted", 2: "conflict", 3: "refused"}[kind], number]


def push_reply(data):
    seq, root, results = message(2248, cbor.uint, cbor.HASH, cbor.array(200, result, 1))(data)
    require(all(kind == "refused" or number <= seq for kind, number in results), "beyond the head")
    return {"head_seq": seq, "head_root": root, "results": results}


def heal(data):
    first, entries = message(PAGE, cbor.uint, cbor.array(1000, Entry, 1))(data)
    require(0 < first and first + len(entries) < 2**64, "numbers that cannot be")
    return {"first_seq": first, "entries": [entry.shown() for entry in entries]}


def head_of(value):
    _, vault, seq, root, epoch, record = cbor.items(
        value, cbor.VERSION, cbor.ID, cbor.uint, cbor.HASH, cbor.uint32, cbor.HASH
    )
    return {"vault_id": vault, "seq": seq, "root": root, "epoch": epoch, "last_record": record}


def vault_list(data):
    vaults, after = message(101_022, cbor.array(1000, head_of), cbor.optional(cbor.ID))(data)
    ids = [head["vault_id"] for head in vaults]
    require(ids == sorted(set(ids)) and after in (None, *ids[-1:]), "not in order")
    return {"vaults": vaults, "next": after}


def grants(data):
    (values,) = message(317_445, cbor.array(256, cbor.encode, 1))(data)
    return {"grants": [[grant.recipient, grant.epoch] for grant in map(Grant, values)]}


def grants_lacking(data):
    epoch, accounts = message(4_362, cbor.uint32, cbor.array(256, cbor.ID))(data)
    require(accounts == sorted(set(accounts)), "not in order")
    return {"epoch": epoch, "accounts": accounts}


def answers(data):
    (values,) = message(2_224_133, cbor.array(1024, cbor.encode))(data)
    return {"certificates": [read_answer(value, Certificate)[0].hash for value in values]}


def blob_declare(data):
    blob, sealed = message(28, cbor.ID, cbor.uint)(data)
    chunks = -(-sealed // (documents.CHUNK + 16))
    padded = sealed - 16 * chunks
    require(4096 <= padded <= documents.LARGEST and documents.Layout(padded).sealed == sealed, "no sealed size")
    return {"blob_id": blob, "sealed": sealed, "chunks": chunks}


def blob_missing(data):
    def pair(value):
        return cbor.items(value, cbor.uint32, cbor.uint32)

    (ranges,) = message(45_061, cbor.array(4096, pair))(data)
    end = -1
    for first, count in ranges:
        require(first > end and count > 0, "not in order, or nothing")
        end = first + count
    require(end <= CHUNKS, "more chunks than a document can have")
    return {"ranges": ranges}


def read_chunks(data):
    blob, hashes = message(8_388_632, cbor.ID, cbor.upto(32 * CHUNKS))(data)
    require(hashes and len(hashes) % 32 == 0, "not a list of hashes")
    return blob, [hashes[at : at + 32] for at in range(0, len(hashes), 32)]


def hashes_of_chunks(data, blob):
    """The hashes of a document's chunks."""
    named, chunks = read_chunks(data)
    require(named == blob, "of another document")
    return chunks


def blob_chunks(data):
    blob, chunks = read_chunks(data)
    return {"blob_id": blob, "chunks": len(chunks), "root": documents.chunk_root(blob, chunks)}


def log_range(data):
    vault, index, entries = message(6_615_630, cbor.ID, cbor.uint, cbor.array(RANGE, Entry, RANGE))(data)
    require(RANGE * index + RANGE < 2**64, "numbers that cannot be")
    require(all(entry.body is None for entry in entries), "an entry with its body")
    shown = [entry.shown() for entry in entries]
    return {"vault_id": vault, "index": index, "after": RANGE * index, "entries": shown}


READ = {
    "answers": answers,
    "blob-chunks": blob_chunks,
    "blob-declare": blob_declare,
    "blob-missing": blob_missing,
    "entry": entry,
    "grants": grants,
    "grants-lacking": grants_lacking,
    "heal": heal,
    "log-page": log_page,
    "log-range": log_range,
    "push": push,
    "push-reply": push_reply,
    "vault-head": lambda data: head_of(cbor.read(data, 101)),
    "vault-list": vault_list,
}
