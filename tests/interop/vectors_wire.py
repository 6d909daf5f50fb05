"""The vectors of vault-wire: what is encoded, signed and judged."""

from coffer_v1 import documents, log
from coffer_v1.account import Certificate
from suite import same

KINDS = {log.PUT: "Put", log.TOMBSTONE: "Tombstone"}


def certificate(i):
    read = Certificate(i["signed"])
    return {
        "account_id": read.account,
        "root": read.root,
        "generation": read.generation,
        "sign": read.sign,
        "kem": read.kem,
        "made_at": read.made_at,
        "hash": read.hash,
    }


def founding(i):
    read = log.Founding(i["record"], i["signature"], i.get("known"))
    return {
        "vault_id": read.vault,
        "founder": read.author,
        "commitment": read.commitment,
        "genesis_hash": read.hash,
    }


def revision(i):
    read = log.Revision(i["header"], i["body_hash"])
    read.verify(i["sign"], i["signature"])
    return {
        "vault_id": read.vault,
        "item_id": read.item,
        "kind": KINDS[read.kind],
        "parent": read.parent,
        "author": read.author,
        "generation": read.generation,
        "epoch": read.epoch,
        "base_seq": read.base_seq,
        "base_root": read.base_root,
        "blobs": read.blobs,
        "hash": read.hash,
    }


def whole_log(i):
    replayed = log.Log(i["record"], i["signature"])
    steps = [[replayed.roots[0], "empty"], [replayed.root, "founded"]]
    for entry in i["entries"]:
        try:
            replayed.push(entry["header"], entry["body_hash"], entry["signature"])
            verdict = "accepted"
        except log.Void as void:
            verdict = f"void: {void}"
        steps.append([replayed.root, verdict])
    return steps


READ = {
    "certificate": certificate,
    "ct-root": lambda i: documents.chunk_root(i["blob_id"], i["chunks"]),
    "founding": founding,
    "log": whole_log,
    "revision": revision,
}

VALID = {name: lambda i, e, read=read: same(read(i), e) for name, read in READ.items()}
INVALID = READ
