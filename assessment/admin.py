"""The commands for who runs the server: accounts, backup, restore."""

import argparse
import getpass
import sys

from .reports import say
from .store import accounts, backup
from .store.database import Database

COMMANDS = ("user", "backup", "restore")


def run(options: argparse.Namespace, language: str) -> int:
    """Do one of `COMMANDS`. Returns 0. Raises Problem."""
    database = Database()
    try:
        if options.command == "backup":
            rows = backup.save(database, options.file)
            print(say("backup_done", language, file=options.file, rows=rows))
        elif options.command == "restore":
            rows = backup.restore(database, options.file)
            print(say("restore_done", language, file=options.file, rows=rows))
        else:
            _user(database, options, language)
    finally:
        database.close()
    return 0


def _user(database: Database, options: argparse.Namespace, language: str) -> None:
    if options.deed == "list":
        for person in accounts.everybody(database):
            print(f"{person.username}\t{say('role_owner', language) if person.owner else ''}".rstrip())
        return
    if not options.username:
        raise accounts.BadAccount("assessment_bad_username", name="-")
    if options.deed == "add":
        accounts.normal(options.username)
        accounts.add(database, options.username, _password(language), owner=options.owner)
    elif options.deed == "passwd":
        accounts.set_password(database, options.username, _password(language))
    else:
        accounts.remove(database, options.username)
    print(say("user_done", language, name=options.username))


def _password(language: str) -> str:
    """Asked for twice on a terminal, else the first line of standard input; never on the command line, which others can see.

    Raises BadAccount if the two differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(say("password_prompt", language))
    if getpass.getpass(say("password_again", language)) != first:
        raise accounts.BadAccount("assessment_passwords_differ")
    return first
