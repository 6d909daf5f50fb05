"""Writes the golden vectors of vault-wire, from docs/formats/v1.md alone.

It shares no code with the program that is tested by them, only the encoding with the reader beside it. `cargo xtask
vectors` runs it. Every byte follows from fixed seeds, so running it twice changes nothing.
"""

import base64
import json

import random_logs
import recovery_texts
from actors import (
    DAY,
    EDITOR,
    ITEM,
    KEM,
    MANAGER,
    NONCE,
    OTHER,
    OWNER,
    PUT,
    ROOT,
    TOMBSTONE,
    VAULT,
    VIEWER,
    Account,
    Invitation,
    Key,
    Log,
    add,
    anna,
    ben,
    cleo,
    commitment_of,
    dora,
    epoch_op,
    founding,
    genesis_ops,
    member,
    revision,
    roster_of,
    vault_id_of,
    void,
)
from coffer_v1.cbor import encode as cbor
from coffer_v1.primitives import H, sha

HERE = ROOT / "crates/vault-wire/testdata/v1"


def write(kind, name, form, note, inputs, **rest):
    path = HERE / kind / (name + ".json")
    path.write_text(json.dumps({"format": form, "note": note, "inputs": inputs, **rest}, indent=2) + "\n")
    written.add(path)


def valid(name, form, note, inputs, expected):
    write("valid", name, form, note, inputs, expected=expected)


def invalid(name, form, note, inputs, check):
    write("invalid", name, form, note, inputs, check=check)


def write_log(log, name, note, roster):
    inputs, expected = log.vector(roster)
    valid(name, "log", note, inputs, expected)


def flipped(data, at=-1):
    data = bytearray(data)
    data[at] ^= 1
    return bytes(data)


def certificates():
    for name, generation, compromised in (("certificate", 1, False), ("certificate-next", 2, True)):
        signed, pinned = anna.certificate(generation, compromised)
        expected = {
            "account_id": anna.id.hex(),
            "root": anna.root.public.hex(),
            "generation": generation,
            "sign": Key(f"anna key {generation}").public.hex(),
            "kem": KEM.hex(),
            "made_at": 1_750_000_000,
            "hash": pinned.hex(),
        }
        valid(name, "certificate", f"Generation {generation}.", {"signed": signed.hex()}, expected)
    signed, _ = anna.certificate()
    long = signed.replace(b"\x58\x40", b"\x59\x00\x40")
    for name, note, data, check in (
        ("cut", "The last byte is missing.", signed[:-1], "Malformed"),
        ("trailing", "One byte follows.", signed + b"\0", "TrailingBytes"),
        ("not-canonical", "The length of a signature takes one byte more.", long, "NotCanonical"),
        ("signature", "The key's signature is not one.", flipped(signed), "Signature(SignatureError)"),
    ):
        invalid("certificate-" + name, "certificate", note, {"signed": data.hex()}, check)


def foundings():
    record, genesis = founding()
    expected = {
        "vault_id": VAULT.hex(),
        "founder": anna.id.hex(),
        "commitment": commitment_of(1).hex(),
        "genesis_hash": genesis.hex(),
    }
    valid("founding", "founding", "Record 0.", record, expected)
    known = {**record, "known": genesis.hex()}
    valid("founding-known", "founding", "Record 0 where its hash is known.", known, expected)

    def bad(name, note, check, known=None, **changed):
        inputs, _ = founding(**changed)
        if known:
            inputs["known"] = known.hex()
        invalid("founding-" + name, "founding", note, inputs, check)

    ops = genesis_ops()
    other, stranger = VAULT[::-1], b"\2" * 16
    bad("other", "Another than the known one.", "OtherRecord", known=bytes(32))
    bad("prev", "It follows another record.", "Contents", prev=b"\1" + bytes(31))
    bad("base-seq", "It has seen an entry.", "Contents", base_seq=1)
    bad("base-root", "Its base is not the empty log of this vault.", "Contents", base_root=bytes(32))
    bad("viewer", "The founder is added as a viewer.", "Contents", ops=genesis_ops(role=VIEWER))
    bad("epoch", "It begins with epoch 2.", "Contents", ops=genesis_ops(epoch=2))
    bad("back", "The first epoch seals an older key.", "Contents", ops=genesis_ops(back_to=1, back=bytes(105)))
    bad("back-long", "A sealed key of another length.", "Malformed(TooLong)", ops=genesis_ops(back=bytes(106)))
    bad("role", "No such role.", "Malformed(UnknownKind(5))", ops=genesis_ops(role=5))
    bad("accept", "An acceptance that is none.", "Malformed(Malformed)", ops=genesis_ops(accept=b""))
    bad("version", "A version to come.", "Malformed(UnknownVersion(2))", version=2)
    bad("order", "The changes stand in another order.", "Contents", ops=[ops[1], ops[0], ops[2]])
    bad("more", "There is a fourth change.", "Contents", ops=ops + [ops[2]])
    bad("fewer", "There is no epoch.", "Contents", ops=ops[:2])
    bad("unknown-op", "A change that is not known.", "Malformed(UnknownKind(16))", ops=ops + [[16]])
    bad("long-op", "A change with a part too many.", "Malformed(Malformed)", ops=ops + [[7, 0]])
    bad("many-ops", "33 changes.", "Malformed(TooLong)", ops=ops + [ops[2]] * 30)
    bad("vault-id", "The id is not that of founder and nonce.", "VaultId", vault=other)
    bad("author", "The author is not the certified account.", "Founder", author=stranger, vault=vault_id_of(stranger))
    bad("generation", "The certificate is of another generation.", "Founder", ops=genesis_ops(anna.certificate(2)[0]))
    bad("signer", "Signed by another key.", "Signature(SignatureError)", key=anna.root)
    bad("root", "The root signed too.", "Contents", root=anna.root)
    forged = anna.certificate(root=ben.root)[0]
    bad("certificate", "The certificate is not signed by the root.", "Certificate(Signature(SignatureError))", ops=genesis_ops(forged))


def log_of_revisions():
    log = Log()
    first = log.put(ITEM, None)
    second = log.put(OTHER, None, base_seq=1, blobs=[(b"\x33" * 16, 4112, b"\x44" * 32)])
    log.put(ITEM, None, void("Parent"))
    third = log.put(ITEM, first, base_seq=2)
    log.put(OTHER, second, void("Base"), base_seq=3, base_root=log.roots[2])
    log.put(OTHER, second, void("Base"), base_seq=log.seq + 1, base_root=log.roots[2])
    log.put(OTHER, second, void("Signature"), key=anna.root)
    log.put(OTHER, second, void("Epoch"), epoch=2)
    log.put(OTHER, second, void("Author"), generation=2)
    log.put(OTHER, second, void("Author"), author=ben)
    log.put(OTHER, second, void("OtherVault"), vault=b"\3" * 16)
    deleted = log.put(ITEM, third, kind=TOMBSTONE)
    log.put(ITEM, third, void("Parent"))
    log.put(ITEM, deleted)
    write_log(log, "log", "Accepted and void entries; a put on a tombstone revives.", roster_of([member(anna, OWNER)]))


def log_of_members():
    log = Log()
    editors, managers = Invitation("editors", EDITOR), Invitation("managers", MANAGER)
    log.roster(anna, [Invitation("owners", OWNER).op], void("Role"))
    opened = log.roster(anna, [editors.op, managers.op])
    log.roster(anna, [editors.op], void("Invitation"))
    # Ben takes the manager's invitation, in each wrong way first.
    accept = managers.accept(log, ben, opened)
    log.roster(anna, [add(ben, OWNER, accept)], void("Invitation"), rooted=True)
    log.roster(anna, [add(cleo, MANAGER, accept)], void("Invitation"))
    log.roster(anna, [add(ben, MANAGER, managers.accept(log, ben, opened, genesis=bytes(32)))], void("Invitation"))
    log.roster(anna, [add(ben, MANAGER, managers.accept(log, ben, log.genesis))], void("Invitation"))
    log.roster(anna, [add(ben, EDITOR, managers.accept(log, ben, opened, role=EDITOR))], void("Invitation"))
    log.roster(anna, [add(ben, MANAGER, managers.accept(log, ben, opened, invite_key=cleo.key))], void("Invitation"))
    log.roster(anna, [add(ben, MANAGER, managers.accept(log, ben, opened, key=cleo.key))], void("Invitation"))
    late = managers.expires_at + 1
    log.roster(anna, [add(ben, MANAGER, accept)], void("Invitation"), made_at=late)
    log.roster(anna, [add(ben, MANAGER, accept)], made_at=managers.expires_at)
    log.roster(anna, [add(ben, MANAGER, accept)], void("Member"))
    log.roster(anna, [add(cleo, MANAGER, managers.accept(log, cleo, opened))], void("Invitation"))
    # The manager may do what concerns editors and viewers.
    log.roster(ben, [Invitation("more managers", MANAGER).op], void("Role"))
    log.roster(ben, [add(cleo, EDITOR, editors.accept(log, cleo, opened))])
    log.roster(ben, [add(dora, MANAGER)], void("Role"))
    log.roster(ben, [add(dora, VIEWER)])
    log.roster(ben, [[5, cleo.id, MANAGER]], void("Role"))
    log.roster(ben, [[5, anna.id, VIEWER]], void("Role"), rooted=True)
    log.roster(ben, [[6, anna.id], epoch_op(2)], void("Role"), rooted=True)
    log.roster(ben, [[5, ben.id, OWNER]], void("Role"), rooted=True)
    # Editors write items, not the roster; viewers write nothing.
    log.roster(cleo, [[5, dora.id, EDITOR]], void("Role"))
    log.roster(cleo, [epoch_op(2)], void("Role"))
    log.put(ITEM, None, void("Role"), author=dora)
    first = log.put(ITEM, None, author=cleo)
    # What must stand together, and what must not.
    log.roster(ben, [], void("Combination"))
    log.roster(ben, [[6, dora.id]], void("Combination"))
    log.roster(ben, [epoch_op(2), [6, dora.id]], void("Combination"))
    log.roster(ben, [[7], epoch_op(2)], void("Combination"))
    log.roster(ben, [[1, NONCE]], void("Combination"))
    log.roster(ben, [[6, ben.id], epoch_op(2)], void("Member"))
    log.roster(ben, [[5, dora.id, VIEWER]], void("Member"))
    log.roster(ben, [[6, dora.id], epoch_op(3)], void("Epoch"))
    log.roster(ben, [[6, dora.id], epoch_op(2, back_to=2)], void("Epoch"))
    log.roster(ben, [[6, dora.id], epoch_op(2, back_to=0)], void("Epoch"))
    log.roster(ben, [[6, dora.id], epoch_op(2, back=bytes(104))], void("Epoch"))
    log.roster(ben, [[6, dora.id], epoch_op(2)], void("Parent"), prev=log.genesis)
    log.roster(ben, [[6, dora.id], epoch_op(2)], void("RootSignature"), rooted=True)
    log.roster(ben, [[6, dora.id], epoch_op(2)], void("Signature"), key=cleo.key)
    log.roster(ben, [[6, dora.id], epoch_op(2)], void("Author"), generation=2)
    log.roster(ben, [[6, dora.id], epoch_op(2)], void("OtherVault"), vault=b"\3" * 16)
    log.roster(ben, [[6, dora.id], epoch_op(2)], void("Base"), base_root=bytes(32))
    log.roster(ben, [[6, dora.id], epoch_op(2)], void("Format"), version=2)
    log.roster(ben, [[6, dora.id], epoch_op(2)])
    log.roster(dora, [[7]], void("Author"))
    log.put(ITEM, first, void("Epoch"), author=cleo)
    log.put(ITEM, first, author=cleo, epoch=2)
    # Owners, by the root's word only.
    log.roster(anna, [[5, ben.id, OWNER]], void("RootSignature"))
    log.roster(anna, [[5, ben.id, OWNER]], void("RootSignature"), rooted=True, root=ben.root)
    log.roster(anna, [[7]], void("LastOwner"), rooted=True)
    log.roster(anna, [[5, anna.id, EDITOR]], void("LastOwner"), rooted=True)
    log.roster(anna, [[5, ben.id, OWNER]], rooted=True)
    log.roster(ben, [[5, anna.id, EDITOR]], rooted=True)
    log.roster(anna, [[7]])
    expected = [member(ben, OWNER), member(cleo, EDITOR)]
    write_log(log, "log-members", "A vault that is shared, and changes hands.", roster_of(expected, epoch=2, due=True))


def log_of_identities():
    log = Log()
    log.roster(anna, [add(ben, EDITOR)])
    log.roster(anna, [add(cleo, MANAGER)])
    link = Invitation("cleo's", VIEWER)
    opened = log.roster(cleo, [link.op])
    # Ben's next identity speaks for itself; another's, or an older one, does not.
    renewed = ben.certificate(3)[0]
    third = Key("ben key 3")
    log.roster(ben, [[9, renewed]], void("Signature"), generation=3)
    log.roster(ben, [[9, renewed]], void("Certificate"), key=third)
    log.roster(ben, [[9, ben.certificate(3, root=cleo.root)[0]]], void("Certificate"), generation=3, key=third)
    log.roster(cleo, [[9, renewed]], void("Certificate"), generation=3, key=third)
    log.roster(ben, [[9, renewed], [7]], void("Author"), generation=3, key=third)
    log.roster(dora, [[9, dora.certificate(2)[0]]], void("Author"), generation=2, key=Key("dora key 2"))
    log.roster(ben, [[9, renewed]], generation=3, key=third)
    ben.generation = 3
    log.put(ITEM, None, void("Author"), author=ben, generation=1, key=Key("ben key 1"))
    log.put(ITEM, None, author=ben)
    second = Key("ben key 2")
    log.roster(ben, [[9, ben.certificate(2)[0]]], void("Certificate"), generation=2, key=second)
    # Cleo lost a device: her links die with her key, and the vault's key is due to change.
    fresh = cleo.certificate(2, compromised=True)[0]
    log.roster(cleo, [[9, fresh]], generation=2, key=Key("cleo key 2"))
    cleo.generation = 2
    log.roster(anna, [add(dora, VIEWER, link.accept(log, dora, opened))], void("Invitation"))
    log.roster(cleo, [epoch_op(2)])
    # Who was removed does not come back under an older identity, nor another one of the same generation.
    log.roster(cleo, [[6, ben.id], epoch_op(3)])
    log.roster(cleo, [add(ben, EDITOR, certificate=ben.certificate(1)[0])], void("Certificate"))
    log.roster(cleo, [add(ben, EDITOR, certificate=ben.certificate(3, made_at=1)[0])], void("Certificate"))
    log.roster(cleo, [add(ben, VIEWER)])
    # Links of somebody who is removed, or may no longer give them, are closed.
    mine = Invitation("cleo's second", EDITOR)
    opened = log.roster(cleo, [mine.op])
    log.roster(anna, [[5, cleo.id, EDITOR]])
    log.roster(anna, [add(dora, VIEWER, mine.accept(log, dora, opened))], void("Invitation"))
    log.roster(anna, [[3, mine.key.public]], void("Invitation"))
    last = Invitation("anna's", VIEWER)
    log.roster(anna, [last.op])
    log.roster(cleo, [[3, last.key.public]], void("Role"))
    log.roster(anna, [[3, last.key.public]])
    expected = [member(anna, OWNER), member(ben, VIEWER), member(cleo, EDITOR)]
    write_log(log, "log-identities", "Identities that are renewed, and links that die with them.", roster_of(expected, epoch=3))
    ben.generation = cleo.generation = 1


def log_within_a_record():
    """Each change is judged by what those before it, in the same record too, have done."""
    log = Log()
    older, newer = ben.certificate(1)[0], ben.certificate(2)[0]
    link = Invitation("short-lived", VIEWER)
    came_and_went = [add(ben, EDITOR, certificate=newer), [6, ben.id]]
    log.roster(anna, [*came_and_went, add(ben, EDITOR, certificate=older), epoch_op(2)], void("Certificate"))
    log.roster(anna, [*came_and_went, epoch_op(2)])
    log.roster(anna, [add(ben, EDITOR, certificate=older)], void("Certificate"))
    log.roster(anna, [link.op, [3, link.key.public]])
    log.roster(anna, [link.op, link.op], void("Invitation"))
    log.roster(anna, [[3, link.key.public], link.op], void("Invitation"))
    log.roster(anna, [add(cleo, OWNER), [5, anna.id, VIEWER]], rooted=True)
    log.roster(cleo, [[5, anna.id, MANAGER], [5, anna.id, EDITOR], [5, anna.id, EDITOR]], void("Member"))
    log.roster(cleo, [[5, cleo.id, MANAGER], [6, anna.id], [2, link.key.public, MANAGER, DAY], epoch_op(3)], void("Role"), rooted=True)
    log.roster(cleo, [[5, cleo.id, MANAGER], [5, anna.id, OWNER]], void("Role"), rooted=True)
    log.put(ITEM, log.put(ITEM, None, author=cleo, epoch=2), author=cleo, epoch=2)
    log.roster(cleo, [[11, ITEM, 3], [11, ITEM, 3]], void("Purge"), rooted=True)
    log.roster(cleo, [[11, ITEM, 3], [11, ITEM, 4], [10, 365], [10, 90]], rooted=True)
    expected = roster_of([member(anna, VIEWER), member(cleo, OWNER)], epoch=2, keep_days=90)
    write_log(log, "log-within", "Changes of one record that build on each other.", expected)


def log_of_owners_choices():
    log = Log()
    log.roster(anna, [add(ben, MANAGER)])
    first = log.put(ITEM, None)
    second = log.put(ITEM, first)
    log.roster(ben, [[10, 365]], void("Role"), rooted=True)
    log.roster(anna, [[10, 365]], void("RootSignature"))
    log.roster(anna, [[10, 89]], void("Policy"), rooted=True)
    log.roster(anna, [[10, 90]], rooted=True)
    seq = 4  # the second revision's place
    log.roster(ben, [[11, ITEM, seq]], void("Role"), rooted=True)
    log.roster(anna, [[11, OTHER, seq]], void("Purge"), rooted=True)
    log.roster(anna, [[11, ITEM, seq + 1]], void("Purge"), rooted=True)
    log.roster(anna, [[11, ITEM, seq]], rooted=True)
    log.roster(anna, [[11, ITEM, seq]], void("Purge"), rooted=True)
    log.put(ITEM, second)
    log.roster(ben, [[12, 4, log.roots[4]]], void("Role"), rooted=True)
    log.roster(anna, [[12, 4, log.roots[5]]], void("Adopt"), rooted=True)
    log.roster(anna, [[12, 0, log.roots[0]]], void("Adopt"), rooted=True)
    log.roster(anna, [[12, 999, log.roots[5]]], void("Adopt"), rooted=True)
    log.roster(anna, [[12, 4, log.roots[4]]], rooted=True)
    expected = [member(anna, OWNER), member(ben, MANAGER)]
    write_log(log, "log-choices", "Policy, purge and adoption.", roster_of(expected, keep_days=90))


def log_of_newer_formats():
    """Entries of a newer program, whoever wrote them, before and after the vault states its format."""
    log = Log()
    log.roster(anna, [add(ben, MANAGER), add(cleo, EDITOR)])
    first = log.put(ITEM, None)

    def newer(verdict, format):
        """A newer entry by each: the owner, a manager, an editor, and the server, who is no member."""
        for author in (anna, ben, cleo, dora):
            log.roster(author, [[7]], verdict, version=format)
            log.roster(author, [[7]], verdict, rooted=True, version=format)
            log.put(ITEM, first, verdict, author=author, version=format)

    newer(void("Format"), 2)
    newer(void("Format"), 99)
    log.roster(anna, [[16]], void("Malformed"))
    log.roster(anna, [[14, 0]], void("Malformed"), rooted=True)
    log.roster(anna, [[13, 2**32]], void("Malformed"), rooted=True)
    # Only an owner states another format, with the root, and a higher one.
    for author in (ben, cleo):
        log.roster(author, [[13, 2]], void("Role"), rooted=True)
    log.roster(dora, [[13, 2]], void("Author"), rooted=True)
    log.roster(anna, [[13, 2]], void("RootSignature"))
    log.roster(anna, [[13, 2]], void("RootSignature"), rooted=True, root=ben.root)
    for format in (0, 1):
        log.roster(anna, [[13, format]], void("Policy"), rooted=True)
    log.roster(anna, [[13, 3], [13, 2]], void("Policy"), rooted=True)
    second = log.put(ITEM, first, author=cleo)
    log.roster(anna, [[10, 90], [13, 2], [13, 3]], rooted=True)
    # From here on only roots are computed, whatever the entries are.
    newer("unread", 3)
    newer("unread", 4)
    log.put(ITEM, second, "unread")
    log.put(ITEM, second, "unread", base_root=bytes(32))
    log.roster(anna, [[6, cleo.id], epoch_op(2)], "unread")
    log.roster(anna, [[14]], "unread", rooted=True)
    expected = [member(anna, OWNER), member(ben, MANAGER), member(cleo, EDITOR)]
    note = "A newer program's entries are void until an owner states their format, and unread after it."
    write_log(log, "log-format", note, roster_of(expected, keep_days=90, format=3))


def log_that_is_closed():
    log = Log()
    log.roster(anna, [add(ben, MANAGER), add(cleo, EDITOR)])
    first = log.put(ITEM, None)
    for author in (ben, cleo):
        log.roster(author, [[14]], void("Role"), rooted=True)
    log.roster(dora, [[14]], void("Author"), rooted=True)
    log.roster(anna, [[14]], void("RootSignature"))
    log.roster(anna, [[14]], void("RootSignature"), rooted=True, root=ben.root)
    log.roster(anna, [[14], [14]], void("Combination"), rooted=True)
    log.roster(anna, [[10, 90], [14]], void("Combination"), rooted=True)
    log.roster(anna, [[14], epoch_op(2)], void("Combination"), rooted=True)
    log.roster(anna, [[14]], rooted=True)
    closed = void("Closed")
    log.put(ITEM, first, closed)
    log.put(ITEM, first, closed, kind=TOMBSTONE, author=cleo)
    log.roster(cleo, [[7]], closed)
    log.roster(ben, [[9, ben.certificate(2)[0]]], closed, generation=2, key=Key("ben key 2"))
    log.roster(anna, [[6, cleo.id], epoch_op(2)], closed)
    log.roster(anna, [[13, 2]], closed, rooted=True)
    log.roster(anna, [[14]], closed, rooted=True)
    # What has no signature, or contradicts the log, is still told apart.
    log.roster(anna, [[7]], void("Signature"), key=ben.key)
    log.put(ITEM, first, void("Base"), base_root=bytes(32))
    log.put(ITEM, first, void("Format"), version=2)
    expected = [member(anna, OWNER), member(ben, MANAGER), member(cleo, EDITOR)]
    write_log(log, "log-closed", "Nothing takes effect after the end of a vault.", roster_of(expected, closed=True))


def log_of_second_factors():
    log = Log()
    log.roster(anna, [add(ben, MANAGER)])
    log.roster(ben, [[15, True]], void("Role"), rooted=True)
    log.roster(anna, [[15, True]], void("RootSignature"))
    log.roster(anna, [[15, False]], void("Policy"), rooted=True)
    log.roster(anna, [[15, 1]], void("Malformed"), rooted=True)
    log.roster(anna, [[15, True]], rooted=True)
    log.roster(anna, [[15, True]], void("Policy"), rooted=True)
    log.roster(anna, [[15, False]], rooted=True)
    log.roster(anna, [[15, True], [15, False], [15, True]], rooted=True)
    expected = roster_of([member(anna, OWNER), member(ben, MANAGER)], second_factor=True)
    write_log(log, "log-require", "A second factor that is required, and no longer, and again.", expected)


def revisions():
    root = Log().roots[1]
    blob = (b"\x33" * 16, 4112, b"\x44" * 32)
    parent = H("rev", b"", b"")
    for name, note, kind, blobs, above in (
        ("revision", "A first revision with a document.", PUT, [blob], None),
        ("revision-tombstone", "A deletion.", TOMBSTONE, [], parent),
    ):
        entry, entry_hash = revision(OTHER, above, 1, root, kind=kind, blobs=blobs)
        expected = {
            "vault_id": VAULT.hex(),
            "item_id": OTHER.hex(),
            "kind": {PUT: "Put", TOMBSTONE: "Tombstone"}[kind],
            "parent": above and above.hex(),
            "author": anna.id.hex(),
            "generation": 1,
            "epoch": 1,
            "base_seq": 1,
            "base_root": root.hex(),
            "blobs": [[blob[0].hex(), blob[1], blob[2].hex()] for blob in blobs],
            "hash": entry_hash.hex(),
        }
        valid(name, "revision", note, {**entry, "sign": anna.key.public.hex()}, expected)

    def bad(name, note, check, entry, sign=anna.key.public):
        invalid("revision-" + name, "revision", note, {**entry, "sign": sign.hex()}, check)

    entry, _ = revision(ITEM, None, 1, root)
    bad("kind", "Neither put nor tombstone.", "Malformed(UnknownKind(3))", revision(ITEM, None, 1, root, kind=3)[0])
    bad("parent", "A parent of 31 bytes.", "Malformed(Malformed)", revision(ITEM, bytes(31), 1, root)[0])
    bad("epoch", "An epoch beyond 32 bits.", "Malformed(TooLong)", revision(ITEM, None, 1, root, epoch=1 << 32)[0])
    bad("signer", "Checked with another key.", "Signature(SignatureError)", entry, anna.root.public)
    bad("no-key", "Checked with bytes that are no point.", "Signature(SignatureError)", entry, b"\x02" + bytes(31))
    bad("body", "Another body hash.", "Signature(SignatureError)", {**entry, "body_hash": bytes(32).hex()})


def accepts():
    log = Log()
    invitation = Invitation("vector", EDITOR)
    record = sha(b"record")
    signed, pinned = ben.certificate()
    accept = invitation.accept(log, ben, record)
    answer = cbor([1, signed, accept, NAME])
    expected = {
        "genesis_hash": log.genesis.hex(),
        "invite": invitation.key.public.hex(),
        "invite_record": record.hex(),
        "role": EDITOR,
        "certificate": pinned.hex(),
    }
    valid("answer", "answer", "An accepted invitation.", {"answer": answer.hex()}, expected)

    def bad(case, note, check, accept, certificate=signed, name=NAME):
        invalid("answer-" + case, "answer", note, {"answer": cbor([1, certificate, accept, name]).hex()}, check)

    mismatch, wrong = "Certificate", "Signature(SignatureError)"
    bad("redirected", "Another account's certificate.", mismatch, accept, cleo.certificate()[0])
    bad("invite-key", "Not signed by the invitation.", wrong, invitation.accept(log, ben, record, invite_key=cleo.key))
    bad("own-key", "Not signed by the one who joins.", wrong, invitation.accept(log, ben, record, key=cleo.key))
    bad("cut", "The last byte is missing.", "Malformed", accept[:-1])
    bad("short-name", "A name of another length.", "Malformed", accept, name=NAME[1:])
    bad("null-name", "No name.", "Malformed", accept, name=None)
    weak = cbor([1, log.genesis, bytes(32), record, EDITOR, pinned])
    by_key = ben.key.sign("accept", weak)
    bad("small-order", "The invitation's key is a point of small order.", wrong, cbor([weak, bytes(64), by_key]))


def grants():
    fields = [1, VAULT, 2, ben.id, 1, bytes(range(256)) * 4 + bytes(96), bytes(range(48))]
    expected = {"vault_id": VAULT.hex(), "epoch": 2, "recipient": ben.id.hex(), "generation": 1}
    valid("grant", "grant", "A wrapped key; its bytes are only an example.", {"grant": cbor(fields).hex()}, expected)
    for name, note, at, value, check in (
        ("no-key", "The sealed key is empty.", 6, b"", "Malformed"),
        ("null-key", "The sealed key is null.", 6, None, "Malformed"),
        ("half-kem", "Only the classical half of the encapsulated secret.", 5, bytes(32), "Malformed"),
        ("version", "A version to come.", 0, 2, "UnknownVersion(2)"),
    ):
        changed = fields[:at] + [value] + fields[at + 1 :]
        invalid("grant-" + name, "grant", note, {"grant": cbor(changed).hex()}, check)


def chunk_roots():
    chunks = [sha(bytes([number])) for number in range(30)]
    for count in (0, 1, 30):
        inputs = {"blob_id": "55" * 16, "chunks": [chunk.hex() for chunk in chunks[:count]]}
        root = H("blob-root", b"\x55" * 16, chunks[:count])
        valid(f"ct-root-{count}", "ct-root", f"{count} chunks.", inputs, root.hex())


def connect_codes():
    address, issuer, key = "https://10.0.0.7:8443", "https://coffer.example", sha(b"spki")

    def link(data):
        return "coffer://connect#" + base64.urlsafe_b64encode(data).decode().rstrip("=")

    def text(*parts):
        return link(cbor([*parts]))

    for name, note, key_hash, code in (
        ("connect-code", "A server that no authority vouches for, with a sign-up code.", key, "K7-WELCOME"),
        ("connect-code-bare", "A server, and nothing else.", None, None),
    ):
        expected = {"address": address, "issuer": issuer, "key": key_hash and key_hash.hex(), "code": code}
        inputs = {"text": text(1, address, issuer, key_hash, code and code.encode())}
        valid(name, "connect-code", note, inputs, expected)
    whole = text(1, address, issuer, key, b"K7-WELCOME")
    longest = "https://" + "x" * 248
    for name, note, bad, check in (
        ("prefix", "Another kind of link.", whole.replace("connect", "join"), "NotACode"),
        ("empty", "Nothing after the prefix.", "coffer://connect#", "NotACode"),
        ("padded", "Base64 with padding.", whole + "=", "NotACode"),
        ("alphabet", "Not of the alphabet.", whole[:-1] + "+", "NotACode"),
        ("cut", "The last byte is missing.", link(cbor([1, address, issuer, key, None])[:-1]), "Damaged(Malformed)"),
        ("version", "A version to come.", text(2, address, issuer, key, None), "Damaged(UnknownVersion(2))"),
        ("path", "An address with a path.", text(1, address + "/coffer", issuer, key, None), "Damaged(Malformed)"),
        ("plain", "An issuer without TLS.", text(1, address, "http://coffer.example", key, None), "Damaged(Malformed)"),
        ("long", "An address of 256 bytes.", text(1, longest, issuer, key, None), "Damaged(TooLong)"),
        ("key", "A hash of 31 bytes.", text(1, address, issuer, key[1:], None), "Damaged(Malformed)"),
        ("text", "A code as a text.", text(1, address, issuer, key, "K7-WELCOME"), "Damaged(Malformed)"),
        ("code", "A code with a space.", text(1, address, issuer, key, b"K7 WELCOME"), "Damaged(Malformed)"),
        ("code-empty", "An empty code.", text(1, address, issuer, key, b""), "Damaged(Malformed)"),
        ("code-long", "A code of 65 bytes.", text(1, address, issuer, key, b"x" * 65), "Damaged(TooLong)"),
        ("more", "A sixth part.", text(1, address, issuer, key, None, None), "Damaged(Malformed)"),
    ):
        invalid("connect-code-" + name, "connect-code", note, {"text": bad}, check)


NAME = b"\x01" + bytes(range(164)) * 2  # the server and this format see only its length
written = set()
OURS = ("certificate", "connect-code", "founding", "log", "revision", "answer", "grant", "ct-root", "recovery-")


def main():
    for kind in ("valid", "invalid"):
        (HERE / kind).mkdir(parents=True, exist_ok=True)
    certificates()
    foundings()
    log_of_revisions()
    log_of_members()
    log_of_identities()
    log_within_a_record()
    log_of_owners_choices()
    log_of_newer_formats()
    log_that_is_closed()
    log_of_second_factors()
    for number in range(random_logs.COUNT):
        log, roster = random_logs.grow(number)
        write_log(log, f"log-random-{number}", "Whatever people might try, each entry by chance.", roster)
    revisions()
    accepts()
    grants()
    chunk_roots()
    connect_codes()
    recovery_texts.write(valid, invalid)
    # A vector that is no longer written would be checked for ever without anybody knowing where it came from.
    for path in HERE.glob("*/*.json"):
        if path.name.startswith(OURS) and path not in written:
            path.unlink()
    print(f"{len(written)} vectors written")


if __name__ == "__main__":
    main()
