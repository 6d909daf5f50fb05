"""Checks the reader against every golden vector and every kept profile.

Run it with the packages of requirements.txt: python tests/interop/check.py
"""

import json
import pathlib
import random
import re
import sys

import cbor2
import profiles
import vectors_crypto
import vectors_items
import vectors_wire
from coffer_v1 import cbor, items, opaque, refused, ristretto
from suite import Suite, same

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUTATIONS = 20
CRATES = {"vault-crypto": vectors_crypto, "vault-engine": vectors_items, "vault-wire": vectors_wire}

# The checks that invalid vectors name, and what this reader calls them. Ids are checked here after decoding, there by
# encoding again.
CHECKS = [
    (r"Signature", refused.BadSignature),
    # One error for all that is wrong with a box or with what is in it.
    (r"OpenError", refused.Refused),
    (r"BelowFloor|AboveCeiling", refused.Cost),
    (r"OtherFormat|UnknownVersion|UnknownKind", refused.OtherFormat),
    (r"NotCanonical", (refused.Malformed, refused.Contradiction)),
    (r"Malformed|NotACode|NotALink|TooLong|TooLarge|TrailingBytes|Damaged|OutOfBounds", refused.Malformed),
    (r"HashMismatch|Generation|Certificate|Contents|Founder|VaultId|OtherRecord", refused.Contradiction),
    (r"Slots|Terms|Older|OtherAccount|OtherIssuer|NotNewer", (refused.Contradiction, refused.Malformed)),
    # Nobody is known to be at fault: a signature, a hash or the form is wrong.
    (r"^NotSigned$", refused.Refused),
    (r"^FalseShare", refused.FalseShare),
    (r"^(Order|Other|OtherBox|OtherRoot)$", refused.Contradiction),
    (r"^(Length|Character|Checksum|Version|OtherKind)$", refused.Mistyped),
]


def of_hex(value, name=""):
    """Turns hexadecimal texts into bytes, at any depth; what is shown to people stays text."""
    if isinstance(value, dict):
        return {key: of_hex(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [of_hex(part, name) for part in value]
    is_hex = isinstance(value, str) and name not in ("password", "text", "kind") and re.fullmatch("([0-9a-f]{2})*", value)
    return bytes.fromhex(value) if is_hex else value


def check_valid(module, vector):
    check = module.VALID[vector["format"]]
    given = [of_hex(vector["inputs"]), of_hex(vector["expected"])]
    check(*given, *([bytes.fromhex(vector["random"])] if vector["format"] == "x-wing" else []))


def check_invalid(module, vector):
    expected = next(kinds for pattern, kinds in CHECKS if re.search(pattern, vector["check"]))
    try:
        module.INVALID[vector["format"]](of_hex(vector["inputs"]))
    except expected:
        return
    raise AssertionError("it was accepted")


def check_encodings(vector):
    """Whatever this reader takes for an encoding, another one must read and write in the same way."""
    for data in strings(of_hex(vector)):
        try:
            value = cbor.read(data, maps=True)
            value = plain(value)
        except refused.Refused:
            continue
        same(cbor2.loads(data), value)
        same(cbor2.dumps(value, canonical=True), data)


def plain(value):
    """A value with dictionaries in place of its maps; the other reader knows none with other keys or another order."""
    if isinstance(value, cbor.Pairs):
        return {key: plain(part) for key, part in value.entries().items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def check_any_bytes(module, vector):
    """Whatever is done to the bytes, they are read or refused, and nothing else happens."""
    chance = random.Random(vector["note"])
    for _ in range(MUTATIONS):
        try:
            module.INVALID[vector["format"]](mutated(of_hex(vector["inputs"]), chance))
        except refused.Refused:
            continue


def mutated(value, chance):
    """A value with something done to one of its byte strings or texts."""
    # Which message it is, is not among the bytes.
    places = [(part, key) for part, key in parts(value) if part[key] and isinstance(part[key], (bytes, str)) and key != "message"]
    if places:
        part, key = chance.choice(places)
        whole = part[key]
        at, size = chance.randrange(len(whole)), chance.randrange(4)
        other = bytes(chance.choices(range(256), k=size)) if isinstance(whole, bytes) else "x\u00ff"[: size % 3]
        part[key] = whole[:at] + other + whole[at + chance.randrange(4) :]
    return value


def parts(value):
    """Every place within a value, as a container and a key."""
    for key in value if isinstance(value, dict) else range(len(value)):
        if isinstance(value[key], (dict, list)):
            yield from parts(value[key])
        else:
            yield value, key


def strings(value):
    """All byte strings within a value."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def check_example(page):
    """The example at the end of the page about payloads."""
    example = page.read_text().split("```")[-2]
    expected = {
        "type": "login",
        "title": "Mail",
        "fields": [{"id": b"field001".hex(), "role": "password", "kind": "concealed", "value": "pw"}],
        "favourite": True,
        "created_at": 1000,
        "changed_at": 1000,
    }
    same(items.read_payload(bytes.fromhex(example)), expected)


def check_oprf():
    """The first vector of RFC 9497, A.1.1: a derived key, and a blinded input."""
    key = opaque.derive_private_key(b"\xa3" * 32, b"test key")
    same(key.to_bytes(32, "little").hex(), "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e")
    blind = bytes.fromhex("64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706")
    blinded = int.from_bytes(blind, "little") * ristretto.hash_to_group(b"\0", b"HashToGroup-" + opaque.OPRF)
    same(blinded.encode().hex(), "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c")
    same(ristretto.decode(blinded.encode()).encode(), blinded.encode())


def main():
    suite = Suite()
    suite.check("blinding by RFC 9497", check_oprf)
    suite.check("the example of a payload", check_example, ROOT / "docs/formats/item-payload.md")
    for folder in sorted(ROOT.glob("crates/*/testdata/v1/*")):
        module = CRATES[folder.parts[-4]]
        check = {"valid": check_valid, "invalid": check_invalid}[folder.name]
        for path in sorted(folder.iterdir()):
            vector = json.loads(path.read_text())
            name = f"{folder.parts[-4]} {folder.name} {path.stem}"
            suite.check(name, check, module, vector)
            if folder.name == "valid":
                suite.check(f"{name}, its encodings", check_encodings, vector)
            if folder.name == "invalid" or module is vectors_wire:
                suite.check(f"{name}, any bytes", check_any_bytes, module, vector)
    for form in ("v1", "v2", "v3", "v5", "v6"):
        profiles.run(suite, ROOT / "tests/profiles" / form, form)
    return suite.end()


if __name__ == "__main__":
    sys.exit(main())
