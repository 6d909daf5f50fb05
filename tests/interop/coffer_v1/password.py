"""Secret Key and password: the two things that a person has."""

import unicodedata

from argon2.low_level import Type, hash_secret_raw

from .primitives import H, hkdf, labelled
from .refused import Cost, Mistyped

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALIKE = str.maketrans("OIL", "011", " -._")
FLOOR = (65_536, 3, 1)
CEILING = (2_097_152, 16, 16)


def checked_text(prefix, label, key):
    """A key of 16 bytes as a text with a checksum."""
    bits = int.from_bytes(key, "big") << 12 | int.from_bytes(H(label, key)[:2], "big") >> 4
    letters = "".join(ALPHABET[bits >> 5 * at & 31] for at in reversed(range(28)))
    return "-".join([prefix] + [letters[at : at + 4] for at in range(0, 28, 4)])


def read_checked_text(prefix, label, text):
    """The key that a text stands for, however it was typed."""
    if len(text) > 256:
        raise Mistyped("too long to be one")
    letters = text.upper().translate(ALIKE)
    if len(letters) == 30:
        if letters[:2] != prefix.translate(ALIKE):
            raise Mistyped(f"it does not begin with {prefix}")
        letters = letters[2:]
    if len(letters) != 28:
        raise Mistyped("it has not 28 characters")
    bits = 0
    for letter in letters:
        if letter not in ALPHABET:
            raise Mistyped(f"{letter!r} is in no such text")
        bits = bits << 5 | ALPHABET.index(letter)
    key = (bits >> 12).to_bytes(16, "big")
    if bits & 0xFFF != int.from_bytes(H(label, key)[:2], "big") >> 4:
        raise Mistyped("a character is mistyped")
    return key


def secret_key_text(key):
    """The text of a Secret Key."""
    return checked_text("C1", "secret-key", key)


def read_secret_key(text):
    """The Secret Key of a text."""
    return read_checked_text("C1", "secret-key", text)


def recovery_code_text(code):
    """The text of a recovery code."""
    return checked_text("R1", "recovery-code", code)


def read_recovery_code(text):
    """The recovery code of a text."""
    return read_checked_text("R1", "recovery-code", text)


def check_costs(m, t, p):
    """Refuses parameters with which nothing is derived."""
    for value, least, most in zip((m, t, p), FLOOR, CEILING):
        if not least <= value <= most:
            raise Cost("below the floor" if value < least else "above the ceiling")


def argon2id(password, salt, m, t, p):
    """What the password becomes; checks the parameters first."""
    check_costs(m, t, p)
    if len(password.encode()) > 4096:
        raise Cost("a password of more than 4096 bytes")
    # By the Unicode version that Python has; it matters only for characters that are younger.
    text = unicodedata.normalize("NFKC", password).encode()
    return hash_secret_raw(text, salt, t, m, p, 32, Type.ID, 0x13)


def stretched(password, secret_key, salt, m, t, p):
    """S: password and Secret Key, 48 bytes."""
    return argon2id(password, salt, m, t, p) + secret_key


def slot_key(joined, profile, m, t, p):
    """The key of a password slot."""
    return hkdf(joined, labelled("slot/password", m, t, p), profile)


def box_key(joined, profile):
    """The key of the root box on this computer."""
    return hkdf(joined, labelled("root-local"), profile)


def account_stretched(password, secret_key, m, t, p):
    """The same for an account on a server, whose salt comes from the Secret Key."""
    return stretched(password, secret_key, account_salt(secret_key), m, t, p)


def account_salt(secret_key):
    """The salt of an account's password."""
    return hkdf(secret_key, labelled("account-salt"), size=16)


def opaque_password(joined, m, t, p):
    """What stands for the password in OPAQUE."""
    return hkdf(joined, labelled("opaque", m, t, p))


def account_unlock_key(joined, export_key, account, m, t, p):
    """The key of the boxes that a server keeps."""
    return hkdf(joined + export_key, labelled("account-unlock", m, t, p), account)
