"""One vault of a profile: its key, its log and its items; and the cards by which the home vault names the others."""

from . import cbor, items, log
from .grant import keys_before
from .primitives import labelled, sha, unseal
from .refused import Contradiction, Malformed, Unread, Void


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
        """Replays the log; every entry must have the effect that the database says."""
        self.log, self.bodies = None, {}
        settled, without_effect = self._settled(database)
        rows = database.execute(
            "SELECT entry_key, seq, root, item_id, hash, header, signature, body_hash, body FROM entry "
            "WHERE vault_key = ? ORDER BY seq",
            [self.row],
        )
        for key, seq, root, item, entry, header, signature, body_hash, body in rows:
            if seq > settled:
                self._take_waiting(item, entry, header, signature, body_hash, body)
                continue
            found = log.entry_hash(header) if body_hash is None else log.revision_hash(header, body_hash)
            refused = key in without_effect
            if self.log is None:
                self.log = log.Log(header, signature, self._genesis)
                found = self.log.founding.hash
            else:
                try:
                    revision = None
                    if body_hash is None:
                        self.log.push_record(header, signature)
                    else:
                        revision = self.log.push(header, body_hash, signature)
                    if refused:
                        raise Contradiction(f"entry {seq} has an effect, and is kept as void")
                    if revision is not None and (revision.item != item or (body is not None and sha(body) != body_hash)):
                        raise Contradiction(f"entry {seq} is kept with another item or body")
                    if revision is not None:
                        self.bodies[found] = (revision, body)
                except Unread:
                    pass
                except Void:
                    if not refused:
                        raise
            self._check_place(seq, root, entry, found)
        if self.log is None:
            raise Contradiction("a vault has no log")
        if settled == self.head_seq and (self.log.root, len(self.log.roots) - 1) != (self.head_root, self.head_seq):
            raise Contradiction("the log does not end at the head that the vault names")

    def _settled(self, database):
        """The number of entries whose place is settled, and the rows of those without effect."""
        if database.execute("PRAGMA user_version").fetchone()[0] < 4:
            return self.head_seq, set()
        waits = "SELECT confirmed FROM vault JOIN sync USING (vault_key) WHERE vault_key = ? AND rebase > 0"
        waiting = database.execute(waits, [self.row]).fetchone()
        void = database.execute("SELECT entry_key FROM entry_status WHERE status = 1")
        return waiting[0] if waiting else self.head_seq, {key for (key,) in void}

    def _take_waiting(self, item, entry, header, signature, body_hash, body):
        """Takes an edit that waits to be based on what was received: it is the item's last revision here."""
        if body_hash is None:
            return
        revision = log.Revision(header, body_hash)
        revision.verify(self.log.roster.key_of(revision).sign, signature)
        if (revision.item, log.revision_hash(header, body_hash)) != (item, entry):
            raise Contradiction("an edit is kept with another item or hash")
        self.log.current[item] = revision
        self.bodies[entry] = (revision, body)

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

    TYPE = 64

    def __init__(self, payload):
        entries = cbor.read(payload, items.PAYLOAD, maps=True).entries()
        if items.read_payload(payload)["type"] != self.TYPE:
            raise Malformed("not a card")
        self.vault, self.genesis = cbor.ID(entries[64]), cbor.HASH(entries[65])
        self.head = cbor.items(entries[66], cbor.uint, cbor.HASH)
        self.name, self.position = entries.get(2, ""), cbor.uint(entries[69])


def open_all(database, local, keyset):
    """The home vault, and those that its cards name; nothing else may be there. Answers also with the cards."""
    home = Vault(database, local, keyset.home, keyset.genesis)
    vaults, cards = {keyset.home: home}, {}
    if database.execute("PRAGMA user_version").fetchone()[0] >= 2:
        names = database.execute("SELECT name FROM setting WHERE name LIKE 'vault.ending.%'")
        ending = {bytes.fromhex(name.rpartition(".")[2]) for (name,) in names}
        for item, vault, revision in database.execute("SELECT item_id, vault_id, revision FROM joined"):
            current = home.log.current.get(item)
            # The card of a vault that was deleted elsewhere stays until its log is settled.
            if current is None or (current.hash != revision and vault not in ending):
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
