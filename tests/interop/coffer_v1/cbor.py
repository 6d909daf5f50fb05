"""Deterministic CBOR (RFC 8949, 4.2.1), of the few items that the formats use."""

from .refused import Malformed, OtherFormat

DEPTH = 40
# Levels of a payload's unknown value.
VALUE_DEPTH = 16
SIMPLE = {20: False, 21: True, 22: None}


class Pairs:
    """A map as it was written: any keys, in any order."""

    def __init__(self, pairs):
        self.pairs = pairs

    def entries(self):
        """The map, if its keys are unsigned and ascending."""
        keys = [key for key, _ in self.pairs]
        if not all(is_uint(key) for key in keys) or any(a >= b for a, b in zip(keys, keys[1:])):
            raise Malformed("keys that are not unsigned integers, ascending")
        return dict(self.pairs)


def encode(value):
    """Writes a value; keys of a dictionary are sorted."""
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(3, len(text)) + text
    if isinstance(value, dict):
        pairs = sorted((encode(key), encode(part)) for key, part in value.items())
        return _head(5, len(pairs)) + b"".join(key + part for key, part in pairs)
    if isinstance(value, Pairs):
        return _head(5, len(value.pairs)) + b"".join(encode(key) + encode(part) for key, part in value.pairs)
    return _head(4, len(value)) + b"".join(encode(part) for part in value)


def read(data, limit=None, maps=False):
    """Reads bytes that are one value and nothing else, in the only encoding it has."""
    if limit is not None and len(data) > limit:
        raise Malformed(f"longer than {limit} bytes")
    value, end = _decode(data, 0, maps, DEPTH)
    if end != len(data):
        raise Malformed("bytes after the end")
    if encode(value) != data:
        raise Malformed("not the only encoding of its value")
    return value


def first_uint(data):
    """The unsigned integer with which an array begins, if it does; the rest is not read."""
    try:
        outer, _, at = _read_head(data, 0)
        major, number, _ = _read_head(data, at)
    except Malformed:
        return None
    return number if (outer, major) == (4, 0) else None


def _head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    raise Malformed("a number beyond 64 bits")


def _decode(data, at, maps, depth):
    if depth == 0:
        raise Malformed("nested too deep")
    major, number, at = _read_head(data, at)
    if major == 7:
        if number not in SIMPLE:
            raise Malformed("a kind of value that the formats do not use")
        return SIMPLE[number], at
    if major == 0:
        return number, at
    if major in (2, 3):
        if number > len(data) - at:
            raise Malformed("cut off")
        part, at = data[at : at + number], at + number
        return (part if major == 2 else _text(part)), at
    if major == 4:
        items = []
        for _ in range(number):
            item, at = _decode(data, at, maps, depth - 1)
            items.append(item)
        return items, at
    if maps and major == 1:
        return -1 - number, at
    if maps and major == 5:
        return _decode_map(data, at, number, depth)
    raise Malformed("a kind of value that the formats do not use")


def _decode_map(data, at, number, depth):
    pairs = []
    for _ in range(number):
        key, at = _decode(data, at, True, depth - 1)
        part, at = _decode(data, at, True, depth - 1)
        pairs.append((key, part))
    return Pairs(pairs), at


def unknown_value(value):
    """A payload's value that this version does not know, as its encoding."""
    if _levels(value) > VALUE_DEPTH:
        raise Malformed("an unknown value that is nested too deep")
    return encode(value)


def _levels(value):
    """How many levels a value has, itself included."""
    if isinstance(value, Pairs):
        return 1 + max((_levels(part) for pair in value.pairs for part in pair), default=0)
    return 1 + max(map(_levels, value), default=0) if isinstance(value, list) else 1


def _read_head(data, at):
    if at >= len(data):
        raise Malformed("cut off")
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    if info > 27 or major == 7:
        raise Malformed("an indefinite length, a float or another unused form")
    size = 1 << info - 24
    number = data[at + 1 : at + 1 + size]
    if len(number) < size:
        raise Malformed("cut off")
    return major, int.from_bytes(number, "big"), at + 1 + size


def _text(part):
    try:
        return part.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a text that is not UTF-8") from error


def items(value, *kinds):
    """Takes an array apart; each kind checks one item and answers with it."""
    if not isinstance(value, list) or len(value) != len(kinds):
        raise Malformed(f"not an array of {len(kinds)}")
    return [kind(item) for kind, item in zip(kinds, value)]


def is_uint(value, bits=64):
    """Tells whether a value is an unsigned integer of so many bits."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << bits


def uint(value):
    """An unsigned integer."""
    if not is_uint(value):
        raise Malformed("not an unsigned integer")
    return value


def bits(size):
    """An unsigned integer of at most so many bits."""

    def kind(value):
        if not is_uint(value, size):
            raise Malformed(f"not an unsigned integer of {size} bits")
        return value

    return kind


def uint32(value):
    """An unsigned integer of at most 32 bits."""
    if not is_uint(value, 32):
        raise Malformed("not an unsigned integer of 32 bits")
    return value


def exactly(size):
    """A byte string of one length."""

    def kind(value):
        if not isinstance(value, bytes) or len(value) != size:
            raise Malformed(f"not {size} bytes")
        return value

    return kind


def upto(size):
    """A byte string of at most so many bytes."""

    def kind(value):
        if not isinstance(value, bytes) or len(value) > size:
            raise Malformed(f"not a byte string of at most {size}")
        return value

    return kind


def optional(kind):
    """Null or what `kind` takes."""
    return lambda value: None if value is None else kind(value)


def boolean(value):
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed("neither true nor false")
    return value


def null(value):
    """Nothing."""
    if value is not None:
        raise Malformed("not null")
    return value


def choice(*known):
    """One of the numbers that version 1 knows."""

    def kind(value):
        if not is_uint(value):
            raise Malformed("not a number")
        if value not in known:
            raise OtherFormat(f"unknown choice {value}")
        return value

    return kind


def text(size):
    """A text of at most so many bytes."""

    def kind(value):
        if not isinstance(value, str) or len(value.encode()) > size:
            raise Malformed(f"not a text of at most {size} bytes")
        return value

    return kind


def array(most, kind, least=0):
    """An array of at most so many items of one kind."""

    def check(value):
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise Malformed(f"not an array of {least} to {most}")
        return [kind(item) for item in value]

    return check


ID = exactly(16)
HASH = exactly(32)
KEY = exactly(32)
SIGNATURE = exactly(64)
VERSION = choice(1)
