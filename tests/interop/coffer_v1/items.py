"""The payload of an item, turned into something that can be written as JSON."""

import datetime
import re

from . import cbor
from .refused import Malformed

PAYLOAD = 4_194_303
TYPES = dict(
    enumerate(
        "login note card identity document ssh_key api_credential passkey one_time_code wifi bank_account licence "
        "database server".split(),
        1,
    )
)
FIRST_OF_PROGRAMS = 64
KINDS = dict(
    enumerate(
        "text concealed url email date month phone code file link lines secret_lines number switch".split(), 1
    )
)
ROLES = {
    number: name
    for first, names in {
        1: "username password code",
        10: "card_holder card_number card_expiry card_verification card_pin card_brand",
        20: "salutation first_name middle_name last_name email phone company street city region postal_code country "
        "birth_date national_id passport driving_licence",
        40: "private_key public_key fingerprint key_passphrase",
        50: "api_key api_secret api_type valid_from",
        60: "issuer",
        70: "wifi_name wifi_security wifi_hidden",
        80: "bank_name account_holder account_type account_number routing_number iban bic account_pin",
        90: "licence_key product_version licensed_to publisher purchase_date order_number",
        100: "database_type host port database_name connection_options",
        110: "admin_url provider operating_system",
    }.items()
    for number, name in enumerate(names.split(), first)
}
RULES = {1: "host", 2: "starts_with", 3: "exact", 4: "pattern", 5: "never"}
KIB = 1024
MIB = 1024 * 1024


def read_payload(payload):
    """Reads the payload of an item, which has exactly one form."""
    return _item(cbor.read(payload, PAYLOAD, maps=True))


def is_data_of_programs(payload):
    """Whether its type is one of those that no list shows, known or not."""
    kind = read_payload(payload)["type"]
    return isinstance(kind, int) and kind >= FIRST_OF_PROGRAMS


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


def _day(value):
    text = cbor.text(10)(value)
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        raise Malformed("not a day")
    try:
        # The calendar of this library begins with year 1; year 2000 has the same leap day as year 0.
        datetime.date.fromisoformat("2000" + text[4:] if text.startswith("0000") else text)
    except ValueError as error:
        raise Malformed("not a day") from error
    return text


def _rule(value):
    url, rule = cbor.items(value, cbor.text(16 * KIB), _named(RULES))
    return [url, rule]


def _rules(value):
    rules = _list(1000, _rule)(value)
    if any(one[0].encode() >= next_one[0].encode() for one, next_one in zip(rules, rules[1:])):
        raise Malformed("rules of addresses that are not ascending")
    return rules


def _number(value):
    """A number of 64 bits, which may be below zero."""
    if not isinstance(value, int) or isinstance(value, bool) or not -(1 << 63) <= value < 1 << 63:
        raise Malformed("not a number of 64 bits")
    return value


def _count(value):
    if not cbor.uint32(value):
        raise Malformed("a count of none that is written out")
    return value


def _filled_hex(size):
    """Bytes that are left out when there are none."""
    return _filled(_hex(cbor.upto(size)))


def _map(known, required):
    """Reads a map with these keys; others are kept as they stand."""

    def read(value):
        if not isinstance(value, cbor.Pairs) or len(value.pairs) > 256:
            raise Malformed("not a map of at most 256 entries")
        value = value.entries()
        if not required <= value.keys():
            raise Malformed("a required entry is missing")
        result, unknown = {}, {}
        for key, part in value.items():
            if key in known:
                name, kind = known[key]
                result[name] = kind(part)
            else:
                unknown[str(key)] = cbor.unknown_value(part).hex()
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


_passkey = _map(
    {
        1: ("credential_id", _hex(cbor.upto(1023))),
        2: ("rp_id", cbor.text(4 * KIB)),
        3: ("rp_name", _filled(cbor.text(4 * KIB))),
        4: ("user_handle", _filled_hex(1023)),
        5: ("user_name", _filled(cbor.text(4 * KIB))),
        6: ("display_name", _filled(cbor.text(4 * KIB))),
        7: ("private_key", _hex(cbor.upto(16 * KIB))),
        8: ("algorithm", _number),
        9: ("signatures", _count),
        10: ("discoverable", _mark),
        11: ("created_at", cbor.uint),
    },
    {1, 2, 7, 8, 11},
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
        17: ("reprompt", _mark),
        18: ("expires", _day),
        19: ("url_rules", _rules),
        20: ("passkeys", _list(1000, _passkey)),
        21: ("template", _mark),
    },
    {1, 11, 12},
)
