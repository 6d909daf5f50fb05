"""Logs in which people try whatever chance suggests, most of it not allowed.

What becomes of each entry is the word of the reader beside this: another program than the one that is tested.
"""

import random

from actors import (
    DAY,
    ITEM,
    OTHER,
    PUT,
    TOMBSTONE,
    VAULT,
    Account,
    Invitation,
    Key,
    Log,
    add,
    anna,
    epoch_op,
    revision,
    sign_record,
)
from coffer_v1 import log as reader
from coffer_v1.refused import Unread, Void
from vectors_wire import later_parts

COUNT, ENTRIES = 6, 80
FORMAT, CLOSE, REQUIRE = 13, 14, 15
# The first logs have no changes of these numbers. In the others they are among the changes, one more often after `LATE`.
LAST = {3: REQUIRE, 4: CLOSE, 5: FORMAT}
LATE = 60
NOW = 1_750_000_000


def grow(number):
    """A log, and the roster that it comes to."""
    world = World(number)
    while world.log.seq < ENTRIES:
        if world.likely(0.2):
            world.edit()
        else:
            world.change()
    return world.log, world.roster()


class World:
    """A log that both grows and is read."""

    def __init__(self, number):
        self.chance = random.Random(number)
        self.log = Log()
        self.read = reader.Log(bytes.fromhex(self.log.first["record"]), bytes.fromhex(self.log.first["signatures"]))
        self.people = [anna] + [Account(name) for name in ("ben", "cleo", "dora", "emil", "fritz")]
        self.generations = {one.id: 1 for one in self.people}
        self.invitations = {}
        self.opened = 0
        self.numbers = [2, 2, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12]
        self.last = LAST.get(number)
        self.numbers += [FORMAT, CLOSE, REQUIRE, REQUIRE] if self.last else []

    def likely(self, share):
        return self.chance.random() < share

    def somebody(self, member):
        """A member, so likely, or anybody."""
        ids = list(self.read.roster.members) if self.likely(member) else []
        among = [one for one in self.people if one.id in ids]
        return self.chance.choice(among or self.people)

    def signer(self, author):
        """The generation and key that an author signs with, seldom the wrong ones."""
        _, certificate = self.read.roster.members.get(author.id, (None, None))
        generation = certificate.generation if certificate else self.generations[author.id]
        if self.likely(0.03):
            generation = max(1, generation + self.chance.choice([-1, 1]))
        return generation, Key(f"{author.name} key {generation}")

    def base(self):
        return self.chance.randrange(self.log.seq + 2) if self.likely(0.04) else self.log.seq

    def push(self, made, take, *parts):
        try:
            take(*(bytes.fromhex(made[0][part]) for part in parts))
            verdict = "accepted"
        except Void as reason:
            verdict = f"void: {reason}"
        except Unread:
            verdict = "unread"
        self.log.push(made, verdict)
        return verdict == "accepted"

    def edit(self):
        """Somebody writes a revision."""
        author, item, base = self.somebody(0.93), self.chance.choice([ITEM, OTHER]), self.base()
        generation, key = self.signer(author)
        current = self.read.current.get(item)
        made = revision(
            item,
            current.hash if current and self.likely(0.9) else None,
            base,
            self.log.roots[min(base, self.log.seq)],
            kind=self.chance.choice([PUT, PUT, TOMBSTONE]),
            epoch=self.read.roster.epoch if self.likely(0.9) else self.chance.randrange(1, 4),
            author=author,
            key=key,
            generation=generation,
        )
        self.push(made, self.read.push, "header", "body_hash", "signature")

    def change(self):
        """Somebody writes a roster record, with the root's signature where it is needed, most of the time."""
        author, base = self.somebody(0.93), self.base()
        generation, key = self.signer(author)
        new_links = []
        ops = [self.op(author, new_links) for _ in range(self.chance.choice([1, 1, 1, 1, 2, 2, 3, 4]))]
        if len(ops) == 1 and ops[0][0] == 9 and self.likely(0.9):
            generation = self.generations[author.id] + 1
            key = Key(f"{author.name} key {generation}")
            ops = [[9, author.certificate(generation, compromised=self.likely(0.4))[0]]]
        if any(op[0] == 6 for op in ops) and self.likely(0.9) or self.likely(0.08):
            epoch = self.read.roster.epoch + (1 if self.likely(0.95) else 2)
            back_to = self.chance.choice([epoch - 1] * 8 + [max(0, epoch - 2), epoch, 0, 1])
            ops = [op for op in ops if op[0] != 8] + [epoch_op(epoch, back_to, bytes(105 if self.likely(0.95) else 104))]
        fields = [
            1,
            VAULT,
            self.log.genesis if self.likely(0.03) else self.log.record,
            base,
            self.log.roots[min(base, self.log.seq)],
            author.id,
            generation,
            NOW + (2 * DAY if self.likely(0.03) else 0),
            ops,
        ]
        made = sign_record(fields, key)
        if self.needs_root(made) and self.likely(0.93) or self.likely(0.02):
            made = sign_record(fields, key, author.root)
        if self.push(made, self.read.push_record, "record", "signatures"):
            self.invitations |= {link.key.public: link for link in new_links}
            for role, certificate in self.read.roster.members.values():
                known = self.generations[certificate.account]
                self.generations[certificate.account] = max(known, certificate.generation)

    def needs_root(self, made):
        try:
            self.read.judge_record(bytes.fromhex(made[0]["record"]), bytes.fromhex(made[0]["signatures"]))
        except Void as reason:
            return str(reason) == "RootSignature"
        except Unread:
            return False
        return False

    def op(self, author, new_links):
        """One change, as its number and parts."""
        number = self.chance.choice(self.numbers)
        if self.last and self.log.seq > LATE and self.likely(0.6):
            number = self.last
        if number == 2:
            self.opened += 1
            link = Invitation(f"by chance {self.opened}", self.role(), NOW + self.chance.choice([DAY, DAY, -1]))
            new_links.append(link)
            return link.op
        if number == 3:
            return [3, self.chance.choice([*self.invitations, bytes(32)])]
        if number == 4:
            return self.joining()
        return {
            5: lambda: [5, self.somebody(0.9).id, self.role()],
            6: lambda: [6, self.somebody(0.9).id],
            7: lambda: [7],
            8: lambda: epoch_op(self.read.roster.epoch + 1),
            9: lambda: [9, self.somebody(0.9).certificate(self.chance.randrange(1, 4))[0]],
            10: lambda: [10, self.chance.choice([0, 1, 89, 90, 400])],
            11: lambda: [11, self.chance.choice([ITEM, OTHER]), self.chance.randrange(self.log.seq + 2)],
            12: lambda: [12, self.log.seq, self.log.roots[-1 if self.likely(0.8) else 0]],
            FORMAT: lambda: [FORMAT, 2 if self.log.seq > LATE else self.chance.randrange(2)],
            CLOSE: lambda: [CLOSE, *([] if self.log.seq > LATE else [0])],
            REQUIRE: lambda: [REQUIRE, self.likely(0.6)],
        }[number]()

    def joining(self):
        """Somebody is added, with an invitation or without."""
        who, role = self.chance.choice(self.people), self.role()
        generation = max(1, self.generations[who.id] + self.chance.choice([0, 0, 0, 0, -1, 1]))
        certificate, pinned = who.certificate(generation, made_at=NOW if self.likely(0.95) else 5)
        if not self.invitations or self.likely(0.4):
            return add(who, role, None, certificate)
        link = self.chance.choice(list(self.invitations.values()))
        open_one = self.read.roster.invites.get(link.key.public)
        role = link.role if self.likely(0.8) else role
        accept = link.accept(
            self.log,
            who,
            open_one.record if open_one and self.likely(0.95) else bytes(32),
            role=link.role if self.likely(0.9) else self.role(),
            key=Key(f"{who.name} key {generation}") if self.likely(0.95) else anna.root,
            pinned=pinned,
        )
        return add(who, role, accept, certificate)

    def role(self):
        return self.chance.choice([1, 2, 3, 3, 4, 4])

    def roster(self):
        now = self.read.roster
        members = [
            {"account": account.hex(), "role": role, "generation": certificate.generation}
            for account, (role, certificate) in sorted(now.members.items())
        ]
        return {
            "members": members,
            "epoch": now.epoch,
            "epoch_due": now.epoch_due,
            "invites": len(now.invites),
            "keep_days": now.keep_days,
            **later_parts(now),
        }
