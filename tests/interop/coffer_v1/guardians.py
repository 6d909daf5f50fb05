"""Recovery by guardians: the texts that people pass to each other, and what a team's directory says about it."""

import re

from . import cbor
from .account import Certificate, identity
from .connect import read_link
from .json_messages import origin
from .primitives import sha
from .recovery import GUARDIANS, RECOVERY, Consent, Request, Share
from .refused import Contradiction, Malformed
from .roster import MANAGER, OWNER

BOX = 2560
CARD = 48 * 1024
GROUP, CONSENTED, RELEASED = 73, 74, 75


def read_text(text, name):
    """The bytes of a text. White space is ignored, and its beginning may be missing."""
    text = re.sub(r"[^\S\x1c-\x1f]", "", text)
    prefix = f"coffer://recovery-{name}#"
    return read_link(text if text.startswith(prefix) else prefix + text, prefix)


def _encoded(kind):
    """A part that stands in the array as it is; as a message of its own."""

    def read(value):
        data = cbor.encode(value)
        kind(value)
        return data

    return read


def _signed(most, signatures):
    kinds = [cbor.upto(most)] + signatures * [cbor.SIGNATURE]
    return _encoded(lambda value: cbor.items(value, *kinds))


CONSENT, CERTIFICATE, RELEASE = _signed(1400, 1), _signed(1400, 2), _signed(1300, 1)


class Card:
    """A consent with everything that belongs to it, or a withdrawal."""

    def __init__(self, data):
        _, self.consent, self.box, self.certificate, self.guardians, self.shares = cbor.items(
            cbor.read(data, CARD),
            cbor.VERSION,
            CONSENT,
            cbor.upto(BOX),
            CERTIFICATE,
            cbor.array(GUARDIANS, _encoded(lambda value: identity(cbor.encode(value)))),
            cbor.array(GUARDIANS, _encoded(lambda value: Share(cbor.encode(value)))),
        )

    def verify(self):
        """The consent, once its root has signed it, and box, shares and certificates are those that it names."""
        certificate = Certificate(self.certificate)
        consent = Consent(self.consent, certificate.account)
        shares = [Share(data) for data in self.shares]
        if consent.kind != RECOVERY:
            raise Contradiction("a consent to something else")
        if consent.box_hash is None:
            belongs = not (self.box or self.guardians or self.shares)
        else:
            named = [hashed for hashed, _ in consent.guardians]
            belongs = consent.box_hash == sha(self.box) and named == [sha(data) for data in self.guardians]
            places = [(number, consent.hash) for number in range(1, len(named) + 1)]
            belongs = belongs and places == [(share.index, share.consent) for share in shares]
        if not belongs:
            raise Contradiction("a card whose parts do not belong together")
        return consent


class Offer:
    """What a new computer needs to ask for a recovery."""

    def __init__(self, data):
        kinds = cbor.VERSION, origin, origin, cbor.optional(cbor.HASH), CONSENT, cbor.upto(BOX), CERTIFICATE
        _, self.address, self.issuer, self.key, self.consent, self.box, self.certificate = cbor.items(
            cbor.read(data), *kinds
        )


class Answer:
    """A guardian's release for a request, with the certificates of who signed it and of who the consent names."""

    def __init__(self, data):
        kinds = cbor.VERSION, RELEASE, CERTIFICATE, cbor.optional(cbor.upto(1400))
        _, self.release, self.signer, self.named = cbor.items(cbor.read(data), *kinds)
        if self.named is not None:
            identity(self.named)


READ = {"card": Card, "offer": Offer, "request": Request, "answer": Answer}


def of_directory(written):
    """What items of a directory say, each with the role of its author: how many of which guardians are needed, the newest
    consent of each account, and whose shares were released for which requests."""
    said = {"guardians": [], "threshold": 0, "consents": {}, "released": []}
    for role, payload in written:
        parts = cbor.read(payload, maps=True).entries()
        kind = parts.get(1)
        if kind == GROUP and role == OWNER and not said["guardians"]:
            group = cbor.array(GUARDIANS, cbor.ID)(parts.get(64))
            if group != sorted(set(group)) or cbor.bits(8)(parts.get(65)) not in (range(2, len(group) + 1) or [0]):
                raise Malformed("guardians that cannot be")
            said["guardians"], said["threshold"] = [one.hex() for one in group], parts[65]
        elif kind == CONSENTED and role in (OWNER, MANAGER):
            account = cbor.ID(parts.get(64))
            consent = Card(cbor.upto(CARD)(parts.get(65))).verify()
            if consent.account != account:
                raise Contradiction("a card of another account")
            known = said["consents"].setdefault(account.hex(), {"number": 0})
            if consent.number > known["number"]:
                known.update(number=consent.number, given=consent.box_hash is not None)
        elif kind == RELEASED and role in (OWNER, MANAGER):
            said["released"].append([cbor.ID(parts.get(64)).hex(), cbor.HASH(parts.get(65)).hex()])
    return said
