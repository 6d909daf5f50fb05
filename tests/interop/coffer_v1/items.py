"""The payload of an item, turned into something that can be written as JSON."""

from . import cbor
from .refused import Malformed

PAYLOAD = 4_194_303
TYPES = {1: "login", 2: "note", 3: "card", 4: "identity", 5: "document"}
KINDS = {1: "text", 2: "concealed", 3: "url", 4: "email", 5: "date", 6: "month", 7: "phone", 8: "code"}
ROLES = {
    **dict(enumerate(["username", "password", "code"], 1)),
    **dict(enumerate("card_holder card_number card_expiry card_verification card_pin card_brand".split(), 10)),
    **dict(
        enumerate(
            "salutation first_name middle_name last_name email phone company street city region postal_code country "
            "birth_date national_id passport driving_licence".split(),
            20,
        )
    ),
}
KIB = 1024
MIB = 1024 * 1024


def read_payload(payload):
    """Reads the payload of an item, which has exactly one form."""
    return _item(cbor.read(payload, PAYLOAD, maps=True))


def _named(names):
    """A number that has a name; one without is kept as a number."""
    return lambda value: names.get(cbor.uint(value), value)


def _mark(value):
    if value is not True:
        raise Malformed("a mark that is not true")
    return True


def _filled(kind):
    """What is left out when it is empty."""

    def check(value):
        value = kind(value)
        if value in ("", []):
            raise Malformed("a default that is written out")
        return value

    return check


def _list(most, kind):
    return _filled(cbor.array(most, kind))


def _hex(kind):
    return lambda value: kind(value).hex()


def _pair(value):
    text, at = cbor.items(value, cbor.text(MIB), cbor.uint)
    return {"value": text, "replaced_at": at}


def _set_aside(value):
    field, label, text, at = cbor.items(
        value, cbor.optional(_hex(cbor.exactly(8))), cbor.text(4 * KIB), cbor.text(MIB), cbor.uint
    )
    return {"field": field, "label": label, "value": text, "at": at}


def _tags(value):
    tags = _list(1000, cbor.text(KIB))(value)
    if any(one.encode() >= next_one.encode() for one, next_one in zip(tags, tags[1:])):
        raise Malformed("tags that are not ascending")
    return tags


def _map(known, required):
    """Reads a map with these keys; others are kept as they stand."""

    def read(value):
        if not isinstance(value, dict) or len(value) > 256:
            raise Malformed("not a map of at most 256 entries")
        if not required <= value.keys():
            raise Malformed("a required entry is missing")
        result, unknown = {}, {}
        for key, part in value.items():
            if key in known:
                name, kind = known[key]
                result[name] = kind(part)
            else:
                unknown[str(key)] = cbor.encode(part).hex()
        return result | ({"unknown": unknown} if unknown else {})

    return read


_attachment = _map(
    {
        1: ("blob", _hex(cbor.ID)),
        2: ("file_key", _hex(cbor.KEY)),
        3: ("size", cbor.uint),
        4: ("name", _filled(cbor.text(8 * KIB))),
        5: ("media_type", _filled(cbor.text(256))),
        7: ("added_at", cbor.uint),
    },
    {1, 2, 3, 7},
)

_field = _map(
    {
        1: ("id", _hex(cbor.exactly(8))),
        2: ("role", _named(ROLES)),
        3: ("label", _filled(cbor.text(4 * KIB))),
        4: ("kind", _named(KINDS)),
        5: ("value", _filled(cbor.text(MIB))),
        6: ("heading", cbor.text(4 * KIB)),
        7: ("history", _list(1000, _pair)),
    },
    {1, 4},
)


def _fields(value):
    fields = _list(1000, _field)(value)
    if len({field["id"] for field in fields}) != len(fields):
        raise Malformed("a field id that occurs twice")
    return fields


_item = _map(
    {
        1: ("type", _named(TYPES)),
        2: ("title", _filled(cbor.text(4 * KIB))),
        3: ("fields", _fields),
        4: ("urls", _list(1000, cbor.text(16 * KIB))),
        5: ("notes", _filled(cbor.text(MIB))),
        6: ("tags", _tags),
        7: ("folder", cbor.text(4 * KIB)),
        8: ("favourite", _mark),
        9: ("edited_in_two_places", _mark),
        10: ("archived", _mark),
        11: ("created_at", cbor.uint),
        12: ("changed_at", cbor.uint),
        13: ("trashed_at", cbor.uint),
        14: ("device", _filled(cbor.text(KIB))),
        15: ("attachments", _list(1000, _attachment)),
        16: ("set_aside", _list(1000, _set_aside)),
    },
    {1, 11, 12},
)
