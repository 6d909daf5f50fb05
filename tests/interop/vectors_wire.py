"""The vectors of vault-wire: what is encoded, signed and judged."""

import json

from coffer_v1 import connect, documents, guardians, invitation, json_messages, log, messages, roster
from coffer_v1.account import Certificate
from coffer_v1.grant import Grant
from coffer_v1.refused import Unread, Void
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
    read = roster.Founding(i["record"], i["signatures"], i.get("known"))
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
    replayed = log.Log(i["record"], i["signatures"])
    steps = [[replayed.roots[0], "empty"], [replayed.root, "founded"]]
    for entry in i["entries"]:
        try:
            if "record" in entry:
                replayed.push_record(entry["record"], entry["signatures"])
            else:
                replayed.push(entry["header"], entry["body_hash"], entry["signature"])
            verdict = "accepted"
        except Void as void:
            verdict = f"void: {void}"
        except Unread:
            verdict = "unread"
        steps.append([replayed.root, verdict])
    now = replayed.roster
    return {
        "steps": steps,
        "roster": {
            "members": [
                {"account": account, "role": role, "generation": certificate.generation}
                for account, (role, certificate) in sorted(now.members.items())
            ],
            "epoch": now.epoch,
            "epoch_due": now.epoch_due,
            "invites": len(now.invites),
            "keep_days": now.keep_days,
        }
        | later_parts(now),
    }


def later_parts(roster):
    """What has changed of the parts that are left out while they are those of a new vault."""
    parts = {"closed": roster.closed, "second_factor": roster.second_factor}
    later = {name: part for name, part in parts.items() if part}
    return later | ({"format": roster.format} if roster.format != 1 else {})


def answer(i):
    _, accept, _ = invitation.read_answer(i["answer"], Certificate)
    return {
        "genesis_hash": accept.genesis,
        "invite": accept.invite,
        "invite_record": accept.record,
        "role": accept.role,
        "certificate": accept.certificate,
    }


def grant(i):
    read = Grant(i["grant"])
    return {
        "vault_id": read.vault,
        "epoch": read.epoch,
        "recipient": read.recipient,
        "generation": read.generation,
    }


def message(i):
    if "text" in i:
        # What was read is written again; the examples are in the order of the documentation.
        read = json_messages.read(i["message"], i["text"])
        return {"text": json.dumps(read, separators=(",", ":"), ensure_ascii=False)}
    return messages.READ[i["message"]](i["bytes"])


def connect_code(i):
    read = connect.ConnectCode(i["text"])
    return {"address": read.address, "issuer": read.issuer, "key": read.key, "code": read.code}


def recovery_text(i):
    read = guardians.READ[i["message"]](guardians.read_text(i["text"], i["message"]))
    if i["message"] == "card":
        read.verify()
    if i["message"] == "request":
        names = ["account", "consent", "kem", "made_at"]
        return {"number": read.kind} | {name: getattr(read, name) for name in names}
    return vars(read)


READ = {
    "answer": answer,
    "certificate": certificate,
    "connect-code": connect_code,
    "ct-root": lambda i: documents.chunk_root(i["blob_id"], i["chunks"]),
    "founding": founding,
    "grant": grant,
    "log": whole_log,
    "message": message,
    "recovery-text": recovery_text,
    "revision": revision,
}

VALID = {name: lambda i, e, read=read: same(read(i), e) for name, read in READ.items()}
INVALID = READ
