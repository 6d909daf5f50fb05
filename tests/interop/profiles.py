"""Profiles that are kept for ever: each must open, and hold what is written beside it."""

import hashlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import sqlcipher3
from coffer_v1 import documents, password, refused, roster
from coffer_v1.backup import lay_out, open_backup
from coffer_v1.primitives import hkdf, labelled
from coffer_v1.profile import Profile
from suite import same


def run(suite, folder, form):
    """Checks every profile of a form in its folder."""
    places = sorted(path.parent for path in folder.glob("*/about.json"))
    suite.check(f"profiles of {form} are there", lambda: same(bool(places), True))
    for path in places:
        name = f"{form} {path.name}"
        about = json.loads((path / "about.json").read_text())
        if (path / "backup.tar").exists():
            suite.check(f"{name} is a backup that opens whole or not at all", backup_opens, path / "backup.tar", about)
            suite.check(f"{name} is printed", is_printed, path / "backup.tar", about)
            continue
        opened = []
        suite.check(f"{name} opens", lambda: opened.append(Profile(path, about["password"], about["secret_key"])))
        for profile in opened:
            for check in (holds_what_it_held, documents_open, chunk_lists_are_right, pages_are_those_of_sqlcipher):
                suite.check(f"{name} {check.__name__.replace('_', ' ')}", check, profile, about)
        suite.check(f"{name} keeps shut", keeps_shut, path, about)
        suite.check(f"{name} is printed", is_printed, path, about)
        wanted = {
            "vaults": [has_its_vaults],
            "recovery_code": [code_opens, code_is_asked_for],
            "backup": [copy_beside_counts_if_it_fits, backup_is_read],
            "read_only": [logs_have_every_op],
        }
        for check in [check for member, checks in wanted.items() if member in about for check in checks]:
            suite.check(f"{name} {check.__name__.replace('_', ' ')}", check, path, about)


def holds_what_it_held(profile, about):
    same(profile.header.profile.hex(), about["profile_id"])
    same(profile.entries, about["entries"])
    same({item.hex() for item in profile.items()}, set(about["items"]))
    unknown = 0
    for item, expected in about["items"].items():
        revisions = profile.history(bytes.fromhex(item))
        same(len(revisions), len(expected))
        for revision, values in zip(revisions, expected):
            values = dict(values)
            same(hashlib.sha256(profile.payload(revision)).hexdigest(), values.pop("payload_sha256"))
            content = profile.open(revision)
            unknown += "unknown" in content
            content.pop("unknown", None)
            same(content, values)
    same(unknown, 1)
    same({name: content.decode() for name, content in profile.drafts().items()}, about["drafts"])


def documents_open(profile, about):
    """Each chunk, and the hash over them that was signed, are checked while they are read."""
    sizes = []
    for item in about["items"]:
        for revision in profile.history(bytes.fromhex(item)):
            for attachment in profile.open(revision).get("attachments", []):
                content = io.BytesIO()
                profile.write_document(revision, attachment, content)
                same(len(content.getvalue()), attachment["size"])
                sizes.append(attachment["size"])
                if "documents" in about:
                    same(hashlib.sha256(content.getvalue()).hexdigest(), about["documents"][attachment["blob"]])
    same(len(sizes), sum(len(one.get("attachments", [])) for past in about["items"].values() for one in past))


def chunk_lists_are_right(profile, _about):
    """A stored list has the hashes of all chunks of its document."""
    if profile.database.execute("PRAGMA user_version").fetchone()[0] < 2:
        return
    for blob, stored in profile.database.execute("SELECT blob_id, hashes FROM chunk_list"):
        sealed = (profile.folder / "blobs" / blob.hex()[:2] / blob.hex()).read_bytes()
        size = documents.CHUNK + 16
        same(stored, b"".join(documents.chunk_hash(sealed[at : at + size]) for at in range(0, len(sealed), size)))


def in_force(folder):
    """The database of a kept profile; the one beside it where a change of the root key was interrupted."""
    beside = folder / "vault.db.next"
    return beside if beside.exists() else folder / "vault.db"


def pages_are_those_of_sqlcipher(profile, _about):
    """What this reader makes of the file is what SQLCipher itself finds in it."""
    tables = [name for (name,) in profile.database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    with tempfile.TemporaryDirectory() as folder:
        # A copy: SQLCipher writes where it reads.
        for path in profile.folder.glob("vault.db*"):
            shutil.copy(path, folder)
        real = sqlcipher3.connect(str(in_force(pathlib.Path(folder))))
        real.execute(f"PRAGMA key = \"x'{hkdf(profile.root_key, labelled('db')).hex()}'\"")
        for table in tables:
            everything = f'SELECT * FROM "{table}"'
            same(profile.database.execute(everything).fetchall(), real.execute(everything).fetchall())
        real.close()


def backup_opens(path, about):
    """It holds what it held; changed or cut off anywhere, or with another password, it does not open."""
    good = path.read_bytes()

    def attempt(content, then=lambda profile: None, password=about["password"]):
        with tempfile.TemporaryDirectory() as folder:
            changed, target = pathlib.Path(folder) / "backup.tar", pathlib.Path(folder) / "profile"
            changed.write_bytes(content)
            target.mkdir()
            then(open_backup(changed, target, password, about["secret_key"]))

    def holds(profile):
        holds_what_it_held(profile, about)
        documents_open(profile, about)
        pages_are_those_of_sqlcipher(profile, about)

    attempt(good, holds)
    wrong = [(good, about["password"] + " ")]
    places = [*range(0, len(good), len(good) // 20 | 1), 0, 124, 300, 511, len(good) - 1]
    wrong += [(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], about["password"]) for at in places]
    wrong += [(content, about["password"]) for content in (b"", good[:512], good[:-1024], good[:-1], good + b"\0")]
    for content, password in wrong:
        try:
            attempt(content, password=password)
        except refused.Refused:
            continue
        raise AssertionError("what is no longer the backup was opened")


def keeps_shut(path, about):
    """A wrong password, and a page with one bit turned."""
    for wrong in (about["password"] + " ", about["password"][:-1]):
        try:
            Profile(path, wrong, about["secret_key"])
        except refused.NotOpened:
            continue
        raise AssertionError("another password opened it")
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy"
        shutil.copytree(path, copy, ignore=shutil.ignore_patterns("blobs", "vault.db-wal"))
        data = bytearray(in_force(copy).read_bytes())
        data[len(data) // 2] ^= 1
        in_force(copy).write_bytes(data)
        try:
            Profile(copy, about["password"], about["secret_key"])
        except refused.NotOpened:
            return
    raise AssertionError("a changed database was read")


def is_printed(path, about):
    """The command that a person would give."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "documents"
        command = [sys.executable, "-m", "coffer_v1", "open", path, "--secret-key", about["secret_key"].lower()]
        printed = subprocess.run(
            [*command, "--documents", target],
            input=about["password"] + "\n",
            cwd=pathlib.Path(__file__).parent,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        items = json.loads(printed.stdout)["items"]
        same({name: item["title"] for name, item in items.items()}, {n: past[-1]["title"] for n, past in about["items"].items()})
        written = [file for file in target.rglob("*") if file.is_file()]
        same(len(written), sum(len(past[-1].get("attachments", [])) for past in about["items"].values()))


def has_its_vaults(path, about):
    """Each vault has its name and its items."""
    profile = Profile(path, about["password"], about["secret_key"])
    vaults_are(profile, about)


def vaults_are(profile, about):
    items, names = profile.items(), {card.vault.hex(): card.name for card in profile.cards.values()}
    found = {}
    for vault in {profile.keyset.home.hex(), *names}:
        own = sorted(item.hex() for item, one in items.items() if one.vault.hex() == vault)
        found[vault] = {"name": names.get(vault, ""), "home": vault == profile.keyset.home.hex(), "items": own}
    same(found, about["vaults"])


def logs_have_every_op(path, about):
    """Between them the logs have each change of a roster, by several authors; and it shows which may only be read."""
    profile = Profile(path, about["password"], about["secret_key"])
    kinds, authors, shut = set(), set(), {}
    for vault in profile.vaults.values():
        entries = "SELECT header, signature FROM entry WHERE vault_key = ? AND item_id IS NULL ORDER BY seq"
        for header, signature in profile.database.execute(entries, [vault.row]):
            try:
                record = roster.Record(header, signature)
            except refused.Refused:
                same(vault.log.roster.is_readable, False)
                continue
            kinds.update(record.kinds)
            authors.add((record.author, record.generation))
        authors.update((one.author, one.generation) for one, _ in vault.bodies.values())
        now = vault.log.roster
        role, certificate = now.members.get(profile.account, (roster.VIEWER, None))
        reasons = {
            "newer": not now.is_readable,
            "closed": now.closed,
            "not permitted": role == roster.VIEWER or certificate.hash != profile.certificate.hash,
            "key missing": now.epoch not in vault.keys,
        }
        shut |= {vault.id.hex(): why for why in reversed(reasons) if reasons[why]}
    same(kinds, set(roster.OPS))
    same(len(authors), 5)
    same(max(vault.log.roster.epoch for vault in profile.vaults.values()), 3)
    same(shut, about["read_only"])


def code_opens(path, about):
    """The recovery code alone opens all there is; with a slip, or that of another profile, nothing."""
    profile = Profile(path, recovery_code=about["recovery_code"].lower())
    holds_what_it_held(profile, about)
    documents_open(profile, about)
    slip = about["recovery_code"][:-1] + ("0" if about["recovery_code"][-1] != "0" else "1")
    other = password.recovery_code_text(bytes(16))
    for wrong, expected in ((slip, refused.Mistyped), (other, refused.NotOpened), (about["secret_key"], refused.Mistyped)):
        try:
            Profile(path, recovery_code=wrong)
        except expected:
            continue
        raise AssertionError("another code opened it")


def code_is_asked_for(path, about):
    """The command with --recovery-code: given with it, and typed when asked."""
    titles = {name: past[-1]["title"] for name, past in about["items"].items()}
    for more, typed in (([about["recovery_code"]], ""), ([], about["recovery_code"] + "\n")):
        items = printed(path, ["--recovery-code", *more], typed)["items"]
        same({name: item["title"] for name, item in items.items()}, titles)
    past = printed(path, ["--recovery-code", about["recovery_code"], "--history"])["items"]
    same({name: len(revisions) for name, revisions in past.items()}, {name: len(past) for name, past in about["items"].items()})


def printed(path, options, typed=""):
    """What the command prints."""
    command = [sys.executable, "-m", "coffer_v1", "open", str(path), *options]
    folder = pathlib.Path(__file__).parent
    done = subprocess.run(command, input=typed, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def copy_beside_counts_if_it_fits(path, about):
    """While the root key is changed there are two databases: the one that remembers the key file is the profile."""
    keys = about["password"], about["secret_key"]
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy"
        shutil.copytree(path, copy)
        database, beside = copy / "vault.db", copy / "vault.db.next"
        good = database.read_bytes()
        # The key file was exchanged, the databases not yet: the old one does not open by the new key.
        database.rename(beside)
        database.write_bytes(bytes(reversed(good)))
        profile = Profile(copy, *keys)
        holds_what_it_held(profile, about)
        documents_open(profile, about)
        holds_what_it_held(Profile(copy, recovery_code=about["recovery_code"]), about)
        # Not exchanged yet: the copy is of another key, or not whole.
        database.write_bytes(good)
        for wrong in (bytes(reversed(good)), good[:-1], good[:4096], b""):
            beside.write_bytes(wrong)
            holds_what_it_held(Profile(copy, *keys), about)
        # One that opens, and remembers another key file than the one there is.
        with tempfile.TemporaryDirectory() as laid_out:
            with (path / "backups" / about["backup"]["file"]).open("rb") as archive:
                lay_out(archive, pathlib.Path(laid_out))
            beside.write_bytes((pathlib.Path(laid_out) / "vault.db").read_bytes())
        holds_what_it_held(Profile(copy, *keys), about)
        # Without the one that counts it is of no use.
        database.unlink()
        try:
            Profile(copy, *keys)
        except (refused.Refused, OSError):
            return
    raise AssertionError("a database that the key file does not go with was read")


def backup_is_read(path, about):
    """The profile's own backup, by the keys of its day, holds what there was; the code came later and opens it not."""
    then = about["backup"]
    file = path / "backups" / then["file"]
    with tempfile.TemporaryDirectory() as folder:
        profile = open_backup(file, pathlib.Path(folder), then["password"], about["secret_key"])
        holds_what_it_held(profile, {**about, **then})
        vaults_are(profile, then)
        documents_open(profile, then)
    with tempfile.TemporaryDirectory() as folder:
        try:
            open_backup(file, pathlib.Path(folder), recovery_code=about["recovery_code"])
        except refused.NotOpened:
            return
    raise AssertionError("a code that did not exist yet opened it")
