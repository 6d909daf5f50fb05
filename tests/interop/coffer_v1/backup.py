"""A backup: an archive in which everything follows from its manifest."""

import hashlib
import hmac
import tarfile

from . import cbor, documents
from .primitives import hkdf, labelled
from .profile import Profile
from .refused import Contradiction, Malformed, NotOpened, OtherFormat

LIMIT = 64 << 20
END = bytes(1024)

PART = lambda value: cbor.items(value, cbor.uint, cbor.HASH)
HEAD = lambda value: cbor.items(value, cbor.ID, cbor.uint, cbor.HASH)
BLOB = lambda value: cbor.items(value, cbor.ID, cbor.uint, cbor.HASH)
LEFT_OUT = lambda value: cbor.items(value, cbor.ID, cbor.uint, cbor.HASH, cbor.choice(0, 1, 2))


def open_backup(path, folder, text=None, secret_key=None, recovery_code=None):
    """Lays a backup out in an empty folder and opens the profile that it is."""
    with open(path, "rb") as archive:
        body, mac = lay_out(archive, folder)
    opened = Profile(folder, text, secret_key, recovery_code)
    key = hkdf(opened.root_key, labelled("backup"))
    if not hmac.compare_digest(hmac.digest(key, labelled("backup", body), "sha256"), mac):
        raise NotOpened("the manifest was changed, or is of another profile")
    agrees(opened, *take_apart(body))
    return opened


def take_apart(body):
    """The items of a manifest's body."""
    blobs = cbor.array(500_000, BLOB), cbor.array(500_000, LEFT_OUT)
    kinds = cbor.ID, cbor.uint, cbor.uint32, cbor.array(10_000, HEAD), PART, PART, *blobs
    manifest = cbor.items(cbor.read(body), *kinds)
    for several in manifest[6:]:
        if any(one[0] >= other[0] for one, other in zip(several, several[1:])):
            raise Malformed("documents out of order")
    return manifest


def agrees(opened, profile, _made_at, form, heads, _keys, _database, blobs, left_out):
    """Compares the manifest with the database."""
    tables = opened.database
    found = (
        [list(row) for row in tables.execute("SELECT vault_id, head_seq, head_root FROM vault ORDER BY vault_id")],
        [list(row) for row in tables.execute("SELECT blob_id, ct_size, ct_root FROM blob ORDER BY blob_id")],
        tables.execute("PRAGMA user_version").fetchone()[0],
        opened.header.profile,
    )
    if found != (heads, sorted(blobs + [one[:3] for one in left_out]), form, profile):
        raise Contradiction("the manifest is of another database")


def lay_out(archive, folder):
    """Writes the members into a folder, each checked, and answers with the manifest's body and authentication."""
    first = archive.read(512)
    try:
        size = int(first[124:135], 8)
    except ValueError as error:
        raise Malformed("not a backup") from error
    if first != block("manifest", size) or size > LIMIT:
        raise Malformed("not a backup")
    manifest = archive.read(size)
    zeros(archive, size)
    parts = cbor.read(manifest)
    if not isinstance(parts, list) or parts[:1] != ["coffer backup"]:
        raise Malformed("not a backup")
    if parts[1:2] != [1]:
        raise OtherFormat("a backup of another format")
    _, _, body, mac = cbor.items(parts, str, int, cbor.upto(LIMIT), cbor.exactly(32))
    _, _, _, _, keys, database, blobs, _ = take_apart(body)
    for name, (size, digest) in (("profile.keys", keys), ("vault.db", database)):
        whole = hashlib.sha256()
        copy(archive, name, size, folder / name, 1 << 20, whole.update)
        if whole.digest() != digest:
            raise Contradiction(f"{name} is not the one in the manifest")
    for blob, size, root in blobs:
        name, hashes = f"blobs/{blob.hex()[:2]}/{blob.hex()}", []
        each = lambda sealed: hashes.append(documents.chunk_hash(sealed))
        copy(archive, name, size, folder / name, documents.CHUNK + 16, each)
        if documents.chunk_root(blob, hashes) != root:
            raise Contradiction("a document is not the one in the manifest")
    if archive.read(len(END) + 1) != END:
        raise Malformed("another end")
    return body, mac


def copy(archive, name, size, target, piece, each):
    """Writes a member out, piece by piece."""
    if archive.read(512) != block(name, size):
        raise Malformed(f"no {name} in its place")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        left = size
        while left:
            content = archive.read(min(piece, left))
            if not content:
                raise Malformed("cut off")
            each(content)
            file.write(content)
            left -= len(content)
    zeros(archive, size)


def zeros(archive, size):
    """Reads past what fills a member up."""
    count = -size % 512
    if archive.read(count) != bytes(count):
        raise Malformed("something between the members")


def block(name, size):
    """The block before a member, as Python's own writer of archives makes it."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    made = bytearray(member.tobuf(tarfile.GNU_FORMAT if size >= 1 << 33 else tarfile.USTAR_FORMAT))
    # The same fields in either kind: the magic of one, nothing where the other has numbers of devices.
    made[257:265], made[329:345] = b"ustar\x0000", bytes(16)
    made[148:156] = b" " * 8
    made[148:156] = b"%06o\x00 " % sum(made)
    return bytes(made)
