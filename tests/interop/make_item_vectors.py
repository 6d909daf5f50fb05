"""Writes the vectors of payloads that are missing, from docs/formats/item-payload.md and nothing else.

Run it with the packages of requirements.txt: python tests/interop/make_item_vectors.py
"""

import json
import pathlib

from coffer_v1 import cbor, items

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "crates/vault-engine/testdata/v1"
AT = 1_800_000_000_000
ID = "0123456789abcdef0123456789abcdef"


def field(number, kind, value="", **more):
    """A field of a kind, by the names of the page."""
    names = {"role": 2, "label": 3, "heading": 6, "history": 7}
    return {1: bytes([number]) * 8, 4: kind} | ({5: value} if value else {}) | {names[key]: part for key, part in more.items()}


def item(item_type, **more):
    """An item of a type; the numbers of keys come with a letter before them."""
    return {1: item_type, 11: AT, 12: AT + 1} | {int(key[1:]): part for key, part in more.items()}


def passkey(**more):
    """A passkey with what is required."""
    return {1: b"id", 2: "example.com", 7: b"0\x03\x02\x01\x00", 8: -7, 11: AT} | {int(key[1:]): part for key, part in more.items()}


def valid():
    """Names, notes and payloads."""
    for number, name in items.TYPES.items():
        yield f"type-{number:02}", f"An empty item of type {name}.", item(number)
    kinds = [field(number, number, "value", label=name) for number, name in items.KINDS.items()]
    yield "kinds", "A custom field of every kind.", item(2, k2="Kinds", k3=kinds)
    roles = [field(number, 1, f"value {number}", role=number) for number in items.ROLES]
    yield "roles", "A field of every role, all of them text.", item(14, k2="Roles", k3=roles)
    sections = [
        field(1, 1, "a", label="First", heading="One"),
        field(2, 9, ID, label="File", heading=""),
        field(3, 10, ID, label="Link", heading="One"),
        field(4, 12, "a\nb", label="Key", history=[["old\nkey", AT]]),
    ]
    yield "sections", "Fields under headings, of which one is empty.", item(13, k3=sections)
    rules = [["a.example", 3], ["b.example", 5], ["gone.example", 1], ["later.example", 77]]
    yield "rules", "Rules of addresses, one of an address that is gone and one of a newer program.", item(
        1, k4=["b.example", "a.example", "later.example"], k19=rules
    )
    whole = passkey(k3="Example", k4=b"\1\2\3", k5="ann", k6="Ann", k9=4_294_967_295, k10=True)
    yield "passkeys", "A passkey with everything, and one with as little as can be.", item(8, k20=[whole, passkey(k1=b"", k2="", k8=-257)])
    yield "passkey-newer", "A passkey with an entry of a newer program.", item(8, k20=[passkey(k99=[1, {2: "x"}])])
    deep = cbor.read(b"\x81" * 15 + b"\xf6")
    pairs = cbor.Pairs([("x", [-(2**64), None]), (b"\1", True), ("x", deep[0][0][0]), ([], cbor.Pairs([]))])
    yield "unknown-values", "Unknown values: the deepest one, and a map with other keys, one of them twice.", item(
        1, k98=deep, k99=pairs
    )
    yield "marks", "Every mark, and the days between which all days lie.", item(
        7, k8=True, k9=True, k10=True, k13=AT, k17=True, k18="9999-12-31", k21=True
    )
    yield "first-day", "The first day there is.", item(7, k18="0000-01-01")
    yield "leap-day", "A leap day of a year that is divided by 400.", item(7, k18="2000-02-29")


def invalid():
    """Names, notes, the bytes that are refused, and the check that refuses them."""
    wrong = {
        "reprompt-false": ("A mark that is not set is written out.", {17: False}),
        "template-false": ("A mark that is not set is written out.", {21: False}),
        "expires-empty": ("No day is written out.", {18: ""}),
        "expires-short": ("A day without its zeros.", {18: "2031-1-24"}),
        "expires-none": ("A day that there is not.", {18: "2031-02-29"}),
        "expires-number": ("A day as a number.", {18: AT}),
        "expires-digits": ("Digits of another script.", {18: "\uff12031-01-24"}),
        "rules-empty": ("An empty list is written out.", {19: []}),
        "rules-order": ("Rules that do not ascend.", {19: [["b", 1], ["a", 1]]}),
        "rules-twice": ("An address with two rules.", {19: [["a", 1], ["a", 2]]}),
        "rules-long": ("A rule with a third part.", {19: [["a", 1, 1]]}),
        "rules-text": ("A rule by its name.", {19: [["a", "exact"]]}),
        "passkeys-empty": ("An empty list is written out.", {20: []}),
        "passkey-count": ("A count of none is written out.", {20: [passkey(k9=0)]}),
        "passkey-large": ("A count beyond 32 bits.", {20: [passkey(k9=1 << 32)]}),
        "passkey-hidden": ("A mark that is not set is written out.", {20: [passkey(k10=False)]}),
        "passkey-name": ("An empty name is written out.", {20: [passkey(k5="")]}),
        "passkey-handle": ("An empty handle is written out.", {20: [passkey(k4=b"")]}),
        "passkey-id": ("An id that is too long.", {20: [passkey(k1=bytes(1024))]}),
        "passkey-key": ("A key that is too long.", {20: [passkey(k7=bytes(16385))]}),
        "passkey-algorithm": ("An algorithm by its name.", {20: [passkey(k8="ES256")]}),
    }
    for name, (note, more) in wrong.items():
        yield name, note, cbor.encode(item(2) | more), "Malformed"
    for key in (1, 2, 7, 8, 11):
        less = {number: part for number, part in passkey().items() if number != key}
        yield f"passkey-without-{key}", "An entry that is required is missing.", cbor.encode(item(2, k20=[less])), "Malformed"
    deep = cbor.encode(item(2, k99=None))[:-1] + b"\x81" * 16 + b"\xf6"
    yield "unknown-deep", "An unknown value of 17 levels.", deep, "TooLarge(Nesting)"


def write(folder, name, vector):
    """Writes a vector, unless it is there."""
    path = FOLDER / folder / f"item-{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(json.dumps(vector, indent=2, ensure_ascii=False) + "\n")


def main():
    """Writes what is missing; what is there is never changed."""
    for name, note, payload in valid():
        encoded = cbor.encode(payload)
        text = json.dumps(items.read_payload(encoded), ensure_ascii=False)
        inputs, expected = {"payload": encoded.hex()}, {"text": text}
        write("valid", name, {"format": "item", "note": note, "inputs": inputs, "expected": expected})
    for name, note, encoded, check in invalid():
        inputs = {"payload": encoded.hex()}
        write("invalid", name, {"format": "item", "note": note, "inputs": inputs, "check": check})


if __name__ == "__main__":
    main()
