"""The vectors of vault-crypto: what is sealed, derived and signed."""

import hashlib
import hmac
from types import SimpleNamespace

from coffer_v1 import approval, cbor, devices, documents, grant, invitation, log, password, recovery, roster, slots
from coffer_v1.account import (
    Certificate,
    Enrolment,
    account_of,
    open_account,
    open_keyset,
    open_root_box,
    present_root,
    recovery_box_key,
)
from coffer_v1.primitives import hkdf, labelled, public, sha, unpad, unseal
from coffer_v1.recovery_code import CodeStatement, code_key, open_code_box
from coffer_v1.xwing import XWing
from suite import same


def stretched(i):
    return password.stretched(i["password"], i["secret_key"], i["salt"], *costs(i))


def as_text(value):
    """A text that was taken for hexadecimal."""
    return value.hex() if isinstance(value, bytes) else value


def costs(i):
    return i["memory_kib"], i["passes"], i["lanes"]


def secret_key(i, e):
    same(password.secret_key_text(i["key"]), e["text"])
    same(password.read_secret_key(e["text"].lower().replace("-", " ").replace("0", "o")), i["key"])


def argon2id(i, e):
    joined = stretched(i)
    same(password.slot_key(joined, i["profile_id"], *costs(i)), e["slot_key"])
    same(password.box_key(joined, i["profile_id"]), e["root_box_key"])


def keys(i, e):
    for name, label in (("database", "db"), ("local", "local"), ("header", "header"), ("keyset_local", "keyset-local")):
        same(hkdf(i["root_key"], labelled(label)), e[name])


def backup(i, e):
    key = hkdf(i["root_key"], labelled("backup"))
    same((key, hmac.digest(key, labelled("backup", i["body"]), "sha256")), (e["key"], e["mac"]))


def local_vault_key(i, e):
    same(open_vault_key(i | e), i["vault_key"])
    same(grant.commitment(i["vault_id"], i["epoch"], i["vault_key"]), e["commitment"])


def open_vault_key(i):
    return unseal(i["local_key"], labelled("local/vault-key", i["vault_id"], i["epoch"]), i["sealed"])


def local_secret_key(i, e):
    same(unseal(i["local_key"], labelled("local/secret-key", i["profile_id"]), e["sealed"]), i["secret_key"])


def local_draft(i, e):
    same(unseal(i["local_key"], labelled("local/draft", i["profile_id"], i["name"]), e["sealed"]), i["draft"])


def padding(i, e):
    same(unpad(e["padded"]), i["payload"])


def header(i, e):
    read = slots.Header(e["file"])
    same((read.profile, read.version), (i["profile_id"], i["version"]))
    root_key, _ = read.open(i["password"], i["secret_key"])
    same(root_key, i["root_key"])
    same(read.is_authentic(root_key), True)
    for kind, name in ((slots.QUICK, "quick_key"), (slots.RECOVERY, "recovery_code"), (slots.ACCOUNT, "unlock_seed")):
        if name in i:
            same(read.open_with(kind, i[name]), root_key)
    same([part for _, kind, part, _ in read.slots if kind == slots.ACCOUNT], [[i["account_id"]]] if "account_id" in i else [])


def account(i, e):
    certificate = Certificate(e["signed_certificate"])
    same((certificate.account, certificate.bytes, certificate.hash), (e["account_id"], e["certificate"], e["certificate_hash"]))
    same(certificate.account, account_of(public(i["root_seed"])))
    keyset = open_keyset(i["root_key"], certificate.account, e["keyset_box"])
    keyset.belongs_to(certificate)
    seeds = keyset.sign_seed, keyset.kem_seed, keyset.home, keyset.genesis
    same(seeds, (i["sign_seed"], i["kem_seed"], i["home_vault"], i["home_genesis"]))
    key = password.box_key(stretched(i), i["profile_id"])
    same(open_root_box(key, certificate.account, e["root_box"]), i["root_seed"])


def recovery_code(i, e):
    same(password.recovery_code_text(i["code"]), e["text"])
    same(password.read_recovery_code(e["text"].lower().replace("r1-", "")), i["code"])


def account_password(i, e):
    same(password.account_salt(i["secret_key"]), e["salt"])
    joined = password.account_stretched(i["password"], i["secret_key"], *costs(i))
    same(password.opaque_password(joined, *costs(i)), e["opaque_password"])
    key = password.account_unlock_key(joined, i["opaque_export_key"], i["account_id"], *costs(i))
    same(key, e["account_unlock_key"])


def account_boxes(i, e):
    boxes = e["signed_certificate"], e["keyset_box"], e["root_box"]
    root, keyset = open_account(i["account_unlock_key"], e["account_id"], *boxes)
    same((root, keyset.unlock_seed, keyset.generation), (i["root_seed"], i["unlock_seed"], i["generation"]))
    same(Certificate(e["signed_certificate"]).compromised, i.get("compromised", True))
    seeds = keyset.sign_seed, keyset.kem_seed, keyset.home, keyset.genesis
    same(seeds, (i["sign_seed"], i["kem_seed"], i["home_vault"], i["home_genesis"]))
    same_earlier(keyset, i)
    key = recovery_box_key(i["recovery_code"], i["profile_id"])
    same(open_root_box(key, e["account_id"], e["recovery_root_box"]), i["root_seed"])


def same_earlier(keyset, i):
    """Checks the keys of earlier identities."""
    names = "generation", "kem_seed", "certificate_hash"
    same(keyset.earlier, [[one[name] for name in names] for one in i.get("earlier", [])])


def reenrolment(i, e):
    read = Enrolment(e["signed"], account_of(public(i["root_seed"])), i["issuer"], i["version"] - 1)
    same((read.bytes, read.covers(i["record"], i["keyset"], i["root_box"])), (e["statement"], True))


def consent(i, e):
    account = account_of(public(i["root_seed"]))
    read = recovery.Consent(e["signed"], account)
    same((read.number, read.threshold, read.wait_days), (i["number"], i["threshold"], i["wait_days"]))
    named = [certificate for certificate, _ in read.guardians]
    same((named, read.hash), (e["guardian_hashes"], e["consent_hash"]))
    shares = {}
    for guardian, certificate, data in zip(i["guardians"], named, e["shares"]):
        share = recovery.Share(data)
        shares[share.index] = share.open(read, guardian["kem_seed"], certificate)
    # Those of the first who are enough; the certificate is the one that the owner had then.
    enough = dict(list(shares.items())[: read.threshold])
    identity = SimpleNamespace(
        root=public(i["root_seed"]), generation=1, sign=public(i["sign_seed"]), kem=XWing(i["kem_seed"]).public
    )
    root, keyset = recovery.open_recovered(read, enough, e["box"], identity)
    same((root, keyset.home, keyset.genesis), (i["root_seed"], i["home_vault"], i["home_genesis"]))


def recovery_release(i, e):
    account = account_of(public(i["root_seed"]))
    read, request = recovery.Consent(e["consent"], account), recovery.Request(e["request"])
    same((request.account, request.kind, request.made_at), (account, read.kind, i["requested_at"]))
    same((request.hash, request.kem), (e["request_hash"], XWing(i["request_seed"]).public))
    shares = {}
    for named, signer, data in zip(e["certificates"], e["signers"], e["releases"]):
        release = recovery.Release(data)
        opened = release.open(request, read, i["request_seed"], Certificate(named), Certificate(signer))
        shares[release.index] = opened
    same(list(shares), list(range(1, len(i["guardians"]) + 1)))
    identity = SimpleNamespace(
        root=public(i["root_seed"]), generation=1, sign=public(i["sign_seed"]), kem=XWing(i["kem_seed"]).public
    )
    root, _ = recovery.open_recovered(read, shares, e["box"], identity)
    same(root, i["root_seed"])


def code_box(i, e):
    account, certificate = e["account_id"], Certificate(e["signed_certificate"])
    statement = CodeStatement(e["statement"], account, i["issuer"], i["number"] - 1, e["box"])
    same((statement.number, statement.code), (i["number"], e["code_key"]))
    same(code_key(i["recovery_code"], account), e["code_key"])
    statement.check_proof(e["proof"], account, i["challenge"], i["device_id"])
    root, keyset, secret = open_code_box(e["box"], i["recovery_code"], account, certificate)
    same((root, keyset.unlock_seed, secret), (i["root_seed"], i["unlock_seed"], i["secret_key"]))
    same((keyset.home, keyset.genesis), (i["home_vault"], i["home_genesis"]))
    same_earlier(keyset, i)


def code_withdrawn(i, e):
    account = account_of(public(i["root_seed"]))
    same(CodeStatement(e["statement"], account, i["issuer"], i["number"] - 1, None).code, None)


def device(i, e):
    account, device = e["account_id"], e["device_id"]
    keys = devices.Device(e["signed"], account, device)
    known = public(i["device_sign_seed"]), XWing(i["device_kem_seed"]).public, i["stated_at"]
    same((keys.sign, keys.kem, keys.made_at), known)
    same(devices.open_label(i["unlock_seed"], account, device, e["label"]), as_text(i["name"]))
    boxed = as_text(i["purpose"]), e["encapsulated"], e["sealed"]
    same(devices.open_device_box(i["device_kem_seed"], account, device, *boxed), i["secret"])
    revocation = devices.Revocation(e["revocation"], Certificate(e["signed_certificate"]), device)
    same((revocation.compromised, revocation.made_at), (i["device_compromised"], i["revoked_at"]))


def approved(i, e):
    code, account = approval.Code(e["code"]), i["account_id"]
    same((code.address, code.issuer, code.key), (i["address"], i["issuer"], i["server_key"]))
    same((code.account, code.secret), (account, i["secret"]))
    same(approval.approval_id(code.secret, account), e["approval_id"])
    keys = approval.open_request(code.secret, account, e["request"])
    same(devices.device_id(keys.sign), e["device_id"])
    same((keys.kem, keys.made_at), (XWing(i["device_kem_seed"]).public, i["stated_at"]))
    read = approval.Handover(e["answer"], e["request"], code.secret, account, e["device_id"], i["device_kem_seed"])
    same((read.login, read.secret_key), (as_text(i["login"]), i["secret_key"]))
    same((read.registration, read.costs), (i["registration"], list(costs(i))))
    same([list(head) for head in read.heads], [[head["vault_id"], head["seq"], head["root"]] for head in i["heads"]])


def kit_code(i, e):
    read = approval.KitCode(e["text"])
    same((read.address, read.issuer, read.key), (i["address"], i["issuer"], i["server_key"]))
    same((read.login, read.secret_key), (as_text(i["login"]), i["secret_key"]))


def successors(i, e):
    for seed in i["root_seeds"]:
        same(present_root(e["account_id"], e["statements"], public(seed)), e["present"])
    same((e["account_id"], e["present"]), (account_of(public(i["root_seeds"][0])), public(i["root_seeds"][-1])))


def self_grant(i, e):
    founding_record, renewal = e["records"]
    replayed = log.Log(founding_record["record"], founding_record["signatures"])
    replayed.push_record(renewal["record"], renewal["signatures"])
    first, second = map(Certificate, e["certificates"])
    same(replayed.roster.members[first.account][1].hash, second.hash)
    committed = replayed.roster.epochs[1][0]
    before, by_self = grant.Grant(e["grant_before"]), grant.Grant(e["grant_by_self"])
    same((before.generation, by_self.generation), (1, 2))
    same(before.open(i["kem_seed"], first.hash, committed), e["key"])
    same(by_self.open(i["next"]["kem_seed"], second.hash, committed), e["key"])


def consent_withdrawn(i, e):
    read = recovery.Consent(e["signed"], account_of(public(i["root_seed"])))
    same((read.number, read.threshold, read.guardians, read.box_hash), (i["number"], 0, [], None))


def founding(i, e):
    founded = roster.Founding(e["record"], e["signature"])
    same((founded.vault, founded.hash), (e["vault_id"], e["genesis_hash"]))
    same(founded.commitment, grant.commitment(founded.vault, 1, e["key"]))
    same(founded.certificate.sign, public(i["sign_seed"]))
    same(log.empty_root(founded.vault), e["root_0"])
    same(log.next_root(e["root_0"], 1, founded.hash, e["signature"]), e["root_1"])


def sharing(i, e):
    founding_record, *records = e["records"]
    replayed = log.Log(founding_record["record"], founding_record["signatures"])
    link = invitation.Link(e["link"])
    same((link.server, link.genesis, link.secret), (i["server"], replayed.roster.genesis, i["invite_secret"]))
    for record in records:
        replayed.push_record(record["record"], record["signatures"])
    same(replayed.root, e["root"])
    invited = roster.Record(records[0]["record"], records[0]["signatures"])
    terms = i.get("role", roster.EDITOR), i.get("expires_at", i["made_at"] + 1000)
    same((invited.ops[0][2:], invited.generation), (list(terms), i["owner"].get("generation", 1)))
    same(replayed.root_at(link.seq), link.root)
    certificate, accept, name = invitation.read_answer(e["answer"], Certificate)
    opened = invitation.open_name(link.secret, replayed.roster.genesis, certificate.hash, name)
    same(opened, as_text(i["name"]))
    same(invitation.read_reading(e["reading"], link.vault, certificate.account), accept.invite)
    same((accept.invite, certificate.sign), (invitation.invitation_key(link.secret), public(i["member"]["sign_seed"])))
    role, joined = replayed.roster.members[certificate.account]
    same((role, joined.hash), (i.get("later_role", roster.OWNER), certificate.hash))
    same((joined.generation, joined.compromised), (i["member"].get("generation", 1), False))
    # Who joined gets the latest key, and with it the one before.
    read = grant.Grant(e["grant"])
    key = read.open(i["member"]["kem_seed"], certificate.hash, replayed.roster.epochs[2][0])
    same(grant.keys_before(replayed.roster, 2, key), {1: e["keys"][0], 2: e["keys"][1]})


def revision(i, e):
    read = log.Revision(e["header"], sha(e["body"]))
    kind = {"put": log.PUT, "tombstone": log.TOMBSTONE}[i["kind"]]
    same((read.vault, read.item, read.kind, read.parent), (i["vault_id"], i["item_id"], kind, i["parent"]))
    same((read.author, read.epoch, read.base_seq, read.base_root), (i["author"], i["epoch"], i["base_seq"], i["base_root"]))
    same(read.blobs, [[blob["blob_id"], blob["ct_size"], blob["ct_root"]] for blob in i["blobs"]])
    same(read.hash, e["hash"])
    read.verify(public(i["sign_seed"]), e["signature"])
    same(read.open(i["vault_key"], e["body"]), i["payload"])


def blob(i, e):
    layout = documents.Layout(i["size"])
    same((layout.padded, layout.sealed), (e["padded"], e["sealed"]))
    content = (bytes(range(251)) * (i["size"] // 251 + 1))[: i["size"]].ljust(layout.padded, b"\0")
    key, prefix = documents.keys(i["blob_id"], i["file_key"])
    for index in range(layout.chunks):
        chunk = content[index * documents.CHUNK :][: layout.chunk_size(index)]
        sealed = documents.seal_chunk(key, documents.nonce(prefix, index, layout.chunks), chunk)
        same((documents.chunk_hash(sealed), sealed[:32]), (e["chunk_hashes"][index], e["first_bytes"][index]))
    same(documents.chunk_root(i["blob_id"], e["chunk_hashes"]), e["ct_root"])


def x_wing(i, e, drawn):
    # The draft takes its seeds from this stream: so these are its own vectors, not ours.
    same(i["seed"] + drawn in hashlib.shake_128(b"").digest(96 * 3), True)
    pair = XWing(i["seed"])
    same(pair.public, e["public"])
    same(pair.decapsulate(e["encapsulated"]), e["shared"])


VALID = {
    "approval": approved,
    "kit-code": kit_code,
    "account-boxes": account_boxes,
    "account-password": account_password,
    "code-box": code_box,
    "code-withdrawn": code_withdrawn,
    "consent": consent,
    "consent-withdrawn": consent_withdrawn,
    "device": device,
    "recovery-code": recovery_code,
    "recovery-release": recovery_release,
    "self-grant": self_grant,
    "successors": successors,
    "reenrolment": reenrolment,
    "secret-key": secret_key,
    "argon2id": argon2id,
    "backup": backup,
    "keys": keys,
    "local-vault-key": local_vault_key,
    "local-secret-key": local_secret_key,
    "local-draft": local_draft,
    "padding": padding,
    "header": header,
    "account": account,
    "founding": founding,
    "sharing": sharing,
    "revision": revision,
    "blob": blob,
    "x-wing": x_wing,
}


def refuse_keyset(i):
    open_keyset(i["root_key"], i["account_id"], i["keyset_box"])


def refuse_revision(i):
    read = log.Revision(i["header"], sha(i["body"]))
    read.verify(i["sign_public"], i["signature"])
    read.open(i["vault_key"], i["body"])


def refuse_account_boxes(i):
    boxes = i["signed_certificate"], i["keyset_box"], i["root_box"]
    open_account(i["account_unlock_key"], i["account_id"], *boxes)


def refuse_code_statement(i):
    CodeStatement(i["statement"], i["account_id"], i["issuer"], i["known"], i["box"])


def refuse_code_box(i):
    open_code_box(i["box"], i["recovery_code"], i["account_id"], Certificate(i["signed_certificate"]))


def refuse_device_box(i):
    device = devices.device_id(public(cbor.KEY(i["device_sign_seed"])))
    parts = as_text(i["purpose"]), i["encapsulated"], i["sealed"]
    devices.open_device_box(i["device_kem_seed"], i["account_id"], device, *parts)


def refuse_release(i):
    request = recovery.Request(i["request"])
    consent = recovery.Consent(i["consent"], request.account)
    certificates = Certificate(i["certificate"]), Certificate(i["signer"])
    recovery.Release(i["release"]).open(request, consent, i["request_seed"], *certificates)


def refuse_approval_answer(i):
    device = devices.device_id(public(cbor.KEY(i["device_sign_seed"])))
    approval.Handover(i["answer"], i["request"], i["secret"], i["account_id"], device, i["device_kem_seed"])


INVALID = {
    "approval-answer": refuse_approval_answer,
    "approval-code": lambda i: approval.Code(as_text(i["text"])),
    "approval-request": lambda i: approval.open_request(i["secret"], i["account_id"], i["request"]),
    "kit-code": lambda i: approval.KitCode(as_text(i["text"])),
    "code-box": refuse_code_box,
    "code-statement": refuse_code_statement,
    "device": lambda i: devices.Device(i["signed"], i["account_id"], i["device_id"]),
    "device-box": refuse_device_box,
    "device-label": lambda i: devices.open_label(i["unlock_seed"], i["account_id"], i["device_id"], i["label"]),
    "recovery-request": lambda i: recovery.Request(i["request"]),
    "release": refuse_release,
    "revocation": lambda i: devices.Revocation(i["revocation"], Certificate(i["signed_certificate"]), i["device_id"]),
    "successors": lambda i: present_root(i["account_id"], i["statements"], i["pinned"]),
    "account-boxes": refuse_account_boxes,
    "consent": lambda i: recovery.Consent(i["signed"], i["account_id"]).follows(i["known"], i["known_hash"]),
    "recovery-code": lambda i: password.read_recovery_code(i["text"]),
    "reenrolment": lambda i: Enrolment(i["signed"], i["account_id"], i["issuer"], i["known"]),
    "share": lambda i: recovery.Share(i["share"]),
    "secret-key": lambda i: password.read_secret_key(i["text"]),
    "header": lambda i: slots.Header(i["file"]),
    "local-vault-key": lambda i: same(len(open_vault_key(i)), 32),
    "padding": lambda i: unpad(i["padded"]),
    "keyset": refuse_keyset,
    "certificate": lambda i: Certificate(i["signed"]),
    "revision": refuse_revision,
}
