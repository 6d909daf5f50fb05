"""The vaults of an account as a server has them: fetched, verified and opened."""

import io

from . import documents, guardians, items, log, messages
from .grant import Grant, keys_before
from .invitation import invitation_key
from .primitives import sha
from .refused import Contradiction, Malformed, Unread, Void
from .roster import MANAGER, OWNER
from .vault import Card

VAULT_CARD = 69


class PulledVault:
    """A vault whose log was replayed from the founding record that it is known by, page by page."""

    def __init__(self, account, vault, genesis, page=1000):
        self.id, self._account, self._page = vault, account, page
        self.log, self.void, self._bodies = None, 0, {}
        while True:
            seq, root = self._pull(genesis)
            if self._count == seq:
                break
        if self.log.root != root:
            raise Contradiction("the log does not end at the head that the server names")
        self.keys = self._open_keys()

    @property
    def _count(self):
        return len(self.log.roots) - 1

    def _get(self, route):
        return self._account.connection.get(f"/v1/vaults/{self.id.hex()}{route}")

    def _pull(self, genesis):
        """Takes the next page; answers with the head that it names."""
        after = self._count if self.log else 0
        page = self._get(f"/log?after={after}&limit={self._page}&bodies=live")
        vault, stated, entries, seq, root = messages.read_page(page)
        if (vault, stated) != (self.id, after) or (not entries and (after != seq or self.log is None)):
            raise Contradiction("another page than was asked for")
        for entry in entries:
            if self.log is None:
                if entry.record is None:
                    raise Malformed("a log that begins with no record")
                self.log = log.Log(entry.record, entry.signature, genesis)
                continue
            try:
                self._push(entry)
            except (Unread, Void):
                # It counts, and has no effect; an honest server takes no such entry.
                self.void += 1
        return seq, root

    def _push(self, entry):
        if entry.record is not None:
            self.log.push_record(entry.record, entry.signature)
            return
        revision = self.log.push(entry.header, entry.body_hash, entry.signature)
        if entry.body is not None:
            self._bodies[revision.hash] = entry.body

    def _open_keys(self):
        """The vault key from the account's own grant, and those before it."""
        roster, account = self.log.roster, self._account
        grant = Grant(self._get(f"/grants/{roster.epoch}/{account.id.hex()}"))
        _, certificate = roster.members[account.id]
        place = grant.vault, grant.epoch, grant.recipient, grant.generation
        if place != (self.id, roster.epoch, account.id, certificate.generation):
            raise Contradiction("a grant for something else")
        key = grant.open(account.keyset.kem_seed, certificate.hash, roster.epochs[roster.epoch][0])
        return keys_before(roster, roster.epoch, key)

    def live(self):
        """The last revision of every item that is not deleted, with its payload."""
        live = [one for one in self.log.current.values() if one.kind == log.PUT]
        return {one.item: (one, one.open(self.keys[one.epoch], self._bodies[one.hash])) for one in live}

    def card_name(self):
        """The name that the vault has for all its members, by an owner or manager."""
        for revision, payload in self.live().values():
            item = items.read_payload(payload)
            role, _ = self.log.roster.members.get(revision.author, (None, None))
            if item["type"] == VAULT_CARD and role in (OWNER, MANAGER):
                return item["title"]
        return ""

    def recovery(self):
        """What it says about recovery by guardians, if it is a team's directory."""
        members = self.log.roster.members
        live = self.live().values()
        return guardians.of_directory((members.get(one.author, (None, None))[0], payload) for one, payload in live)

    def check_link(self, link):
        """Checks that an invitation is into this history; answers whether its key was used, withdrawn or never open."""
        known = self.log.founding.hash, self.log.root_at(link.seq)
        if known != (link.genesis, link.root) or link.inviter not in self.log.roster.members:
            raise Contradiction("the invitation is into another history")
        return invitation_key(link.secret) not in self.log.roster.invites

    def document(self, revision, attachment):
        """Fetches a document, chunk by chunk, and opens it."""
        blob = bytes.fromhex(attachment["blob"])
        _, size, root = next(signed for signed in revision.blobs if signed[0] == blob)
        layout = documents.Layout(attachment["size"])
        hashes = messages.hashes_of_chunks(self._get(f"/blobs/{blob.hex()}"), blob)
        if layout.sealed != size or documents.chunk_root(blob, hashes) != root or len(hashes) != layout.chunks:
            raise Contradiction("other chunks than the signed header names")
        chunks = [self._get(f"/blobs/{blob.hex()}/{number}") for number in range(layout.chunks)]
        if [documents.chunk_hash(chunk) for chunk in chunks] != hashes:
            raise Contradiction("a chunk with another hash")
        key = bytes.fromhex(attachment["file_key"])
        return b"".join(documents.open_document(io.BytesIO(b"".join(chunks)), blob, key, attachment["size"], root))


def contents(account, page=1000, link=None):
    """Everything that an account can read: members and heads of its vaults, items, and the hashes of their documents.
    An invitation is checked against the vault that it is into."""
    home = PulledVault(account, account.keyset.home, account.keyset.genesis, page)
    vaults, names = [home], {}
    for _, payload in home.live().values():
        if items.read_payload(payload)["type"] == Card.TYPE:
            card = Card(payload)
            names[card.vault] = card.name
            if card.vault != home.id:
                vaults.append(PulledVault(account, card.vault, card.genesis, page))
    listed = [head["vault_id"] for head in messages.READ["vault-list"](account.connection.get("/v1/vaults"))["vaults"]]
    if listed != sorted(vault.id for vault in vaults):
        raise Contradiction("the list of vaults is another")
    read = {"vaults": {}, "items": {}, "documents": {}}
    for vault in vaults:
        members = {member.hex(): given for member, (given, _) in vault.log.roster.members.items()}
        read["vaults"][vault.id.hex()] = {
            "name": names.get(vault.id) or vault.card_name(),
            "epoch": vault.log.roster.epoch,
            "members": members,
            "seq": len(vault.log.roots) - 1,
            "root": vault.log.root.hex(),
            "without_effect": vault.void,
            "recovery": vault.recovery(),
        }
        for item, (revision, payload) in vault.live().items():
            if items.is_data_of_programs(payload):
                continue
            content = read["items"][item.hex()] = items.read_payload(payload) | {"vault": vault.id.hex()}
            for attachment in content.get("attachments", []):
                read["documents"][attachment["blob"]] = sha(vault.document(revision, attachment)).hex()
    if link:
        invited = next((vault for vault in vaults if vault.id == link.vault), None)
        if invited is None:
            raise Contradiction("the invitation is into another vault")
        read["invitation"] = {"vault": link.vault.hex(), "used": invited.check_link(link)}
    return read
