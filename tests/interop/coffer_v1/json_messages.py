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
        return value

    return kind


def bytes_of(value):
    """The bytes that a text in base64url without padding stands for."""
    if not isinstance(value, str) or not re.fullmatch("[A-Za-z0-9_-]*", value) or len(value) % 4 == 1:
        raise Malformed("not base64url")
    found = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if base64.urlsafe_b64encode(found).decode().rstrip("=") != value:
        raise Malformed("not the only base64url of its bytes")
    return found


def data(least, most=None):
    """Bytes of a length between two, or of one length."""

    def kind(value):
        if not least <= len(bytes_of(value)) <= (most or least):
            raise Malformed("not the bytes that stand here")
        return value

    return kind


def number(least=0, most=2**64 - 1):
    """An unsigned integer between two others."""

    def kind(value):
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Malformed("not a number that stands here")
        return value

    return kind


def truth(value):
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed("neither true nor false")
    return value


def nullable(kind):
    """Null or what `kind` takes."""
    return lambda value: None if value is None else kind(value)


def array(kind, most, least=0):
    """A list."""

    def check(value):
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise Malformed("not a list of that length")
        return [kind(part) for part in value]

    return check


def array_of_words(most, *known):
    """A list of words, in which unknown ones are ignored."""
    texts = array(text_like("(?s:.*)", 2**20), most)
    return lambda value: [word for word in texts(value) if word in known]


class Request:
    """An object; `optional` members may be left out, unknown ones are refused."""

    def __init__(self, members, optional=()):
        self.members, self.optional = members, optional

    def __call__(self, value):
        """Answers with the members in the order of the page."""
        if not isinstance(value, dict):
            raise Malformed("not an object")
        self.check_others(value.keys() - self.members.keys())
        if any(name not in value and name not in self.optional for name in self.members):
            raise Malformed("a missing member")
        return {name: kind(value[name]) for name, kind in self.members.items() if name in value}

    def check_others(self, unknown):
        """Refuses unknown members."""
        if unknown:
            raise Malformed("an unknown member")


class Reply(Request):
    """An object of which unknown members are ignored."""

    def check_others(self, unknown):
        """Takes them all."""


def one_of(**kinds):
    """An object with one member."""

    def kind(value):
        if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= kinds.keys():
            raise Malformed("not one of the choices")
        return {name: kinds[name](part) for name, part in value.items()}

    return kind


def hexadecimal(size):
    return text_like(f"[0-9a-f]{{{2 * size}}}", 2 * size)


def words(*known):
    return text_like("|".join(known), 40)


def credential(most):
    return text_like(r'[!#-\[\]-~]+', most)


def plain(most):
    return text_like(r"[^\x00-\x1f\x7f-\x9f]*", most)


def origin(value):
    """The origin of a server."""
    text = text_like(r"https://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?", 255)(value)
    port = re.search(":([0-9]+)$", text)
    if port and int(port[1]) > 65_535:
        raise Malformed("not a port")
    return text


ID, LONG_ID = hexadecimal(16), hexadecimal(32)
WORD = text_like("[a-z0-9]+(-[a-z0-9]+)*", 40)
LOGIN = text_like(r"[^\s\x00-\x20\x7f-\x9fA-Z]+", 254)
UINT, UINT32 = number(), number(0, 2**32 - 1)
STATE, CODE, REFRESH = credential(2048), credential(32), credential(64)
# Another cost makes another key, so nothing here is ignored.
KDF = Request({"m_kib": UINT32, "t": UINT32, "p": UINT32})
TOKENS = Reply({"access": STATE, "access_seconds": UINT32, "refresh": REFRESH, "refresh_seconds": UINT32})
DEVICE_KEYS, LABEL = data(1, 1480), data(329)
DEVICE = Reply(
    {"device_id": LONG_ID, "device": DEVICE_KEYS, "label": LABEL, "added_at": UINT, "seen_at": UINT, "current": truth},
    optional=("label",),
)
SESSION = Reply({"session_id": ID, "device_id": LONG_ID, "begun_at": UINT, "used_at": UINT, "current": truth})
FACTORS = Reply({"totp": truth, "recovery_left": number(0, 255)})
EVENT = Reply(
    {
        "seq": UINT,
        "at": UINT,
        "kind": WORD,
        "actor": ID,
        "device": LONG_ID,
        "vault": ID,
        "address": plain(45),
        "hash": data(32),
    },
    optional=("actor", "device", "vault", "address"),
)
ENROLLED = {
    "kdf": KDF,
    "keyset": data(73, 2048),
    "root_box": data(73, 256),
    "certificate": data(1, 1540),
    "statement": data(1, 592),
}
LIMITS = Reply(
    {
        "page_entries": number(1, 1000),
        "push_entries": number(1, 200),
        "body_bytes": number(1097, 4_194_377),
        "document_bytes": number(4112, 1_099_515_822_080),
        "account_bytes": UINT,
    }
)
DISCOVERY = {
    "versions": Reply({"api": array(UINT32, 16, 1), "format": array(UINT32, 16, 1)}),
    "issuer": origin,
    "limits": LIMITS,
    "sign_up": words("open", "code"),
    "features": array(WORD, 32),
    "blob_origins": array(origin, 4),
    "recovery": Reply({"epoch": UINT, "until": UINT}, optional=("until",)),
}
USAGE = array(Reply({"vault_id": ID, "bytes": UINT}), 1000)
EXPORT = {
    "account_id": ID,
    "login": LOGIN,
    "created_at": UINT,
    "version": UINT,
    "factors": FACTORS,
    "devices": array(DEVICE, 64),
    "sessions": array(SESSION, 256),
    "vaults": USAGE,
}
PROBLEM = {
    "code": WORD,
    "status": number(0, 65_535),
    "title": plain(255),
    "detail": plain(1024),
    "vaults": array(ID, 64),
    "refusal": UINT,
    "retry_after": UINT32,
}
STEP = one_of(
    factor=Reply({"state": STATE, "factors": array_of_words(4, "totp", "recovery")}),
    device=Reply({"state": STATE}),
    done=Reply({"tokens": TOKENS}),
)

MESSAGES = {
    "approval-answer": (4 * SMALL, Request({"approval_id": ID, "answer": data(1, 17_635)})),
    "approval-offer": (SMALL, Request({"approval_id": ID})),
    "approval-reply": (4 * SMALL, Reply({"answer": data(1, 17_635)}, optional=("answer",))),
    "approval-request": (SMALL, Request({"account_id": ID, "approval_id": ID, "request": data(73, 1553)})),
    "approval-state": (SMALL, Reply({"approval_id": ID, "request": data(73, 1553)}, optional=("request",))),
    "add-device": (SMALL, Request({"state": STATE, "device": DEVICE_KEYS})),
    "audit": (LARGE, Reply({"events": array(EVENT, 200), "more": truth})),
    "change-login": (SMALL, Request({"login": LOGIN, "code": REFRESH}, optional=("code",))),
    "code-box": (SMALL, Request({"statement": data(1, 592), "box": nullable(data(73, 2560))})),
    "code-finish": (SMALL, Request({"state": STATE, "proof": data(64)})),
    "code-start": (SMALL, Request({"login": LOGIN})),
    "code-start-reply": (SMALL, Reply({"account_id": ID, "challenge": data(32), "state": STATE})),
    "device-label": (SMALL, Request({"label": LABEL})),
    "device-list": (2 * LARGE, Reply({"devices": array(DEVICE, 64)})),
    "discovery": (2 * SMALL, Reply(DISCOVERY, optional=("features", "blob_origins"))),
    "export": (4 * LARGE, Reply(EXPORT)),
    "factor-code": (SMALL, Request({"state": STATE, "code": CODE})),
    "factor-state": (SMALL, FACTORS),
    "hint": (128, Reply({"vault": ID, "head": UINT})),
    "keyset": (2 * SMALL, Reply(ENROLLED)),
    "login-finish": (SMALL, Request({"state": STATE, "ke3": data(64)})),
    "login-params": (SMALL, Request({"login": LOGIN})),
    "login-params-reply": (SMALL, Reply({"account_id": ID, "kdf": KDF})),
    "login-start": (SMALL, Request({"account_id": ID, "ke1": data(96)})),
    "login-start-reply": (SMALL, Reply({"ke2": data(320), "state": STATE})),
    "login-step": (SMALL, STEP),
    "logout": (SMALL, Request({"scope": words("this", "all")})),
    "mail-code": (SMALL, Request({"login": LOGIN})),
    "problem": (SMALL, Reply(PROBLEM, optional=("detail", "vaults", "refusal", "retry_after"))),
    "recovery-codes": (SMALL, Reply({"codes": array(CODE, 10, 10)})),
    "refresh": (SMALL, Request({"refresh": REFRESH})),
    "register-finish": (
        2 * SMALL,
        Request({"login": LOGIN, "kdf": KDF, "record": data(192), **ENROLLED, "code": REFRESH}, optional=("code",)),
    ),
    "register-reply": (SMALL, Reply({"version": UINT})),
    "register-start": (SMALL, Request({"account_id": ID, "request": data(32)})),
    "register-start-reply": (SMALL, Reply({"response": data(64)})),
    "session-list": (LARGE, Reply({"sessions": array(SESSION, 256)})),
    "tokens": (SMALL, TOKENS),
    "totp-confirm": (SMALL, Request({"code": CODE})),
    "totp-secret": (SMALL, Reply({"secret": CODE})),
    "usage": (LARGE, Reply({"bytes": UINT, "limit": UINT, "vaults": USAGE})),
}


def once(pairs):
    """An object in which no member stands twice."""
    if len(dict(pairs)) != len(pairs):
        raise Malformed("a member stands twice")
    return dict(pairs)


def read(message, text):
    """Reads a message, and checks what it holds as far as anybody can; answers without what is ignored."""
    most, kind = MESSAGES[message]
    if len(text.encode()) > most:
        raise Malformed("longer than allowed")
    try:
        value = json.loads(text, object_pairs_hook=once)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed("not JSON") from error
    value = kind(value)
    if "certificate" in value:
        check_enrolment(value)
    if message == "discovery":
        value = {name: value.get(name, []) for name in DISCOVERY}
    if message == "audit":
        check_chain(value["events"])
    return value


def check_enrolment(value):
    """The root's statement covers what stands beside it."""
    parts = {name: bytes_of(value[name]) for name in ("keyset", "root_box", "certificate", "statement")}
    certificate = Certificate(parts["certificate"])
    enrolment, signature = cbor.items(cbor.read(parts["statement"]), cbor.upto(512), cbor.SIGNATURE)
    _, account, root, _, _, record, keyset, root_box = cbor.items(
        cbor.read(enrolment), cbor.VERSION, cbor.ID, cbor.KEY, cbor.text(255), cbor.uint, *[cbor.HASH] * 3
    )
    verify(root, signature, "reenrol", enrolment)
    fits = [account == H("account", root)[:16], certificate.root == root]
    fits += [keyset == sha(parts["keyset"]), root_box == sha(parts["root_box"])]
    if "record" in value:
        fits.append(record == sha(bytes_of(value["record"])))
    if not all(fits):
        raise Contradiction("the statement is about something else")


def check_chain(events):
    """Each event has the hash that follows from it and the one before."""
    before = bytes(32)
    for event in events:
        ids = [bytes.fromhex(event[name]) if name in event else None for name in ("actor", "device", "vault")]
        address = event["address"].encode() if "address" in event else None
        before = H("audit", before, event["seq"], event["at"], event["kind"], *ids, address)
        if before != bytes_of(event["hash"]):
            raise Contradiction("the chain is broken")
