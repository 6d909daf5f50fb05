"""A profile's folder: from password and Secret Key to items and documents."""

import pathlib
import sqlite3

from . import documents, items, password, vault
from .account import Certificate, open_keyset, open_root_box
from .pages import open_database
from .primitives import hkdf, labelled, unseal
from .refused import Contradiction, Malformed, NotOpened, OtherFormat, OtherProfileFormat, Refused
from .slots import LIMIT, PASSWORD, RECOVERY, Header

FORMS = (1, 2, 3, 4, 5, 6)


class Profile:
    """An open profile, with everything checked that can be checked before items are opened."""

    def __init__(self, folder, text=None, secret_key=None, recovery_code=None):
        """Opens by password and Secret Key, or by the recovery code alone."""
        self.folder = pathlib.Path(folder)
        self._code = recovery_code and password.read_recovery_code(recovery_code)
        typed = None if self._code else password.read_secret_key(secret_key)
        self.header, self.root_key, self._joined = self._unlock(text, typed)
        self.database = self._open_database()
        if self.database.execute("PRAGMA user_version").fetchone()[0] not in FORMS:
            raise OtherFormat("a database of another version")
        self._meta = dict(self.database.execute("SELECT name, value FROM meta"))
        self._check_meta(typed)
        self._open_account()
        self.vaults, self.cards = vault.open_all(self.database, self._local, self.keyset)

    def _unlock(self, text, secret_key):
        """Opens the newer of the key file and its copy that opens and is authentic."""
        headers = []
        for name in ("profile.keys", "profile.keys.bak"):
            path = self.folder / name
            if path.exists():
                with path.open("rb") as file:
                    data = file.read(LIMIT + 1)
                try:
                    headers.append(Header(data))
                except OtherProfileFormat:
                    # The copy may still be of the format before; the file itself decides.
                    if name == "profile.keys":
                        raise
                except Refused:
                    continue
        headers.sort(key=lambda header: -header.version)
        for header in headers:
            try:
                if self._code:
                    root_key, joined = header.open_with(RECOVERY, self._code), None
                else:
                    root_key, joined = header.open(text, secret_key)
            except NotOpened:
                continue
            if any(other.version > header.version and other.is_authentic(root_key) for other in headers):
                continue
            if header.is_authentic(root_key):
                return header, root_key, joined
        if not headers:
            raise Malformed("no key file that can be read")
        raise NotOpened("the password or the Secret Key is wrong, or the key file was changed")

    def _open_database(self):
        """Opens the database, or the copy under a root key that was just being changed to."""
        key = hkdf(self.root_key, labelled("db"))
        beside = self.folder / "vault.db.next"
        try:
            return open_database(self.folder / "vault.db", key)
        except (Refused, sqlite3.DatabaseError):
            if not beside.exists():
                raise
        try:
            database = open_database(beside, key)
            remembered = database.execute("SELECT value FROM meta WHERE name = 'header'").fetchone()
        # One that is cut off between its pages is no database, either.
        except (Refused, sqlite3.DatabaseError):
            remembered = None
        if remembered and remembered[0] == self.header.version.to_bytes(8, "big") + self.header.mac:
            return database
        return open_database(self.folder / "vault.db", key)

    def meta(self, name):
        """A fact about the profile."""
        if name not in self._meta:
            raise Malformed(f"the database does not know its {name}")
        return self._meta[name]

    def _check_meta(self, typed):
        profile = self.header.profile
        if self.meta("profile_id") != profile:
            raise Contradiction("database and key file are of different profiles")
        remembered = int.from_bytes(self.meta("header")[:8], "big"), self.meta("header")[8:]
        found = self.header.version, self.header.mac
        if found[0] < remembered[0] or (found[0] == remembered[0] and found[1] != remembered[1]):
            raise Contradiction("the key file is older than the database, or another one")
        self._local = hkdf(self.root_key, labelled("local"))
        kept = unseal(self._local, labelled("local/secret-key", profile), self.meta("secret_key"))
        if typed is not None and kept != typed:
            raise Contradiction("the Secret Key that the database keeps is another one")

    def _open_account(self):
        self.certificate = Certificate(self.meta("certificate"))
        self.account = self.certificate.account
        self.keyset = open_keyset(self.root_key, self.account, self.meta("keyset"))
        self.keyset.belongs_to(self.certificate)
        if self._code:
            kind, name = RECOVERY, "recovery_box"
            key = hkdf(self._code, labelled("root-recovery"), self.header.profile)
        else:
            kind, name = PASSWORD, "root_box"
            key = password.box_key(self._joined, self.header.profile)
        try:
            open_root_box(key, self.account, self.meta(name))
        except NotOpened:
            # The box is sealed for the slot that was written last; another one opens the items only.
            if [slot[1] for slot in self.header.slots].count(kind) == 1:
                raise

    @property
    def entries(self):
        """How many entries all logs have together."""
        return sum(vault.head_seq for vault in self.vaults.values())

    def items(self):
        """The last revision of every item that is not deleted, by the item's id. Data of programs, cards among it, is none."""
        live = {}
        for vault in self.vaults.values():
            own = {item: one for item, one in vault.live().items() if not items.is_data_of_programs(vault.payload(one))}
            views = self.database.execute("SELECT item_id, revision FROM item WHERE vault_key = ?", [vault.row])
            if dict(views) != {item: one.hash for item, one in own.items()} or own.keys() & live.keys():
                raise Contradiction("the list of items is not that of the last revisions")
            live |= own
        return live

    def payload(self, revision):
        """The payload of a revision whose body is kept."""
        return self.vaults[revision.vault].payload(revision)

    def open(self, revision):
        """The content of a revision."""
        return items.read_payload(self.payload(revision))

    def history(self, item):
        """All revisions of an item that are kept, oldest first; an item is in one vault."""
        vault = self.vaults[self.items()[item].vault]
        return [one for one, body in vault.bodies.values() if body is not None and one.item == item]

    def drafts(self):
        """Half-filled forms, by their names."""
        drafts = {}
        for name, sealed in self.database.execute("SELECT draft_id, sealed FROM draft"):
            drafts[name.hex()] = unseal(self._local, labelled("local/draft", self.header.profile, name), sealed)
        return drafts

    def write_document(self, revision, attachment, target):
        """Writes an attachment of a revision into a file object and checks all that can be checked."""
        blob = bytes.fromhex(attachment["blob"])
        signed = {one: (size, root) for one, size, root in revision.blobs}
        if blob not in signed:
            raise Contradiction("a document that the signed header does not name")
        size, root = signed[blob]
        path = self.folder / "blobs" / attachment["blob"][:2] / attachment["blob"]
        if path.stat().st_size != size or documents.Layout(attachment["size"]).sealed != size:
            raise Contradiction("a document of another length than signed")
        key = bytes.fromhex(attachment["file_key"])
        with path.open("rb") as stream:
            for chunk in documents.open_document(stream, blob, key, attachment["size"], root):
                target.write(chunk)
