"""The messages between client and server that are written in JSON."""

import base64
import json
import re

from .account import Certificate
from . import cbor
from .primitives import H, sha, verify
from .refused import Contradiction, Malformed

SMALL, LARGE = 8 * 1024, 128 * 1024


def text_like(pattern, most):
    """A text of at most so many bytes that is all of this pattern."""

    def kind(value):
        if not isinstance(value, str) or len(value.encode()) > most or not re.fullmatch(pattern, value):
            raise Malformed("a text of another form")

    return kind


def data(least, most):
    """Bytes in base64url without padding."""

    def kind(value):
        if not isinstance(value, str) or not re.fullmatch("[A-Za-z0-9_-]*", value):
            raise Malformed("not base64url")
        found = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)) if len(value) % 4 != 1 else b""
        if base64.urlsafe_b64encode(found).decode().rstrip("=") != value or not least <= len(found) <= most:
            raise Malformed("not the bytes that stand here")
        return found

    return kind


def number(least=0, most=2**64 - 1):
    """An unsigned integer between two others."""

    def kind(value):
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Malformed("not a number that stands here")

    return kind


def truth(value):
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed("neither true nor false")


def array(kind, most, least=0):
    """A list."""

    def check(value):
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise Malformed("not a list of that length")
        for part in value:
            kind(part)

    return check


class Members:
    """An object; `optional` members may be left out, unknown ones stand only where `others` may."""

    def __init__(self, members, optional=(), others=False):
        self.members, self.optional, self.others = members, optional, others

    def __call__(self, value):
        if not isinstance(value, dict):
            raise Malformed("not an object")
        if not self.others and not value.keys() <= self.members.keys():
            raise Malformed("an unknown member")
        for name, kind in self.members.items():
            if name in value:
                kind(value[name])
            elif name not in self.optional:
                raise Malformed("a missing member")


def one_of(**kinds):
    """An object with one member."""

    def kind(value):
        if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= kinds.keys():
            raise Malformed("not one of the choices")
        for name, part in value.items():
            kinds[name](part)

    return kind


def hexadecimal(size):
    return text_like(f"[0-9a-f]{{{2 * size}}}", 2 * size)


def words(*known):
    return text_like("|".join(known), 40)


def credential(most):
    return text_like(r'[!#-\[\]-~]+', most)


def plain(most):
    return text_like(r"[^\x00-\x1f\x7f-\x9f]*", most)


ID, LONG_ID = hexadecimal(16), hexadecimal(32)
WORD = text_like("[a-z0-9]+(-[a-z0-9]+)*", 40)
LOGIN = text_like(r"[^\s\x00-\x20\x7f-\x9fA-Z]+", 254)
ORIGIN = text_like(r"https://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?", 255)
UINT, UINT32 = number(), number(0, 2**32 - 1)
STATE, CODE, REFRESH = credential(2048), credential(32), credential(64)
KDF = Members({"m_kib": UINT32, "t": UINT32, "p": UINT32})
TOKENS = Members({"access": STATE, "access_seconds": UINT32, "refresh": REFRESH, "refresh_seconds": UINT32})
LABEL = data(0, 512)
DEVICE = Members({"device_id": LONG_ID, "label": LABEL, "added_at": UINT, "seen_at": UINT, "current": truth})
SESSION = Members({"session_id": ID, "device_id": LONG_ID, "begun_at": UINT, "used_at": UINT, "current": truth})
FACTORS = Members({"totp": truth, "recovery_left": number(0, 255)})
EVENT = Members(
    {
        "seq": UINT,
        "at": UINT,
        "kind": WORD,
        "actor": ID,
        "device": LONG_ID,
        "vault": ID,
        "address": plain(45),
        "hash": data(32, 32),
    },
    optional=("actor", "device", "vault", "address"),
)
ENROLLED = {
    "kdf": KDF,
    "keyset": data(73, 512),
    "root_box": data(73, 256),
    "certificate": data(1, 1540),
    "statement": data(1, 592),
}
LIMITS = Members(
    {
        "page_entries": number(1, 1000),
        "push_entries": number(1, 200),
        "body_bytes": number(1097, 4_194_377),
        "document_bytes": number(4112, 1_099_515_822_080),
        "account_bytes": UINT,
    },
    others=True,
)
VERSIONS = Members({"api": array(UINT32, 16, 1), "format": array(UINT32, 16, 1)}, others=True)
EXPORT = {
    "account_id": ID,
    "login": LOGIN,
    "created_at": UINT,
    "version": UINT,
    "factors": FACTORS,
    "devices": array(DEVICE, 64),
    "sessions": array(SESSION, 256),
    "vaults": array(Members({"vault_id": ID, "bytes": UINT}), 1000),
}
PROBLEM = {
    "code": WORD,
    "status": number(0, 65_535),
    "title": plain(255),
    "detail": plain(1024),
    "refusal": UINT,
    "retry_after": UINT32,
}

MESSAGES = {
    "add-device": (SMALL, Members({"state": STATE, "label": LABEL})),
    "audit": (LARGE, Members({"events": array(EVENT, 200), "more": truth})),
    "device-list": (LARGE, Members({"devices": array(DEVICE, 64)})),
    "discovery": (
        16 * 1024,
        Members(
            {"versions": VERSIONS, "issuer": ORIGIN, "limits": LIMITS, "sign_up": words("open", "code")}, others=True
        ),
    ),
    "export": (256 * 1024, Members(EXPORT)),
    "factor-code": (SMALL, Members({"state": STATE, "code": CODE})),
    "factor-state": (SMALL, FACTORS),
    "hint": (128, Members({"vault": ID, "head": UINT})),
    "keyset": (SMALL, Members(ENROLLED)),
    "login-finish": (SMALL, Members({"state": STATE, "ke3": data(64, 64)})),
    "login-params": (SMALL, Members({"login": LOGIN})),
    "login-params-reply": (SMALL, Members({"account_id": ID, "kdf": KDF})),
    "login-start": (SMALL, Members({"account_id": ID, "ke1": data(96, 96)})),
    "login-start-reply": (SMALL, Members({"ke2": data(320, 320), "state": STATE})),
    "login-step": (
        SMALL,
        one_of(
            factor=Members({"state": STATE, "factors": array(words("totp", "recovery"), 4)}),
            device=Members({"state": STATE}),
            done=Members({"tokens": TOKENS}),
        ),
    ),
    "logout": (SMALL, Members({"scope": words("this", "all")})),
    "problem": (SMALL, Members(PROBLEM, optional=("detail", "refusal", "retry_after"), others=True)),
    "recovery-codes": (SMALL, Members({"codes": array(CODE, 10, 10)})),
    "refresh": (SMALL, Members({"refresh": REFRESH})),
    "register-finish": (
        SMALL,
        Members({"login": LOGIN, "record": data(192, 192), **ENROLLED, "code": REFRESH}, optional=("code",)),
    ),
    "register-reply": (SMALL, Members({"version": UINT})),
    "register-start": (SMALL, Members({"account_id": ID, "request": data(32, 32)})),
    "register-start-reply": (SMALL, Members({"response": data(64, 64)})),
    "session-list": (LARGE, Members({"sessions": array(SESSION, 256)})),
    "tokens": (SMALL, TOKENS),
    "totp-confirm": (SMALL, Members({"code": CODE})),
    "totp-secret": (SMALL, Members({"secret": CODE})),
}


def once(pairs):
    """An object in which no member stands twice."""
    if len(dict(pairs)) != len(pairs):
        raise Malformed("a member stands twice")
    return dict(pairs)


def read(message, text):
    """Reads a message, and checks what it holds as far as anybody can."""
    most, kind = MESSAGES[message]
    if len(text.encode()) > most:
        raise Malformed("longer than allowed")
    try:
        value = json.loads(text, object_pairs_hook=once)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed("not JSON") from error
    kind(value)
    if "statement" in value:
        check_enrolment(value)
    if message == "audit":
        check_chain(value["events"])
    return value


def check_enrolment(value):
    """The root's statement covers what stands beside it."""
    bytes_of = {name: data(0, 2000)(value[name]) for name in ("keyset", "root_box", "certificate", "statement")}
    certificate = Certificate(bytes_of["certificate"])
    enrolment, signature = cbor.items(cbor.read(bytes_of["statement"]), cbor.upto(512), cbor.SIGNATURE)
    _, account, root, _, _, record, keyset, root_box = cbor.items(
        cbor.read(enrolment), cbor.VERSION, cbor.ID, cbor.KEY, cbor.text(255), cbor.uint, *[cbor.HASH] * 3
    )
    verify(root, signature, "reenrol", enrolment)
    fits = [account == H("account", root)[:16], certificate.root == root]
    fits += [keyset == sha(bytes_of["keyset"]), root_box == sha(bytes_of["root_box"])]
    if "record" in value:
        fits.append(record == sha(data(192, 192)(value["record"])))
    if not all(fits):
        raise Contradiction("the statement is about something else")


def check_chain(events):
    """Each event has the hash that follows from it and the one before."""
    before = bytes(32)
    for event in events:
        ids = [bytes.fromhex(event[name]) if name in event else None for name in ("actor", "device", "vault")]
        address = event["address"].encode() if "address" in event else None
        before = H("audit", before, event["seq"], event["at"], event["kind"], *ids, address)
        if before != data(32, 32)(event["hash"]):
            raise Contradiction("the chain is broken")
