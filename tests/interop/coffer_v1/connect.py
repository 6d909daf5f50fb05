"""The connect code of a server."""

import base64

from . import cbor
from .json_messages import credential, origin
from .refused import Malformed

CODE = "coffer://connect#"


def read_link(text, prefix):
    """The bytes of a link: base64url without padding after a prefix."""
    if not text.startswith(prefix):
        raise Malformed("another kind of link")
    code = text[len(prefix) :]
    try:
        data = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Malformed("not base64url") from error
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != code:
        raise Malformed("not the only base64url of its bytes")
    return data


def sign_up_code(value):
    """A credential as a byte string."""
    try:
        return credential(64)(cbor.upto(64)(value).decode("ascii"))
    except UnicodeDecodeError as error:
        raise Malformed("not a credential") from error


class ConnectCode:
    """Where a server is, who it is, the hash of its key if no authority vouches for it, and a sign-up code."""

    def __init__(self, text):
        kinds = cbor.VERSION, origin, origin, cbor.optional(cbor.HASH), cbor.optional(sign_up_code)
        _, self.address, self.issuer, self.key, self.code = cbor.items(cbor.read(read_link(text, CODE), 618), *kinds)
