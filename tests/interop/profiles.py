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
from coffer_v1 import refused
from coffer_v1.backup import open_backup
from coffer_v1.primitives import hkdf, labelled
from coffer_v1.profile import Profile
from suite import same


def run(suite, folder):
    """Checks every profile in a folder."""
    names = sorted(path.parent.name for path in folder.glob("*/about.json"))
    suite.check("profiles are there", lambda: same(bool(names), True))
    for name in names:
        path = folder / name
        about = json.loads((path / "about.json").read_text())
        if (path / "backup.tar").exists():
            suite.check(f"{name} is a backup that opens whole or not at all", backup_opens, path / "backup.tar", about)
            suite.check(f"{name} is printed", is_printed, path / "backup.tar", about)
            continue
        opened = []
        suite.check(f"{name} opens", lambda: opened.append(Profile(path, about["password"], about["secret_key"])))
        for profile in opened:
            for check in (holds_what_it_held, documents_open, pages_are_those_of_sqlcipher):
                suite.check(f"{name} {check.__name__.replace('_', ' ')}", check, profile, about)
        suite.check(f"{name} keeps shut", keeps_shut, path, about)
        suite.check(f"{name} is printed", is_printed, path, about)


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
    same(len(sizes), sum(len(one.get("attachments", [])) for past in about["items"].values() for one in past))


def pages_are_those_of_sqlcipher(profile, _about):
    """What this reader makes of the file is what SQLCipher itself finds in it."""
    tables = [name for (name,) in profile.database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    with tempfile.TemporaryDirectory() as folder:
        # A copy: SQLCipher writes where it reads.
        for path in profile.folder.glob("vault.db*"):
            shutil.copy(path, folder)
        real = sqlcipher3.connect(str(pathlib.Path(folder) / "vault.db"))
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
        data = bytearray((copy / "vault.db").read_bytes())
        data[len(data) // 2] ^= 1
        (copy / "vault.db").write_bytes(data)
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
