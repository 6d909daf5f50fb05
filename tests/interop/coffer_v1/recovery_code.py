"""The recovery code on a server: the box that it opens, the root's statement of it, and the proof of the code."""

from . import cbor
from .account import KEYSET, account_of, check_account, read_keyset
from .primitives import hkdf, labelled, public, sha, unseal, verify
from .refused import Contradiction, Malformed


def code_key(code, account):
    """The public key by which a device proves that it has the code."""
    return public(hkdf(code, labelled("code-sign"), account))


class CodeStatement:
    """What the root says of the code for which a server keeps a box."""

    def __init__(self, signed, account, issuer, known, box):
        data, signature = cbor.items(cbor.read(signed), cbor.upto(512), cbor.SIGNATURE)
        kinds = cbor.VERSION, cbor.ID, cbor.KEY, cbor.text(255), cbor.uint
        _, named, root, self.issuer, self.number, self.code, self.box_hash = cbor.items(
            cbor.read(data), *kinds, cbor.optional(cbor.KEY), cbor.optional(cbor.HASH)
        )
        if (self.code is None) != (self.box_hash is None):
            raise Malformed("a code without a box, or a box without a code")
        if named != account_of(root) or named != account:
            raise Contradiction("of another account")
        verify(root, signature, "code", data)
        if self.issuer != issuer or self.number <= known:
            raise Contradiction("for another server, or not newer than what is known")
        if self.box_hash != (None if box is None else sha(box)):
            raise Contradiction("another box than the stated one")

    def check_proof(self, proof, account, challenge, device):
        """Checks that a device has the code."""
        verify(self.code, proof, "code-proof", account, self.issuer, challenge, device)


def open_code_box(box, code, account, certificate):
    """Opens the account by its code; answers with the seed of the root, the keyset and the Secret Key."""
    key = hkdf(code, labelled("code-box"), account)
    content = unseal(key, labelled("code-box", account), box)
    kinds = cbor.VERSION, cbor.KEY, cbor.upto(KEYSET), cbor.exactly(16)
    _, root, inner, secret_key = cbor.items(cbor.read(content), *kinds)
    keyset = read_keyset(inner, cbor.KEY)
    check_account(account, root, certificate, keyset)
    return root, keyset, secret_key
