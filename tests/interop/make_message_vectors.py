"""Writes the golden vectors of the messages between client and server, from docs/formats/protocol.md alone.

Run it after make_wire_vectors.py, whose records, revisions, grants and answers these messages carry.
"""

import base64
import json

from coffer_v1.cbor import encode as cbor
from coffer_v1.primitives import H, sha
from make_wire_vectors import HERE, KEM, NAME, Key, anna

written = set()


def given(name):
    """The inputs of another valid vector, as bytes."""
    inputs = json.loads((HERE / "valid" / (name + ".json")).read_text())["inputs"]
    return {key: bytes.fromhex(value) for key, value in inputs.items() if isinstance(value, str)}


def write(kind, name, note, inputs, **rest):
    path = HERE / kind / f"message-{name}.json"
    path.write_text(json.dumps({"format": "message", "note": note, "inputs": inputs, **rest}, indent=2, ensure_ascii=False) + "\n")
    written.add(path)


def valid(name, message, note, value, expected):
    write("valid", name, note, {"message": message, "bytes": cbor(value).hex()}, expected=expected)


def invalid(name, message, note, value, check):
    data = value if isinstance(value, bytes) else cbor(value)
    write("invalid", name, note, {"message": message, "bytes": data.hex()}, check=check)


VAULT, OTHER = b"\x11" * 16, b"\x22" * 16
BLOB, BATCH, ROOT = b"\x55" * 16, b"\x66" * 16, sha(b"root")

founding, revision = given("founding"), given("revision")
BODY = b"a sealed body, as far as anybody can see"
RECORD = [2, founding["record"], founding["signatures"]]
WITHOUT = [1, revision["header"], revision["body_hash"], None, revision["signature"]]
WHOLE = [1, revision["header"], sha(BODY), BODY, revision["signature"]]
TWICE = [2, founding["record"], founding["signatures"] + b"\x01" * 64]


def entry_of(entry):
    """What a reader makes of an entry."""
    if entry[0] == 2:
        return {"hash": H("roster-entry", entry[1]).hex(), "whole": True}
    return {"hash": H("rev", entry[1], entry[2]).hex(), "whole": entry[3] is not None}


def changed(value, at, new):
    return value[:at] + [new] + value[at + 1 :]


def entries():
    for name, note, entry in (
        ("entry-whole", "A revision with its body.", WHOLE),
        ("entry-without-body", "A revision whose body is not sent.", WITHOUT),
        ("entry-record", "A roster record.", RECORD),
        ("entry-record-root", "A roster record that the root signed too.", TWICE),
    ):
        valid(name, "entry", note, entry, entry_of(entry))
    for name, note, entry, check in (
        ("kind", "A kind to come.", [3, *WITHOUT[1:]], "UnknownKind(3)"),
        ("hash", "The body has another hash.", changed(WHOLE, 3, BODY + b"."), "HashMismatch"),
        ("fewer", "The signature is missing.", WITHOUT[:-1], "Malformed"),
        ("signature", "The signature is one byte short.", changed(WITHOUT, 4, b"\x01" * 63), "Malformed"),
        ("signatures", "A record with a signature and a half.", changed(RECORD, 2, b"\x01" * 96), "Malformed"),
        ("record-more", "A record with one item more.", [*RECORD, None], "Malformed"),
    ):
        invalid("entry-" + name, "entry", note, entry, check)
    data = cbor(WITHOUT)
    invalid("entry-trailing", "entry", "One byte follows.", data + b"\0", "TrailingBytes")
    invalid("entry-cut", "entry", "The last byte is missing.", data[:-1], "Malformed")
    invalid("entry-long-head", "entry", "The array's head takes one byte more.", b"\x98\x05" + data[1:], "NotCanonical")


def pages():
    page = [1, VAULT, 1, [WHOLE, TWICE, WITHOUT], 9, ROOT]
    for name, note, value in (
        ("page", "Three entries, and five more to ask for.", page),
        ("page-last", "The last entries.", changed(page, 4, 4)),
        ("page-empty", "Nothing new.", changed(changed(page, 3, []), 4, 1)),
        ("page-rolled-back", "The log is shorter than what the client has: well formed, and an alarm.", changed(changed(page, 3, []), 4, 0)),
    ):
        expected = {
            "vault_id": VAULT.hex(),
            "after": 1,
            "entries": [entry_of(entry) for entry in value[3]],
            "head_seq": value[4],
            "head_root": ROOT.hex(),
        }
        valid(name, "log-page", note, value, expected)
    for name, note, value, check in (
        ("version", "A version to come.", changed(page, 0, 2), "UnknownVersion(2)"),
        ("stands-still", "No entries, though there are some.", changed(page, 3, []), "Malformed"),
        ("past-head", "More entries than the log has.", changed(page, 4, 3), "Malformed"),
        ("runs-over", "Numbers beyond 64 bits.", changed(changed(page, 2, 2**64 - 2), 4, 2**64 - 1), "Malformed"),
        ("vault", "The vault id is one byte short.", changed(page, 1, VAULT[1:]), "Malformed"),
    ):
        invalid("page-" + name, "log-page", note, value, check)
    claim = b"\x86\x01" + cbor(VAULT) + b"\x01\x9b" + b"\xff" * 8
    invalid("page-claims", "log-page", "It claims 2⁶⁴ − 1 entries.", claim, "TooLong")
    claim = b"\x85\x01\x5b" + b"\xff" * 8
    invalid("entry-claims", "entry", "It claims a header of 2⁶⁴ − 1 bytes.", claim, "Malformed")


def ranges():
    entries = [WITHOUT, TWICE] * 50
    whole = [1, VAULT, 3, entries]
    last = 2**64 // 100 - 1

    def shown(index):
        return {"vault_id": VAULT.hex(), "index": index, "after": 100 * index, "entries": [entry_of(entry) for entry in entries]}

    valid("range", "log-range", "Entries 301 to 400.", whole, shown(3))
    valid("range-last", "log-range", "The last range there can be.", changed(whole, 2, last), shown(last))
    for name, note, value, check in (
        ("version", "A version to come.", changed(whole, 0, 2), "UnknownVersion(2)"),
        ("fewer", "99 entries.", changed(whole, 3, entries[:-1]), "Malformed"),
        ("more", "101 entries.", changed(whole, 3, [*entries, TWICE]), "TooLong"),
        ("body", "An entry with its body.", changed(whole, 3, [*entries[:-1], WHOLE]), "Malformed"),
        ("runs-over", "Numbers beyond 64 bits.", changed(whole, 2, last + 1), "Malformed"),
    ):
        invalid("range-" + name, "log-range", note, value, check)


def pushes():
    push = [1, BATCH, True, [RECORD, WHOLE]]
    expected = {"batch_id": BATCH.hex(), "atomic": True, "entries": [entry_of(RECORD), entry_of(WHOLE)]}
    valid("push", "push", "All or none.", push, expected)
    few = [2, b"", b"\x01" * 64]
    for name, note, value, check in (
        ("version", "A version to come.", changed(push, 0, 2), "UnknownVersion(2)"),
        ("empty", "No entries.", changed(push, 3, []), "Malformed"),
        ("many", "201 entries.", changed(push, 3, [few] * 201), "TooLong"),
        ("without-body", "An entry without its body.", changed(push, 3, [WHOLE, WITHOUT]), "Malformed"),
        ("atomic", "A number in place of a truth value.", changed(push, 2, 1), "Malformed"),
    ):
        invalid("push-" + name, "push", note, value, check)
    results = [[1, 9], [2, 4], [2, 0], [3, 3], [3, 67]]
    words = {1: "accepted", 2: "conflict", 3: "refused"}
    reply = [1, 9, ROOT, results]
    expected = {"head_seq": 9, "head_root": ROOT.hex(), "results": [[words[kind], value] for kind, value in results]}
    valid("push-reply", "push-reply", "Something of everything.", reply, expected)
    new = [["refused", 19], ["refused", 20]]
    note = "Of a format above the vault's, and of a vault that is closed."
    valid("push-reply-new", "push-reply", note, changed(reply, 3, [[3, 19], [3, 20]]), expected | {"results": new})
    for name, note, result, check in (
        ("zero", "Accepted as no entry.", [1, 0], "Malformed"),
        ("beyond", "Accepted beyond the head.", [1, 10], "Malformed"),
        ("conflict-beyond", "In conflict with an entry beyond the head.", [2, 10], "Malformed"),
        ("kind", "A result to come.", [4, 1], "UnknownKind(4)"),
        ("refusal", "A refusal to come.", [3, 69], "UnknownKind(69)"),
        ("refusal-void", "A reason to come for which entries are void.", [3, 21], "UnknownKind(21)"),
        ("parent", "A conflict that is told as a refusal.", [3, 8], "UnknownKind(8)"),
    ):
        invalid("push-reply-" + name, "push-reply", note, changed(reply, 3, [result]), check)
    heal = [1, 2, [WITHOUT, RECORD]]
    valid("heal", "heal", "From the second entry on.", heal, {"first_seq": 2, "entries": [entry_of(WITHOUT), entry_of(RECORD)]})
    invalid("heal-zero", "heal", "There is no entry 0.", changed(heal, 1, 0), "Malformed")
    invalid("heal-empty", "heal", "No entries.", changed(heal, 2, []), "Malformed")


def vaults():
    head = [1, VAULT, 9, ROOT, 3, sha(b"record")]
    expected = {"vault_id": VAULT.hex(), "seq": 9, "root": ROOT.hex(), "epoch": 3, "last_record": sha(b"record").hex()}
    other = changed(head, 1, OTHER)
    valid("head", "vault-head", "A head.", head, expected)
    both = {"vaults": [expected, expected | {"vault_id": OTHER.hex()}], "next": OTHER.hex()}
    valid("vaults", "vault-list", "Two vaults, and more to ask for.", [1, [head, other], OTHER], both)
    valid("vaults-none", "vault-list", "No vaults.", [1, [], None], {"vaults": [], "next": None})
    invalid("head-version", "vault-head", "A version to come.", changed(head, 0, 2), "UnknownVersion(2)")
    invalid("head-epoch", "vault-head", "An epoch beyond 32 bits.", changed(head, 4, 2**32), "TooLong")
    invalid("vaults-order", "vault-list", "Not in order.", [1, [other, head], None], "Malformed")
    invalid("vaults-twice", "vault-list", "One vault twice.", [1, [head, head], None], "Malformed")
    invalid("vaults-next", "vault-list", "The next page begins inside this one.", [1, [head, other], VAULT], "Malformed")


def members():
    grant = [1, VAULT, 3, anna.id, 1, b"\x07" * 1120, b"\x08" * 48]
    valid("grants", "grants", "One grant.", [1, [grant]], {"grants": [[anna.id.hex(), 3]]})
    invalid("grants-empty", "grants", "No grants.", [1, []], "Malformed")
    invalid("grants-nested", "grants", "A grant as a byte string.", [1, [cbor(grant)]], "Malformed")
    first, second = sorted([anna.id, b"\x77" * 16])
    lacking = {"epoch": 3, "accounts": [first.hex(), second.hex()]}
    valid("grants-lacking", "grants-lacking", "Two members.", [1, 3, [first, second]], lacking)
    valid("grants-lacking-none", "grants-lacking", "No member.", [1, 3, []], {"epoch": 3, "accounts": []})
    invalid("grants-lacking-order", "grants-lacking", "Not in order.", [1, 3, [second, first]], "Malformed")
    invalid("grants-lacking-twice", "grants-lacking", "One member twice.", [1, 3, [first, first]], "Malformed")
    invalid("grants-lacking-version", "grants-lacking", "A version to come.", [2, 3, []], "UnknownVersion(2)")
    signed, pinned = anna.certificate()
    accept = cbor([1, ROOT, Key("invite").public, sha(b"record"), 3, pinned])
    answer = [1, signed, cbor([accept, Key("invite").sign("accept", accept), anna.key.sign("accept", accept)]), NAME]
    valid("answers", "answers", "One answer.", [1, [answer]], {"certificates": [pinned.hex()]})
    valid("answers-none", "answers", "No answers.", [1, []], {"certificates": []})
    invalid("answers-nameless", "answers", "An answer without a name.", [1, [answer[:-1]]], "Malformed")
    invalid("answers-version", "answers", "An answer of a version to come.", [1, [changed(answer, 0, 2)]], "UnknownVersion(2)")


def documents():
    declared = {"blob_id": BLOB.hex(), "sealed": 4_194_304 + 524_288 + 32, "chunks": 2}
    valid("declare", "blob-declare", "Two chunks.", [1, BLOB, declared["sealed"]], declared)
    for name, note, size in (
        ("small", "Less than the least document.", 4111),
        ("padding", "A length to which nothing is padded.", 4_194_304 + 4096 + 32),
        ("large", "More than the largest document.", 1_099_515_822_081),
        ("tag", "The second chunk is nothing but a tag.", 4_194_304 + 32),
    ):
        invalid("declare-" + name, "blob-declare", note, [1, BLOB, size], "Malformed")
    ranges = [[0, 1], [2, 5], [262_143, 1]]
    valid("missing", "blob-missing", "Three pieces.", [1, ranges], {"ranges": ranges})
    valid("missing-none", "blob-missing", "It is complete.", [1, []], {"ranges": []})
    for name, note, wrong in (
        ("empty", "A piece of nothing.", [[0, 0]]),
        ("touching", "Two pieces that are one.", [[0, 1], [1, 1]]),
        ("order", "Not in order.", [[5, 1], [0, 1]]),
        ("beyond", "More chunks than a document can have.", [[262_143, 2]]),
    ):
        invalid("missing-" + name, "blob-missing", note, [1, wrong], "Malformed")
    chunks = [sha(bytes([number])) for number in range(3)]
    expected = {"blob_id": BLOB.hex(), "chunks": 3, "root": H("blob-root", BLOB, chunks).hex()}
    valid("chunks", "blob-chunks", "Three chunks.", [1, BLOB, b"".join(chunks)], expected)
    invalid("chunks-none", "blob-chunks", "No chunks.", [1, BLOB, b""], "Malformed")
    invalid("chunks-odd", "blob-chunks", "A hash that is cut off.", [1, BLOB, b"".join(chunks)[:-1]], "Malformed")


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def text_of(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def valid_text(name, message, note, value, expected=None):
    """A message, and what is written of it again if something of it is ignored."""
    text, again = text_of(value), text_of(value if expected is None else expected)
    write("valid", name, note, {"message": message, "text": text}, expected={"text": again})


def invalid_text(name, message, note, text, check="Malformed"):
    text = text if isinstance(text, str) else text_of(text)
    write("invalid", name, note, {"message": message, "text": text}, check=check)


DEVICE, SESSION = sha(b"device").hex(), "33" * 16
KDF = {"m_kib": 262_144, "t": 3, "p": 4}
LIMITS = {
    "page_entries": 1000,
    "push_entries": 200,
    "body_bytes": 4_194_377,
    "document_bytes": 1_099_515_822_080,
    "account_bytes": 10**12,
}
DISCOVERY = {
    "versions": {"api": [1], "format": [1]},
    "issuer": "https://coffer.example",
    "limits": LIMITS,
    "sign_up": "code",
    "features": ["web-authn", "v2"],
    "blob_origins": ["https://blobs.example", "https://[2001:db8::1]:8443"],
    "recovery": {"epoch": 2, "until": 1_790_000_000_000},
}


def event(seq, before, kind, **rest):
    keys = ("actor", "device", "vault")
    ids = [bytes.fromhex(rest[key]) if key in rest else None for key in keys]
    address = rest["address"].encode() if "address" in rest else None
    own = H("audit", before, seq, 1_790_000_000_000 + seq, kind, *ids, address)
    return {"seq": seq, "at": 1_790_000_000_000 + seq, "kind": kind, **rest, "hash": b64(own)}, own


def statement():
    parts = [sha(b"\x01" * 192), sha(b"\x02" * 200), sha(b"\x03" * 110)]
    enrolment = cbor([1, anna.id, anna.root.public, "https://coffer.example", 7, *parts])
    return cbor([enrolment, anna.root.sign("reenrol", enrolment)])


def device_keys():
    """The signed statement of a device."""
    key = Key("device")
    fields = cbor([1, anna.id, key.public, KEM, 1_750_000_000])
    return b64(cbor([fields, key.sign("device", fields)]))


def code_statement(box):
    """The root's statement of a recovery code with a box, or of none."""
    code = [Key("code").public, sha(box)] if box else [None, None]
    fields = cbor([1, anna.id, anna.root.public, "https://coffer.example", 2, *code])
    return b64(cbor([fields, anna.root.sign("code", fields)]))


def texts():
    account, vault = anna.id.hex(), VAULT.hex()
    boxes = {"keyset": b64(b"\x02" * 200), "root_box": b64(b"\x03" * 110)}
    proof = {"certificate": b64(anna.certificate()[0]), "statement": b64(statement())}
    tokens = {"access": "eyJ.eyJ.sig", "access_seconds": 600, "refresh": "r" * 43, "refresh_seconds": 2_592_000}
    label = b64(b"\x01" + b"\x09" * 328)
    device = {"device_id": DEVICE, "device": device_keys(), "label": label, "added_at": 1, "seen_at": 2, "current": True}
    nameless = {name: part for name, part in device.items() if name != "label"}
    session = {"session_id": SESSION, "device_id": DEVICE, "begun_at": 1, "used_at": 2, "current": False}
    factors = {"totp": True, "recovery_left": 9}
    first, own = event(1, bytes(32), "account-created", actor=account)
    second, _ = event(2, own, "signed-in", actor=account, device=DEVICE, vault=vault, address="2001:db8::1")
    finish = {"login": "anna@example.org", "kdf": KDF, "record": b64(b"\x01" * 192), **boxes, **proof}
    for message, value in (
        ("discovery", DISCOVERY),
        ("hint", {"vault": vault, "head": 42}),
        ("register-start", {"account_id": account, "request": b64(b"\x01" * 32)}),
        ("register-start-reply", {"response": b64(b"\x01" * 64)}),
        ("register-finish", {**finish, "code": "K7-WELCOME"}),
        ("register-reply", {"version": 7}),
        ("login-params", {"login": "anna@example.org"}),
        ("login-params-reply", {"account_id": account, "kdf": KDF}),
        ("login-start", {"account_id": account, "ke1": b64(b"\x01" * 96)}),
        ("login-start-reply", {"ke2": b64(b"\x01" * 320), "state": "s1"}),
        ("login-finish", {"state": "s1", "ke3": b64(b"\x01" * 64)}),
        ("login-step", {"factor": {"state": "s2", "factors": ["totp", "recovery"]}}),
        ("factor-code", {"state": "s2", "code": "123456"}),
        ("factor-state", factors),
        ("totp-secret", {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}),
        ("totp-confirm", {"code": "123456"}),
        ("recovery-codes", {"codes": [f"code-{number}" for number in range(10)]}),
        ("tokens", tokens),
        ("refresh", {"refresh": "r" * 43}),
        ("logout", {"scope": "all"}),
        ("add-device", {"state": "s3", "device": device_keys()}),
        ("device-label", {"label": label}),
        ("device-list", {"devices": [device, nameless]}),
        ("session-list", {"sessions": [session]}),
        ("keyset", {"kdf": KDF, **boxes, **proof}),
        (
            "export",
            {
                "account_id": account,
                "login": "anna@example.org",
                "created_at": 1,
                "version": 7,
                "factors": factors,
                "devices": [device],
                "sessions": [session],
                "vaults": [{"vault_id": vault, "bytes": 5}],
            },
        ),
        ("audit", {"events": [first, second], "more": False}),
        ("mail-code", {"login": "anna@example.org"}),
        ("code-start", {"login": "anna@example.org"}),
        ("code-start-reply", {"account_id": account, "challenge": b64(b"\x04" * 32), "state": "s4"}),
        ("code-finish", {"state": "s4", "proof": b64(b"\x05" * 64)}),
        ("approval-offer", {"approval_id": "07" * 16}),
        ("approval-state", {"approval_id": "07" * 16, "request": b64(b"\x07" * 1553)}),
        ("approval-answer", {"approval_id": "07" * 16, "answer": b64(b"\x08" * 17635)}),
        ("approval-request", {"account_id": account, "approval_id": "07" * 16, "request": b64(b"\x07" * 73)}),
        ("approval-reply", {"answer": b64(b"\x08")}),
        ("code-box", {"statement": code_statement(b"\x06" * 300), "box": b64(b"\x06" * 300)}),
        ("change-login", {"login": "anna@example.net", "code": "123456"}),
        ("usage", {"bytes": 5, "limit": 2**40, "vaults": [{"vault_id": vault, "bytes": 5}]}),
        ("problem", {"code": "rate-limited", "status": 429, "title": "Too many requests", "retry_after": 30}),
    ):
        valid_text(message, message, "An example.", value)
    valid_text("login-step-device", "login-step", "A device that is not known yet.", {"device": {"state": "s3"}})
    valid_text("login-step-done", "login-step", "Through.", {"done": {"tokens": tokens}})
    valid_text("register-finish-open", "register-finish", "Where no code is needed.", finish)
    valid_text("approval-state-waiting", "approval-state", "No device has asked.", {"approval_id": "07" * 16})
    valid_text("approval-reply-waiting", "approval-reply", "Nobody has answered.", {})
    valid_text("code-box-withdrawn", "code-box", "No code any more.", {"statement": code_statement(None), "box": None})
    valid_text("change-login-plain", "change-login", "A server that mails nothing.", {"login": "anna"})
    left = {"code": "vaults-left", "status": 409, "title": "Vaults are left", "vaults": [vault]}
    valid_text("problem-vaults", "problem", "An account that is still needed.", left)
    quiet = {name: part for name, part in DISCOVERY.items() if name not in ("features", "blob_origins")}
    quiet["recovery"] = {"epoch": 0}
    lists = {"features": [], "blob_origins": []}
    written = {name: (quiet | lists)[name] for name in DISCOVERY}
    valid_text("discovery-plain", "discovery", "A server without what may be left out.", quiet, written)
    ignored_texts(account, tokens, device, session, {"kdf": KDF, **boxes, **proof})
    wrong_texts(account, finish)


def ignored_texts(account, tokens, device, session, keyset):
    """Replies of a newer server: what is unknown in them is ignored."""

    def newer(value):
        return {**value, "newer": [{"a": None}]}

    note = "A reply with a member to come."
    step = {"state": "s2", "factors": ["totp", "recovery"]}
    for message, value, given in (
        ("login-params-reply", {"account_id": account, "kdf": KDF}, None),
        ("keyset", keyset, None),
        ("device-list", {"devices": [device]}, {"devices": [newer(device)]}),
        ("session-list", {"sessions": [session]}, {"sessions": [newer(session)]}),
        ("discovery", DISCOVERY, newer(DISCOVERY) | {"limits": newer(LIMITS), "recovery": newer(DISCOVERY["recovery"])}),
        ("login-step", {"factor": step}, {"factor": newer(step)}),
        ("login-step-done", {"done": {"tokens": tokens}}, {"done": newer({"tokens": newer(tokens)})}),
        ("hint", {"vault": VAULT.hex(), "head": 42}, None),
        ("problem", {"code": "internal", "status": 500, "title": "To come"}, None),
    ):
        form = message.removesuffix("-done")
        valid_text(message + "-newer", form, note, newer(value) if given is None else given, value)
    later = {"state": "s2", "factors": ["web-authn", "totp", "single sign-on"]}
    known = {"factor": {"state": "s2", "factors": ["totp"]}}
    valid_text("login-step-unknown", "login-step", "Second factors to come.", {"factor": later}, known)
    more = {"account_id": account, "kdf": newer(KDF)}
    invalid_text("login-params-reply-kdf", "login-params-reply", "A cost to come, which makes another key.", more)
    invalid_text("keyset-kdf", "keyset", "A cost to come, which makes another key.", {**keyset, "kdf": newer(KDF)})
    invalid_text("login-step-beside", "login-step", "A member beside the one that names the step.", {"factor": step, "newer": 1})
    five = {"factor": {"state": "s2", "factors": ["totp"] * 5}}
    invalid_text("login-step-five", "login-step", "Five factors.", five, "Malformed")


def wrong_texts(account, finish):
    start = {"account_id": account, "request": b64(b"\x01" * 32)}
    for name, note, value in (
        ("extra", "A member that nobody knows.", {**start, "extra": 1}),
        ("missing", "A member is missing.", {"account_id": account}),
        ("short", "One byte is missing.", {**start, "request": b64(b"\x01" * 31)}),
        ("long", "One byte too many.", {**start, "request": b64(b"\x01" * 33)}),
        ("padded", "Base64 with padding.", {**start, "request": b64(b"\x01" * 32) + "="}),
        ("alphabet", "The other alphabet.", {**start, "request": "+" + b64(b"\x01" * 32)[1:]}),
        ("bits", "Unused bits that are not zero.", {**start, "request": b64(b"\x01" * 32)[:-1] + "F"}),
        ("capital", "An id in capitals.", {**start, "account_id": "AB" * 16}),
    ):
        invalid_text("register-start-" + name, "register-start", note, value)
    twice = text_of(start)[:-1] + ',"account_id":"' + account + '"}'
    invalid_text("register-start-twice", "register-start", "A member stands twice.", twice)
    invalid_text("register-start-trailing", "register-start", "Text follows.", text_of(start) + "{}")
    invalid_text("register-start-space", "register-start", "8 KiB and one byte.", text_of(start).ljust(8193), "TooLong")
    invalid_text("register-finish-login", "register-finish", "A login with a capital.", {**finish, "login": "Anna"})
    invalid_text("register-finish-box", "register-finish", "An empty root box.", {**finish, "root_box": ""})
    invalid_text("login-step-two", "login-step", "Two steps at once.", {"device": {"state": "s"}, "done": {}})
    invalid_text("login-step-later", "login-step", "A step to come.", {"later": {"state": "s"}})
    invalid_text("factor-code-space", "factor-code", "A credential with a space.", {"state": "s", "code": "123 456"})
    invalid_text("recovery-codes-nine", "recovery-codes", "Nine codes.", {"codes": ["c"] * 9})
    statement = code_statement(b"\x06" * 300)
    for name, note, message, value in (
        ("add-device-empty", "A device without its keys.", "add-device", {"state": "s3", "device": ""}),
        ("add-device-long", "Keys of 1,481 bytes.", "add-device", {"state": "s3", "device": b64(bytes(1481))}),
        ("device-label-long", "A name of another length.", "device-label", {"label": b64(bytes(330))}),
        ("approval-request-short", "Less than a sealed box.", "approval-request", {"account_id": "05" * 16, "approval_id": "07" * 16, "request": b64(bytes(72))}),
        ("approval-request-long", "More than a signed device.", "approval-request", {"account_id": "05" * 16, "approval_id": "07" * 16, "request": b64(bytes(1554))}),
        ("approval-answer-long", "More than may be handed over.", "approval-answer", {"approval_id": "07" * 16, "answer": b64(bytes(17636))}),
        ("approval-offer-short", "An id of 15 bytes.", "approval-offer", {"approval_id": "07" * 15}),
        ("code-box-missing", "A box that is left out, not null.", "code-box", {"statement": statement}),
        ("code-box-short", "Less than a sealed box.", "code-box", {"statement": statement, "box": b64(bytes(72))}),
        ("code-box-more", "A member that nobody knows.", "code-box", {"statement": statement, "box": None, "extra": 1}),
        ("code-finish-proof", "A proof of 63 bytes.", "code-finish", {"state": "s4", "proof": b64(bytes(63))}),
        ("code-start-login", "A login with a capital.", "code-start", {"login": "Anna"}),
        ("mail-code-extra", "A member that nobody knows.", "mail-code", {"login": "anna", "extra": 1}),
        ("change-login-empty", "An empty code.", "change-login", {"login": "anna", "code": ""}),
        ("usage-many", "1,001 vaults.", "usage", {"bytes": 0, "limit": 0, "vaults": [{"vault_id": VAULT.hex(), "bytes": 0}] * 1001}),
    ):
        invalid_text(name, message, note, value)
    invalid_text("logout-scope", "logout", "A scope to come.", {"scope": "some"})
    invalid_text("kdf-large", "login-params-reply", "Beyond 32 bits.", {"account_id": account, "kdf": {**KDF, "t": 2**32}})
    invalid_text("kdf-negative", "login-params-reply", "Below zero.", {"account_id": account, "kdf": {**KDF, "t": -1}})
    invalid_text("kdf-null", "login-params-reply", "None.", {"account_id": account, "kdf": {**KDF, "t": None}})
    for name, note, change, check in (
        ("limit", "A limit above the format's.", {"limits": {**LIMITS, "push_entries": 201}}, "OutOfBounds"),
        ("limit-zero", "A limit that lets nothing through.", {"limits": {**LIMITS, "page_entries": 0}}, "OutOfBounds"),
        ("versions", "No version at all.", {"versions": {"api": [1], "format": []}}, "Malformed"),
        ("issuer", "A server without TLS.", {"issuer": "http://coffer.example"}, "Malformed"),
        ("features", "A name with a space.", {"features": ["web authn"]}, "Malformed"),
        ("blob-origins", "Five origins of documents.", {"blob_origins": ["https://a.example"] * 5}, "Malformed"),
        ("blob-origin", "An origin of documents without TLS.", {"blob_origins": ["http://a.example"]}, "Malformed"),
        ("recovery", "A recovery without its epoch.", {"recovery": {"until": 1}}, "Malformed"),
        ("port", "A port beyond 65,535.", {"issuer": "https://coffer.example:65536"}, "Malformed"),
        ("issuer-path", "An origin with a path.", {"issuer": "https://coffer.example/"}, "Malformed"),
    ):
        invalid_text("discovery-" + name, "discovery", note, {**DISCOVERY, **change}, check)


def main():
    entries()
    pages()
    ranges()
    pushes()
    vaults()
    members()
    documents()
    texts()
    # A vector that is no longer written would be checked for ever without anybody knowing where it came from.
    for path in HERE.glob("*/message-*.json"):
        if path not in written:
            path.unlink()
    print(f"{len(written)} vectors written")


if __name__ == "__main__":
    main()
