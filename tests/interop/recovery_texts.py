"""The vectors of what people pass to each other for a recovery by guardians.

Consents, boxes, shares and releases are those of the vectors of vault-crypto, so that a reader can also verify them.
"""

import base64
import json

from actors import ROOT
from coffer_v1.cbor import encode as cbor
from coffer_v1.cbor import read
from coffer_v1.primitives import H, labelled, sha
from coffer_v1.xwing import XWing
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORM = "recovery-text"
ADDRESS, ISSUER, KEY = "https://10.0.0.7:8443", "https://coffer.example", sha(b"spki")


def crypto(name):
    vector = json.loads((ROOT / f"crates/vault-crypto/testdata/v1/valid/{name}.json").read_text())
    return vector["inputs"], vector["expected"]


def certificate(seeds, generation=1):
    """The encoded certificate of an identity, and it with its signatures."""
    root, sign = (
        Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seeds[name])) for name in ("root_seed", "sign_seed")
    )
    roots, signs = (key.public_key().public_bytes_raw() for key in (root, sign))
    kem = XWing(bytes.fromhex(seeds["kem_seed"])).public
    fields = cbor([1, H("account", roots)[:16], roots, generation, signs, kem, False, seeds["made_at"]])
    by_root, by_key = root.sign(labelled("identity", fields)), sign.sign(labelled("identity-pop", fields))
    return fields, [fields, by_root, by_key]


def text(name, *parts):
    return link(name, cbor([*parts]))


def link(name, data):
    return f"coffer://recovery-{name}#" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def hexed(**parts):
    hexes = {name: [one.hex() for one in part] if isinstance(part, list) else part for name, part in parts.items()}
    return {name: part.hex() if isinstance(part, bytes) else part for name, part in hexes.items()}


def parts_of_card(name):
    i, e = crypto(name)
    guardians = [certificate(one, one["generation"])[0] for one in i.get("guardians", [])]
    if [sha(one).hex() for one in guardians] != e.get("guardian_hashes", []):
        raise AssertionError("other guardians than those of the consent")
    shares = [bytes.fromhex(one) for one in e.get("shares", [])]
    return bytes.fromhex(e["signed"]), bytes.fromhex(e.get("box", "")), certificate(i)[1], guardians, shares


def write(valid, invalid):
    def good(name, kind, note, text, **expected):
        valid("recovery-" + name, FORM, note, {"message": kind, "text": text}, hexed(**expected))

    def bad(name, kind, note, text, check):
        invalid("recovery-" + name, FORM, note, {"message": kind, "text": text}, check)

    for vector, name, note in (
        ("consent-recovery", "card", "A consent with its box, the guardians' certificates and their shares."),
        ("consent-withdrawn", "card-withdrawn", "A withdrawal, which has nothing else."),
    ):
        consent, box, own, guardians, shares = parts_of_card(vector)
        parts = [1, read(consent), box, own, [read(one) for one in guardians], [read(one) for one in shares]]
        good(
            name,
            "card",
            note,
            text("card", *parts),
            consent=consent,
            box=box,
            certificate=cbor(own),
            guardians=guardians,
            shares=shares,
        )
    consent, box, own, guardians, shares = parts_of_card("consent-recovery")
    card = [1, read(consent), box, own, [read(one) for one in guardians], [read(one) for one in shares]]
    offer = [1, ADDRESS, ISSUER, KEY, read(consent), box, own]
    for name, note, key in (
        ("offer", "A server that no authority vouches for.", KEY),
        ("offer-authority", "A server that an authority vouches for.", None),
    ):
        parts = {"address": ADDRESS, "issuer": ISSUER, "key": key, "consent": consent, "box": box}
        made = text("offer", *offer[:3], key, *offer[4:])
        good(name, "offer", note, made, **parts, certificate=cbor(own))
    i, e = crypto("recovery-release")
    request = bytes.fromhex(e["request"])
    _, account, number, of_consent, kem, made_at = read(request)
    parts = {"account": account, "number": number, "consent": of_consent, "kem": kem, "made_at": made_at}
    good("request", "request", "A request, in lines as mail programs break them.", broken(link("request", request)), **parts)
    releases, signers = (list(map(bytes.fromhex, e[name])) for name in ("releases", "signers"))
    first = text("answer", 1, read(releases[0]), read(signers[0]), None)
    good("answer", "answer", "By the identity that the consent names.", first, release=releases[0], signer=signers[0], named=None)
    named, _ = certificate(i["guardians"][1], i["guardians"][1]["generation"])
    later = [1, read(releases[1]), read(signers[1]), named]
    parts = {"release": releases[1], "signer": signers[1], "named": named}
    good("answer-later", "answer", "By a later identity of the guardian.", text("answer", *later), **parts)

    whole = text("card", *card)
    for name, note, wrong, check in (
        ("prefix", "Another text of a recovery.", whole.replace("card", "offer"), "Malformed"),
        ("empty", "Nothing after the prefix.", "coffer://recovery-card#", "Malformed"),
        ("padded", "Base64 with padding.", whole + "=", "Malformed"),
        ("cut", "The last byte is missing.", link("card", cbor(card)[:-1]), "Malformed"),
        ("more", "A byte after the end.", link("card", cbor(card) + b"\0"), "TrailingBytes"),
        ("version", "A version to come.", text("card", 2, *card[1:]), "UnknownVersion(2)"),
        ("parts", "Without the shares.", text("card", *card[:5]), "Malformed"),
        ("box", "A box of 2561 bytes.", text("card", *card[:2], bytes(2561), *card[3:]), "TooLong"),
        ("guardians", "Seventeen guardians.", text("card", *card[:4], card[4][:1] * 17, card[5]), "TooLong"),
        ("shares", "Seventeen shares.", text("card", *card[:5], card[5][:1] * 17), "TooLong"),
        ("signature", "A signature of 63 bytes.", text("card", 1, [card[1][0], bytes(63)], *card[2:]), "Malformed"),
    ):
        bad("card-" + name, "card", note, wrong, check)
    other = [card[4][0][0], bytes(16), *card[4][0][2:]]
    bad("card-account", "card", "A guardian's certificate for another account id.", text("card", *card[:4], [other], card[5]), "NotCanonical")
    for name, note, at, value, check in (
        ("version", "A version to come.", 0, 2, "UnknownVersion(2)"),
        ("path", "An address with a path.", 1, ADDRESS + "/coffer", "Malformed"),
        ("plain", "An issuer without TLS.", 2, "http://coffer.example", "Malformed"),
        ("key", "A hash of 31 bytes.", 3, KEY[1:], "Malformed"),
        ("box", "A box of 2561 bytes.", 5, bytes(2561), "TooLong"),
    ):
        bad("offer-" + name, "offer", note, text("offer", *offer[:at], value, *offer[at + 1 :]), check)
    for name, note, at, value, check in (
        ("version", "A version to come.", 0, 2, "UnknownVersion(2)"),
        ("array", "The earlier certificate as an array.", 3, read(named), "Malformed"),
        ("named", "An earlier certificate that is cut off.", 3, named[:-1], "Malformed"),
    ):
        bad("answer-" + name, "answer", note, text("answer", *later[:at], value, *later[at + 1 :]), check)
    bad("request-kind", "request", "A purpose to come.", text("request", 1, account, 9, of_consent, kem, made_at), "UnknownKind(9)")


def broken(text):
    return "\r\n ".join(text[at : at + 70] for at in range(0, len(text), 70))
