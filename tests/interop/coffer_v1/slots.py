"""The profile header: `profile.keys`."""

import hmac

from . import cbor, password
from .primitives import hkdf, labelled, unseal
from .refused import Malformed, NotOpened, OtherFormat

LIMIT = 16 * 1024
FORMAT = 1
PASSWORD = 1


class Header:
    """A header that was read; nothing of it is proven before a slot has opened."""

    def __init__(self, data):
        outer = cbor.read(data, LIMIT)
        if not isinstance(outer, list) or len(outer) < 2 or outer[0] != "coffer profile":
            raise Malformed("not a profile header")
        if cbor.uint(outer[1]) != FORMAT:
            raise OtherFormat(f"profile format {outer[1]}")
        _, self.format, self.body, self.mac = cbor.items(
            outer, cbor.text(64), cbor.uint, cbor.upto(LIMIT), cbor.exactly(32)
        )
        self.profile, self.version, self.slots = cbor.items(
            cbor.read(self.body), cbor.ID, cbor.uint, cbor.array(16, read_slot, least=1)
        )

    def open(self, text, secret_key):
        """Tries each password slot; answers with root key and S of the first that opens."""
        for slot, kind, (salt, *costs), sealed in self.slots:
            joined = password.stretched(text, secret_key, salt, *costs)
            key = password.slot_key(joined, self.profile, *costs)
            try:
                return unseal(key, labelled("slot", self.profile, slot, kind), sealed), joined
            except NotOpened:
                continue
        raise NotOpened("the password or the Secret Key is wrong")

    def is_authentic(self, root_key):
        """Tells whether the header is as it was written."""
        message = labelled("header", self.format, self.body)
        return hmac.compare_digest(hmac.digest(hkdf(root_key, labelled("header")), message, "sha256"), self.mac)


def read_slot(value):
    """Reads one slot, and refuses costs before anything is derived."""
    slot = cbor.items(value, cbor.ID, cbor.choice(PASSWORD), read_password, cbor.exactly(105))
    password.check_costs(*slot[2][1:])
    return slot


def read_password(value):
    """Salt and costs of a password slot."""
    return cbor.items(value, cbor.exactly(16), cbor.uint32, cbor.uint32, cbor.uint32)
