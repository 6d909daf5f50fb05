"""The profile header: `profile.keys`."""

import hmac

from . import cbor, password
from .primitives import hkdf, labelled, unseal
from .refused import Contradiction, Malformed, NotOpened, OtherProfileFormat

LIMIT = 16 * 1024
FORMAT = 1
PASSWORD, QUICK, RECOVERY, ACCOUNT = 1, 2, 3, 5
# What opens the slots that a key opens by itself.
LABELS = {QUICK: "slot/quick", RECOVERY: "slot/recovery", ACCOUNT: "slot/account"}


class Header:
    """A header that was read; nothing of it is proven before a slot has opened."""

    def __init__(self, data):
        outer = cbor.read(data, LIMIT)
        if not isinstance(outer, list) or len(outer) < 2 or outer[0] != "coffer profile":
            raise Malformed("not a profile header")
        if cbor.uint(outer[1]) != FORMAT:
            raise OtherProfileFormat(f"profile format {outer[1]}")
        _, self.format, self.body, self.mac = cbor.items(
            outer, cbor.text(64), cbor.uint, cbor.upto(LIMIT), cbor.exactly(32)
        )
        self.profile, self.version, self.slots = cbor.items(
            cbor.read(self.body), cbor.ID, cbor.uint, cbor.array(16, read_slot)
        )
        order = [(kind, slot) for slot, kind, _, _ in self.slots]
        kinds = [kind for kind, _ in order]
        if PASSWORD not in kinds or kinds.count(QUICK) > 1 or kinds.count(ACCOUNT) > 1:
            raise Contradiction("no password slot, or two where one may be")
        if len({slot for _, slot in order}) != len(order) or order != sorted(order):
            raise Contradiction("a slot id that occurs twice, or slots in another order")

    def open(self, text, secret_key):
        """Tries each password slot; answers with root key and S of the first that opens."""
        for slot, kind, parameters, sealed in self.slots:
            if kind == PASSWORD:
                salt, *costs = parameters
                joined = password.stretched(text, secret_key, salt, *costs)
                try:
                    return self._unseal(slot, kind, password.slot_key(joined, self.profile, *costs), sealed), joined
                except NotOpened:
                    continue
        raise NotOpened("the password or the Secret Key is wrong")

    def open_with(self, wanted, key):
        """Tries each slot of a kind that a key opens by itself."""
        for slot, kind, _, sealed in self.slots:
            if kind == wanted:
                try:
                    derived = hkdf(key, labelled(LABELS[kind]), self.profile)
                    return self._unseal(slot, kind, derived, sealed)
                except NotOpened:
                    continue
        raise NotOpened("no slot that this key opens")

    def _unseal(self, slot, kind, key, sealed):
        return unseal(key, labelled("slot", self.profile, slot, kind), sealed)

    def is_authentic(self, root_key):
        """Tells whether the header is as it was written."""
        message = labelled("header", self.format, self.body)
        return hmac.compare_digest(hmac.digest(hkdf(root_key, labelled("header")), message, "sha256"), self.mac)


def read_slot(value):
    """Reads one slot, and refuses costs before anything is derived."""
    slot = cbor.items(
        value, cbor.ID, cbor.choice(PASSWORD, QUICK, RECOVERY, ACCOUNT), lambda parameters: parameters, cbor.exactly(105)
    )
    kinds = {
        PASSWORD: (cbor.exactly(16), cbor.uint32, cbor.uint32, cbor.uint32),
        ACCOUNT: (cbor.ID,),
    }
    slot[2] = cbor.items(slot[2], *kinds.get(slot[1], ()))
    if slot[1] == PASSWORD:
        password.check_costs(*slot[2][1:])
    return slot
