"""Roster records: what they say, and what of it takes effect."""

import copy
from dataclasses import dataclass

from . import cbor
from .account import Certificate
from .invitation import read_acceptance
from .primitives import H, sha, verify
from .refused import Contradiction, Malformed, Refused, Void

RECORD = 64 * 1024
OWNER, MANAGER, EDITOR, VIEWER = 1, 2, 3, 4
GENESIS, INVITE, REVOKE, ADD, ROLE, REMOVE, LEAVE, EPOCH, CERTIFICATE, POLICY, PURGE, ADOPT = range(1, 13)
FORMAT, CLOSE, REQUIRE = range(13, 16)
KNOWN_FORMAT = 1
MEMBERS, INVITES = 4096, 1024
BACK = 105

role = cbor.choice(OWNER, MANAGER, EDITOR, VIEWER)
signed_certificate = cbor.upto(1400 + 140)


OPS = {
    GENESIS: (cbor.exactly(32),),
    INVITE: (cbor.KEY, role, cbor.uint),
    REVOKE: (cbor.KEY,),
    ADD: (signed_certificate, role, cbor.optional(read_acceptance)),
    ROLE: (cbor.ID, role),
    REMOVE: (cbor.ID,),
    LEAVE: (),
    EPOCH: (cbor.uint32, cbor.HASH, cbor.uint32, cbor.upto(BACK)),
    CERTIFICATE: (signed_certificate,),
    POLICY: (cbor.uint32,),
    PURGE: (cbor.ID, cbor.uint),
    ADOPT: (cbor.uint, cbor.HASH),
    FORMAT: (cbor.uint32,),
    CLOSE: (),
    REQUIRE: (cbor.boolean,),
}


def read_op(value):
    """Reads one change: its number and its parts."""
    if not isinstance(value, list) or not value:
        raise Malformed("a change that is no array")
    number = cbor.choice(*OPS)(value[0])
    return cbor.items(value, cbor.uint, *OPS[number])


class Record:
    """A roster record, with nothing checked but its form."""

    def __init__(self, data, signatures):
        self.bytes = data
        (
            _,
            self.vault,
            self.previous,
            self.base_seq,
            self.base_root,
            self.author,
            self.generation,
            self.made_at,
            self.ops,
        ) = cbor.items(
            cbor.read(data, RECORD),
            cbor.VERSION,
            cbor.ID,
            cbor.HASH,
            cbor.uint,
            cbor.HASH,
            cbor.ID,
            cbor.uint32,
            cbor.uint,
            cbor.array(32, read_op),
        )
        if len(signatures) not in (64, 128):
            raise Malformed("neither one signature nor two")
        self.by_key, self.by_root = signatures[:64], signatures[64:]
        self.hash = entry_hash(data)
        self.kinds = [op[0] for op in self.ops]

    def verify(self, key):
        """Checks the signature of the author's identity."""
        verify(key, self.by_key, "roster", sha(self.bytes))


def entry_hash(data):
    """The hash by which a record enters the log."""
    return H("roster-entry", data)


class Founding:
    """The founding record."""

    def __init__(self, data, signatures, known=None):
        record = Record(data, signatures)
        if known is not None and known != record.hash:
            raise Contradiction("another record than the known one")
        if record.kinds != [GENESIS, ADD, EPOCH] or record.by_root:
            raise Contradiction("not the three changes that found a vault")
        (_, nonce), (_, signed, given, accept), (_, epoch, self.commitment, back_to, sealed) = record.ops
        if (record.previous, record.base_seq, record.base_root) != (bytes(32), 0, H("log", record.vault)):
            raise Contradiction("it follows something")
        if (given, accept, epoch, back_to, sealed) != (OWNER, None, 1, 0, b""):
            raise Contradiction("another role or epoch than a founder's")
        self.certificate = Certificate(signed)
        if (self.certificate.account, self.certificate.generation) != (record.author, record.generation):
            raise Contradiction("the certificate is not the author's")
        if record.vault != H("vault", record.author, nonce)[:16]:
            raise Contradiction("the vault id is not that of founder and nonce")
        record.verify(self.certificate.sign)
        self.vault, self.author, self.hash = record.vault, record.author, record.hash


@dataclass
class Invite:
    """An open invitation."""

    role: int
    expires_at: int
    record: bytes
    author: bytes


def may_give(own, other):
    """Tells whether somebody of a role may give or take another."""
    return own == OWNER or (own == MANAGER and other in (EDITOR, VIEWER))


class Roster:
    """Who is in a vault, and what they have agreed on."""

    def __init__(self, founding):
        self.vault, self.genesis = founding.vault, founding.hash
        self.last = founding.hash
        self.members = {founding.author: (OWNER, founding.certificate)}
        self.seen = {founding.author: founding.certificate}
        self.invites = {}
        self.epochs = {1: (founding.commitment, 0, b"")}
        self.epoch_due = False
        self.keep_days = 0
        self.purged = {}
        self.adopted = []
        self.format = 1
        self.closed = False
        self.second_factor = False

    @property
    def epoch(self):
        """The current epoch."""
        return len(self.epochs)

    @property
    def is_readable(self):
        """Whether this reader knows the format that the vault states."""
        return self.format <= KNOWN_FORMAT

    def check_open(self):
        """Nothing takes effect after the end of a vault."""
        if self.closed:
            raise Void("Closed")

    def after(self, record, past):
        """The roster that a record makes of this one; `past` knows roots and current revisions."""
        ops = [checked(*op) for op in record.ops]
        if record.previous != self.last:
            raise Void("Parent")
        self.check_open()
        self._check_combination(record.kinds)
        draft = Draft(self, record, past)
        for op in ops:
            draft.take(*op)
        return draft.finish()

    def key_of(self, record):
        """The certificate whose key must have signed a record."""
        if record.author not in self.members:
            raise Void("Author")
        _, certificate = self.members[record.author]
        if record.kinds == [CERTIFICATE]:
            certificate = read_certificate(record.ops[0][1])
            if (certificate.account, certificate.generation) != (record.author, record.generation):
                raise Void("Certificate")
        if record.generation != certificate.generation:
            raise Void("Author")
        return certificate

    @staticmethod
    def _check_combination(kinds):
        alone = {LEAVE, CERTIFICATE, CLOSE} & set(kinds)
        if not kinds or (alone and len(kinds) > 1) or EPOCH in kinds[:-1] or (REMOVE in kinds and EPOCH not in kinds):
            raise Void("Combination")


def checked(number, *parts):
    """A change with the signatures in it checked, which ask for no state."""
    if number == GENESIS:
        raise Void("Combination")
    if number == CERTIFICATE:
        return number, read_certificate(*parts)
    if number != ADD:
        return number, *parts
    signed, given, accept = parts
    certificate = read_certificate(signed)
    try:
        if accept is not None:
            accept.verify(certificate)
    except Refused as error:
        raise Void("Invitation") from error
    return number, certificate, given, accept


def read_certificate(signed):
    """A certificate within a record."""
    try:
        return Certificate(signed)
    except Refused as error:
        raise Void("Certificate") from error


class Draft:
    """The roster as a record is about to make it."""

    def __init__(self, roster, record, past):
        self.record, self.past = record, past
        self.new = copy.copy(roster)
        for name in ("members", "seen", "invites", "epochs", "purged", "adopted"):
            setattr(self.new, name, copy.copy(getattr(roster, name)))
        self.needs_root = False

    def take(self, number, *parts):
        """Lets one change take effect, or says why it cannot."""
        steps = {
            INVITE: self.invite,
            REVOKE: self.revoke,
            ADD: self.add,
            ROLE: self.give,
            REMOVE: self.remove,
            LEAVE: self.leave,
            EPOCH: self.begin_epoch,
            CERTIFICATE: self.renew,
            POLICY: self.policy,
            PURGE: self.purge,
            ADOPT: self.adopt,
            FORMAT: self.raise_format,
            CLOSE: self.close,
            REQUIRE: self.require_factor,
        }
        if self.record.author not in self.new.members:
            raise Void("Author")
        self.own, _ = self.new.members[self.record.author]
        steps[number](*parts)

    def finish(self):
        """The new roster, if it may be one and is signed as it must be."""
        roles = [given for given, _ in self.new.members.values()]
        if OWNER not in roles:
            raise Void("LastOwner")
        if len(roles) > MEMBERS or len(self.new.invites) > INVITES:
            raise Void("TooMany")
        if self.needs_root != bool(self.record.by_root):
            raise Void("RootSignature")
        if self.needs_root:
            # An author who has just left was seen all the same.
            certificate = self.new.seen[self.record.author]
            try:
                verify(certificate.root, self.record.by_root, "roster-root", self.record.hash)
            except Refused as error:
                raise Void("RootSignature") from error
        self.new.last = self.record.hash
        return self.new

    def require(self, *roles):
        """Checks that a member may give or take all these roles."""
        if not all(may_give(self.own, one) for one in roles):
            raise Void("Role")
        self.needs_root |= OWNER in roles

    def owner_only(self):
        """Checks that an owner does it, with the root."""
        if self.own != OWNER:
            raise Void("Role")
        self.needs_root = True

    def close_invites(self, account, closed=lambda invited: True):
        """Closes invitations that a member opened."""
        self.new.invites = {
            key: one
            for key, one in self.new.invites.items()
            if one.author != account or not closed(one.role)
        }

    def member(self, account):
        """Role and certificate of a member."""
        if account not in self.new.members:
            raise Void("Member")
        return self.new.members[account]

    def invite(self, key, given, expires_at):
        if given == OWNER or not may_give(self.own, given):
            raise Void("Role")
        if key in self.new.invites:
            raise Void("Invitation")
        self.new.invites[key] = Invite(given, expires_at, self.record.hash, self.record.author)

    def revoke(self, key):
        if key not in self.new.invites:
            raise Void("Invitation")
        if not may_give(self.own, self.new.invites[key].role):
            raise Void("Role")
        del self.new.invites[key]

    def add(self, certificate, given, accept):
        self.require(given)
        account = certificate.account
        if account in self.new.members:
            raise Void("Member")
        seen = self.new.seen.get(account)
        if seen and certificate.generation <= seen.generation and certificate.hash != seen.hash:
            raise Void("Certificate")
        if accept is not None:
            self.consume(accept, given)
        self.new.members[account] = (given, certificate)
        self.new.seen[account] = certificate

    def consume(self, accept, given):
        """Uses an invitation up."""
        invite = self.new.invites.get(accept.invite)
        if accept.genesis != self.new.genesis or invite is None:
            raise Void("Invitation")
        if (accept.record, accept.role) != (invite.record, invite.role):
            raise Void("Invitation")
        if given < invite.role or self.record.made_at > invite.expires_at:
            raise Void("Invitation")
        del self.new.invites[accept.invite]

    def give(self, account, given):
        had, certificate = self.member(account)
        self.require(had, given)
        if had == given:
            raise Void("Member")
        self.close_invites(account, lambda invited: not may_give(given, invited))
        self.new.members[account] = (given, certificate)

    def remove(self, account):
        if account == self.record.author:
            raise Void("Member")
        had, _ = self.member(account)
        self.require(had)
        self.close_invites(account)
        del self.new.members[account]

    def leave(self):
        self.needs_root |= self.own == OWNER
        self.close_invites(self.record.author)
        del self.new.members[self.record.author]
        self.new.epoch_due = True

    def begin_epoch(self, epoch, commitment, back_to, sealed):
        if self.own not in (OWNER, MANAGER):
            raise Void("Role")
        if epoch != self.new.epoch + 1 or not 1 <= back_to < epoch or len(sealed) != BACK:
            raise Void("Epoch")
        self.new.epochs[epoch] = (commitment, back_to, sealed)
        self.new.epoch_due = False

    def renew(self, certificate):
        had, old = self.member(self.record.author)
        if certificate.generation <= old.generation:
            raise Void("Certificate")
        if certificate.compromised:
            self.close_invites(self.record.author)
            self.new.epoch_due = True
        self.new.members[certificate.account] = (had, certificate)
        self.new.seen[certificate.account] = certificate

    def policy(self, days):
        self.owner_only()
        if 0 < days < 90:
            raise Void("Policy")
        self.new.keep_days = days

    def purge(self, item, before):
        self.owner_only()
        place = self.past.place(item)
        if place is None or not self.new.purged.get(item, 0) < before <= place:
            raise Void("Purge")
        self.new.purged[item] = before

    def adopt(self, seq, root):
        self.owner_only()
        if seq < 1 or self.past.root_at(seq) != root:
            raise Void("Adopt")
        self.new.adopted.append((self.record.author, seq, root))

    def raise_format(self, number):
        self.owner_only()
        if number <= self.new.format:
            raise Void("Policy")
        self.new.format = number

    def close(self):
        self.owner_only()
        self.new.closed = True

    def require_factor(self, second_factor):
        self.owner_only()
        if second_factor == self.new.second_factor:
            raise Void("Policy")
        self.new.second_factor = second_factor
