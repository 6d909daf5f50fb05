"""Opens a profile, or an account on a server, without the program: prints its items as JSON, and writes documents out."""

import argparse
import contextlib
import getpass
import json
import os
import pathlib
import sqlite3
import sys
import tempfile

from . import pulled
from .backup import open_backup
from .connect import ConnectCode
from .invitation import Link
from .password import secret_key_text
from .profile import Profile
from .refused import Refused
from .server import Account


def main():
    parser = argparse.ArgumentParser(prog="python -m coffer_v1", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("open", help="print all items as JSON; the password is asked for or read from a pipe")
    command.add_argument("profile", type=pathlib.Path, help="the profile's folder or a copy of it, or a backup")
    command.add_argument("--secret-key", help="the text from the Emergency Kit; asked for if it is not given")
    command.add_argument("--archive", action="store_true", help="an exported archive, which has no Secret Key")
    command.add_argument(
        "--recovery-code", nargs="?", const="", help="open by this code alone; asked for if only the option is given"
    )
    command.add_argument("--history", action="store_true", help="all revisions of each item, not only the last")
    command.add_argument("--documents", type=pathlib.Path, help="a new folder to write documents and attachments into")
    command = commands.add_parser("pull", help="sign in, and print all items of an account as JSON")
    command.add_argument("code", help="the connect code of the server")
    command.add_argument("login")
    command.add_argument("--secret-key", help="the text from the Emergency Kit; asked for if it is not given")
    command.add_argument("--page", type=int, default=1000, help="how many entries to ask for at once")
    command.add_argument("--link", type=Link, help="an invitation, to be checked against the vault that it is into")
    given = parser.parse_args()
    if given.command == "pull":
        pull(given)
    else:
        open_stored(given)


def pull(given):
    """Signs in as a new device, and out."""
    secret_key = given.secret_key or ask("Secret Key: ")
    try:
        account = Account(ConnectCode(given.code), given.login, ask("Password: "), secret_key)
        read = pulled.contents(account, given.page, given.link) | {"devices": account.devices()}
        account.sign_out()
        json.dump(read, sys.stdout, ensure_ascii=False, indent=2)
        print()
    except (Refused, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


def open_stored(given):
    """Opens a profile or backup."""
    if given.recovery_code is None:
        # Zeros stand for the Secret Key of an archive.
        none = secret_key_text(bytes(16)) if given.archive else None
        secret_key = none or given.secret_key or ask("Secret Key: ")
        keys = {"text": ask("Password: "), "secret_key": secret_key}
    else:
        keys = {"recovery_code": given.recovery_code or ask("Recovery code: ")}
    try:
        with opened(given.profile, keys) as profile:
            json.dump(contents(profile, given.history), sys.stdout, ensure_ascii=False, indent=2)
            print()
            if given.documents:
                write_documents(profile, given.documents)
    except (Refused, OSError, sqlite3.DatabaseError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


@contextlib.contextmanager
def opened(path, keys):
    """Opens a profile's folder, or a backup, which is laid out for as long as it is needed."""
    if path.is_file():
        with tempfile.TemporaryDirectory() as folder:
            yield open_backup(path, pathlib.Path(folder), **keys)
    else:
        yield Profile(path, **keys)


def ask(prompt):
    """Asks at a terminal, without showing what is typed; takes a line from a pipe."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().removesuffix("\n")


def contents(profile, with_history):
    """The items by their ids; documents are named by their attachments."""
    items = {}
    for item, revision in profile.items().items():
        past = profile.history(item) if with_history else [revision]
        opened = [profile.open(one) for one in past]
        items[item.hex()] = opened if with_history else opened[0]
        if revision.vault != profile.keyset.home and not with_history:
            items[item.hex()]["vault"] = revision.vault.hex()
    vaults = {card.vault.hex(): card.name for card in profile.cards.values()}
    return {"profile": profile.header.profile.hex(), "entries": profile.entries, "vaults": vaults, "items": items}


def write_documents(profile, folder):
    """Writes every attachment of every item into a folder of the item."""
    folder.mkdir(mode=0o700)
    for item, revision in profile.items().items():
        for number, attachment in enumerate(profile.open(revision).get("attachments", []), 1):
            (folder / item.hex()).mkdir(mode=0o700, exist_ok=True)
            path = folder / item.hex() / f"{number}-{safe(attachment.get('name', ''))}"
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                profile.write_document(revision, attachment, target)
            print(path, file=sys.stderr)


def safe(name):
    """A name that is one on every file system, and nothing but a name."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "." for letter in name)[-80:].strip(".") or "file"


main()
