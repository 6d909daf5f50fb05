"""One vault of a profile: its key, its log and its items; and the cards by which the home vault names the others."""

import contextlib

from . import cbor, items, log
from .grant import keys_before
from .primitives import labelled, sha, unseal
from .refused import Contradiction, Malformed, Unread

CARD = 64


class Vault:
    """A vault whose log was replayed from the founding record that it is known by."""

    def __init__(self, database, local, vault, genesis):
        sealed = "(SELECT sealed FROM epoch_key WHERE epoch_key.vault_key = vault.vault_key AND epoch_key.epoch = vault.epoch)"
        key = sealed if database.execute("PRAGMA user_version").fetchone()[0] >= 3 else "sealed_key"
        row = database.execute(
            f"SELECT vault_key, genesis_hash, ({key}), epoch, head_seq, head_root FROM vault WHERE vault_id = ?",
            [vault],
        ).fetchone()
        if row is None:
            raise Contradiction("a vault that is named is missing")
        self.id = vault
        self.row, stated, sealed, self.epoch, self.head_seq, self.head_root = row
        if stated != genesis:
            raise Contradiction("a vault was founded by another record than is known")
        self._genesis = genesis
        key = unseal(local, labelled("local/vault-key", vault, self.epoch), sealed)
        self._replay(database)
        self.keys = keys_before(self.log.roster, self.epoch, key)

    def _replay(self, database):
        """Replays the whole log; every entry must hold."""
        self.log, self.bodies = None, {}
        rows = database.execute(
            "SELECT seq, root, item_id, hash, header, signature, body_hash, body FROM entry WHERE vault_key = ? "
            "ORDER BY seq",
            [self.row],
        )
        for seq, root, item, entry, header, signature, body_hash, body in rows:
            if self.log is None:
                self.log = log.Log(header, signature, self._genesis)
                found = self.log.founding.hash
            elif item is None:
                found = log.entry_hash(header)
                with contextlib.suppress(Unread):
                    self.log.push_record(header, signature)
            else:
                found = log.revision_hash(header, body_hash)
                try:
                    revision = self.log.push(header, body_hash, signature)
                except Unread:
                    self._check_place(seq, root, entry, found)
                    continue
                if revision.item != item or (body is not None and sha(body) != body_hash):
                    raise Contradiction(f"entry {seq} is kept with another item or body")
                self.bodies[found] = (revision, body)
            self._check_place(seq, root, entry, found)
        if self.log is None:
            raise Contradiction("a vault has no log")
        if (self.log.root, len(self.log.roots) - 1) != (self.head_root, self.head_seq):
            raise Contradiction("the log does not end at the head that the vault names")

    def _check_place(self, seq, root, entry, found):
        """Checks that the entry that was counted last is kept at its place."""
        if (found, self.log.root, len(self.log.roots) - 1) != (entry, root, seq):
            raise Contradiction(f"entry {seq} is not what its hash and root say")

    def live(self):
        """The last revision of every item that is not deleted."""
        return {one.item: one for one in self.log.current.values() if one.kind == log.PUT}

    def payload(self, revision):
        """The payload of a revision whose body is kept."""
        return revision.open(self.keys[revision.epoch], self.bodies[revision.hash][1])


class Card:
    """What an item of the home vault says of a vault."""

    def __init__(self, payload):
        entries = cbor.read(payload, items.PAYLOAD, maps=True).entries()
        if items.read_payload(payload)["type"] != CARD:
            raise Malformed("not a card")
        self.vault, self.genesis = cbor.ID(entries[64]), cbor.HASH(entries[65])
        self.head = cbor.items(entries[66], cbor.uint, cbor.HASH)
        self.name, self.position = entries.get(2, ""), cbor.uint(entries[69])


def open_all(database, local, keyset):
    """The home vault, and those that its cards name; nothing else may be there. Answers also with the cards."""
    home = Vault(database, local, keyset.home, keyset.genesis)
    vaults, cards = {keyset.home: home}, {}
    if database.execute("PRAGMA user_version").fetchone()[0] >= 2:
        for item, vault, revision in database.execute("SELECT item_id, vault_id, revision FROM joined"):
            current = home.log.current.get(item)
            if current is None or current.hash != revision:
                raise Contradiction("a card is not at its last revision")
            if current.kind == log.PUT:
                card = cards[item] = Card(home.payload(current))
                if card.vault != vault:
                    raise Contradiction("a card names another vault")
                genesis = card.genesis
            else:
                # It was deleted: a log without content, which still holds in itself.
                (genesis,) = database.execute("SELECT genesis_hash FROM vault WHERE vault_id = ?", [vault]).fetchone()
            if vault not in vaults:
                vaults[vault] = Vault(database, local, vault, genesis)
    if {vault for (vault,) in database.execute("SELECT vault_id FROM vault")} != vaults.keys():
        raise Contradiction("there is a vault that nothing names")
    return vaults, cards
