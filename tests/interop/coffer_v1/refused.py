"""Why something is not read."""


class Refused(Exception):
    """What was read is not what the format allows."""


class Malformed(Refused):
    """The bytes are not of the form, or longer than allowed."""


class OtherFormat(Refused):
    """A format, version or choice that this reader does not know."""


class OtherProfileFormat(OtherFormat):
    """A profile of another format than 1: not damaged, and not to be touched."""


class Cost(Refused):
    """Parameters of the password hash below the floor or above the ceiling."""


class Mistyped(Refused):
    """A text typed by a person has a slip in it."""


class NotOpened(Refused):
    """A sealed box does not open: another key, another place, or changed."""


class BadSignature(Refused):
    """A signature does not hold."""


class Contradiction(Refused):
    """Each part is well formed, but they do not fit together."""


class FalseShare(Refused):
    """A guardian signed a share that is not the owner's."""


class Void(Refused):
    """An entry of a log has no effect."""


class Unread(Refused):
    """The vault states a format that this reader does not know, so only the root counts the entry."""
