"""People, their keys, and a vault's log as it grows: what the vectors of logs are made of.

Every byte follows from names, so that running it twice changes nothing.
"""

import json
import pathlib

from coffer_v1.cbor import encode as cbor
from coffer_v1.primitives import H, labelled, sha
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEM = bytes.fromhex(
    json.loads((ROOT / "crates/vault-crypto/testdata/v1/valid/x-wing-1.json").read_text())["expected"]["public"]
)

OWNER, MANAGER, EDITOR, VIEWER = 1, 2, 3, 4
PUT, TOMBSTONE = 1, 2
DAY = 86_400_000


class Key:
    """An Ed25519 key from a name."""

    def __init__(self, name):
        self.secret = Ed25519PrivateKey.from_private_bytes(sha(name.encode()))
        self.public = self.secret.public_key().public_bytes_raw()

    def sign(self, label, *parts):
        return self.secret.sign(labelled(label, *parts))


class Account:
    def __init__(self, name):
        self.name = name
        self.root = Key(name + " root")
        self.id = H("account", self.root.public)[:16]
        self.generation = 1

    @property
    def key(self):
        return Key(f"{self.name} key {self.generation}")

    def certificate(self, generation=None, compromised=False, key=None, root=None, made_at=1_750_000_000):
        generation = generation or self.generation
        key = key or Key(f"{self.name} key {generation}")
        fields = cbor([1, self.id, self.root.public, generation, key.public, KEM, compromised, made_at])
        signed = [fields, (root or self.root).sign("identity", fields), key.sign("identity-pop", fields)]
        return cbor(signed), sha(fields)


anna, ben, cleo, dora = Account("anna"), Account("ben"), Account("cleo"), Account("dora")


NONCE = sha(b"vault nonce")


def vault_id_of(account_id):
    return H("vault", account_id, NONCE)[:16]


VAULT = vault_id_of(anna.id)


def key_of(epoch):
    return sha(b"vault key %d" % epoch)


def commitment_of(epoch, vault=VAULT):
    return H("vault-key", vault, epoch, key_of(epoch))


def sign_record(fields, key, root=None):
    data = cbor(fields)
    entry_hash = H("roster-entry", data)
    signatures = key.sign("roster", sha(data)) + (root.sign("roster-root", entry_hash) if root else b"")
    return {"record": data.hex(), "signatures": signatures.hex()}, entry_hash


def genesis_ops(certificate=None, role=OWNER, accept=None, epoch=1, back_to=0, back=b""):
    certificate = anna.certificate()[0] if certificate is None else certificate
    return [[1, NONCE], [4, certificate, role, accept], [8, epoch, commitment_of(1), back_to, back]]


def founding(
    version=1, vault=VAULT, prev=bytes(32), base_seq=0, base_root=None, author=anna.id, generation=1, ops=None, **signing
):
    base_root = H("log", vault) if base_root is None else base_root
    ops = genesis_ops() if ops is None else ops
    fields = [version, vault, prev, base_seq, base_root, author, generation, 1_750_000_000, ops]
    return sign_record(fields, signing.get("key", anna.key), signing.get("root"))


def revision(
    item,
    parent,
    base_seq,
    base_root,
    kind=PUT,
    blobs=(),
    epoch=1,
    author=anna,
    key=None,
    generation=None,
    vault=VAULT,
    body=b"body",
    version=1,
):
    blobs = [list(blob) for blob in blobs]
    generation = author.generation if generation is None else generation
    header = cbor([version, vault, item, kind, parent, author.id, generation, epoch, base_seq, base_root, blobs])
    signature = (key or author.key).sign("revision", sha(header), sha(body))
    entry = {"header": header.hex(), "body_hash": sha(body).hex(), "signature": signature.hex()}
    return entry, H("rev", header, sha(body))


class Log:
    """A log as it grows, and what becomes of each entry."""

    def __init__(self):
        self.first, self.genesis = founding()
        self.record = self.genesis
        self.roots = [H("log", VAULT)]
        self.entries, self.verdicts = [], []
        self.append(self.genesis, self.first["signatures"])

    @property
    def seq(self):
        return len(self.roots) - 1

    def append(self, entry_hash, signatures):
        node = (self.roots[-1], self.seq + 1, entry_hash, bytes.fromhex(signatures))
        self.roots.append(H("log-node", *node))

    def push(self, made, verdict="accepted"):
        entry, entry_hash = made
        self.entries.append(entry)
        self.verdicts.append(verdict)
        self.append(entry_hash, entry.get("signatures") or entry["signature"])
        if verdict == "accepted" and "record" in entry:
            self.record = entry_hash
        return entry_hash

    def put(self, item, parent, verdict="accepted", **changed):
        base_seq = changed.pop("base_seq", self.seq)
        base_root = changed.pop("base_root", None) or self.roots[base_seq]
        return self.push(revision(item, parent, base_seq, base_root, **changed), verdict)

    def roster(self, author, ops, verdict="accepted", rooted=False, **changed):
        base_seq = changed.get("base_seq", self.seq)
        fields = [
            changed.get("version", 1),
            changed.get("vault", VAULT),
            changed.get("prev", self.record),
            base_seq,
            changed.get("base_root", self.roots[min(base_seq, self.seq)]),
            author.id,
            changed.get("generation", author.generation),
            changed.get("made_at", 1_750_000_000),
            ops,
        ]
        root = changed.get("root", author.root) if rooted else None
        return self.push(sign_record(fields, changed.get("key", author.key), root), verdict)

    def vector(self, roster):
        """What goes in, and what must come out."""
        steps = [[self.roots[0].hex(), "empty"], [self.roots[1].hex(), "founded"]]
        steps += [[root.hex(), verdict] for root, verdict in zip(self.roots[2:], self.verdicts)]
        return {**self.first, "entries": self.entries}, {"steps": steps, "roster": roster}


def member(account, role):
    return {"account": account.id.hex(), "role": role, "generation": account.generation}


def roster_of(members, epoch=1, due=False, invites=0, keep_days=0, **later):
    members = sorted(members, key=lambda one: one["account"])
    return {"members": members, "epoch": epoch, "epoch_due": due, "invites": invites, "keep_days": keep_days, **later}


def void(reason):
    return "void: " + reason


ITEM, OTHER = b"\x11" * 16, b"\x22" * 16


def epoch_op(epoch, back_to=None, back=bytes(105)):
    return [8, epoch, commitment_of(epoch), epoch - 1 if back_to is None else back_to, back]


class Invitation:
    """The secret is what the key's name stands for; here only the key matters."""

    def __init__(self, name, role, expires_at=1_750_000_000 + DAY):
        self.key, self.role, self.expires_at = Key("invite " + name), role, expires_at

    @property
    def op(self):
        return [2, self.key.public, self.role, self.expires_at]

    def accept(self, log, account, record, role=None, genesis=None, invite_key=None, key=None, pinned=None):
        pinned = account.certificate()[1] if pinned is None else pinned
        fields = cbor([1, genesis or log.genesis, self.key.public, record, role or self.role, pinned])
        by_invite = (invite_key or self.key).sign("accept", fields)
        return cbor([fields, by_invite, (key or account.key).sign("accept", fields)])


def add(account, role, accept=None, certificate=None):
    return [4, certificate or account.certificate()[0], role, accept]
