"""Who may log in. Passwords are kept as argon2id hashes; wrong tries lock an account for a growing time."""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.orm import Session

from shared.problems import Problem

from .database import Database
from .models import Account, Login
from .records import now

TRIES = 5
_FIRST_LOCK_S, _LONGEST_LOCK_S = 30, 24 * 3600
_SHORTEST, _LONGEST = 10, 256
SESSION_S = 12 * 3600
_STRANGERS = 10_000  # names without an account whose tries are remembered
_TOUCH_S = 60  # a session's row is not written for every request
_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106, "low memory"


class BadAccount(Problem):
    """An account that cannot be made or found."""


class LoginRefused(Problem):
    """No entry. Says the same for a wrong name and for a wrong password."""


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in. owner: may manage accounts and create courses."""

    id: int
    username: str
    owner: bool


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password fits, to be checked where there is no account: a wrong name takes as long as a right one."""
    return _hasher.hash(secrets.token_hex(32))


def normal(username: str) -> str:
    """A username as it is kept: small letters, no spaces around. Raises BadAccount if it cannot be one."""
    name = username.strip().casefold()
    if not 2 <= len(name) <= 64 or not all(letter.isalnum() or letter in "._-@" for letter in name):
        raise BadAccount("assessment_bad_username", name=username.strip() or "-")
    return name


def any_account(database: Database) -> bool:
    """Whether anybody can log in yet."""
    with database.read() as session:
        return session.scalar(sa.select(Account.id).limit(1)) is not None


def add(database: Database, username: str, password: str, *, owner: bool = False, first: bool = False) -> Person:
    """Make an account. first: only if there is none yet. Raises BadAccount."""
    name, hashed = normal(username), _hash(password)
    with database.write() as session:
        if first and session.scalar(sa.select(Account.id).limit(1)) is not None:
            raise BadAccount("assessment_setup_done")
        if session.scalar(sa.select(Account).where(Account.username == name)):
            raise BadAccount("assessment_account_exists", name=name)
        account = Account(username=name, password_hash=hashed, owner=owner, failed=0, created_at=now())
        session.add(account)
        session.flush()
        return _person(account)


def set_password(database: Database, username: str, password: str) -> None:
    """Change a password; sessions that were opened with the old one end. Raises BadAccount."""
    hashed = _hash(password)
    with database.write() as session:
        account = _account(session, username)
        account.password_hash = hashed
        account.failed, account.locked_until = 0, None
        session.execute(sa.delete(Login).where(Login.account_id == account.id))


def remove(database: Database, username: str) -> None:
    """Remove an account. What it did stays in the history. Raises BadAccount, also for the last owner."""
    with database.write() as session:
        account = _account(session, username)
        others = session.scalar(sa.select(sa.func.count()).where(Account.owner, Account.id != account.id))
        if account.owner and not others:
            raise BadAccount("assessment_last_owner", name=account.username)
        session.delete(account)


def everybody(database: Database) -> list[Person]:
    """All accounts, by name."""
    with database.read() as session:
        return [_person(account) for account in session.scalars(sa.select(Account).order_by(Account.username))]


def named(database: Database, username: str) -> Person | None:
    """The account with this name."""
    with database.read() as session:
        account = session.scalar(sa.select(Account).where(Account.username == username))
        return _person(account) if account else None


def open_session(database: Database, person: Person) -> str:
    """A token for the browser's cookie, good until `close_session`, a new password, or twelve hours without a request."""
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        session.execute(sa.delete(Login).where(Login.seen_at < _ago(SESSION_S)))
        session.add(Login(token=_digest(token), account_id=person.id, created_at=now(), seen_at=now()))
    return token


def session_person(database: Database, token: str) -> Person | None:
    """The person whose session a token opened; None if it has ended. Being asked for keeps a session alive."""
    with database.read() as session:
        login = session.get(Login, _digest(token))
        if login is None or login.seen_at < _ago(SESSION_S):
            return None
        account = session.get(Account, login.account_id)
        found = _person(account) if account else None
        stale = login.seen_at < _ago(_TOUCH_S)
    if found and stale:
        with database.write() as session:
            session.execute(sa.update(Login).where(Login.token == _digest(token)).values(seen_at=now()))
    return found


def close_session(database: Database, token: str) -> None:
    """End a session."""
    with database.write() as session:
        session.execute(sa.delete(Login).where(Login.token == _digest(token)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _ago(seconds: int) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="microseconds")


def log_in(database: Database, username: str, password: str) -> Person:
    """The person with this name and password. Raises LoginRefused, in the same words and time whatever was wrong.

    After five wrong tries an account is locked, for 30 seconds at first and twice as long after each further wrong try.
    """
    name = username.strip().casefold()[:64]
    with database.read() as session:
        account = session.scalar(sa.select(Account).where(Account.username == name))
        known = account.password_hash if account else _nobody()
        locked = account is not None and account.locked_until is not None and account.locked_until > now()
        lock = _seconds_left(account) if account is not None and locked else 0
    fits = _fits(known, password)  # checked even where it does not matter: the answer must not come sooner
    if locked:
        raise LoginRefused("assessment_locked", seconds=lock)
    if account is None:
        raise _strangers.wrong(name)
    with database.write() as session:
        account = session.get(Account, account.id, with_for_update=True)
        if account is None:
            raise LoginRefused("assessment_login_wrong")
        if fits:
            account.failed, account.locked_until = 0, None
            if _hasher.check_needs_rehash(account.password_hash):
                account.password_hash = _hasher.hash(password)
            return _person(account)
        account.failed += 1
        if account.failed >= TRIES:
            until = datetime.now(UTC) + timedelta(seconds=_lock_s(account.failed))
            account.locked_until = until.isoformat(timespec="microseconds")
    raise LoginRefused("assessment_login_wrong")


def _lock_s(failed: int) -> int:
    """For how long so many wrong tries lock."""
    return min(_LONGEST_LOCK_S, _FIRST_LOCK_S * 2 ** min(failed - TRIES, 20))


class _Strangers:
    """Names that no account has are locked like those that one has: a lock must not tell which names exist."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()
        self._mutex = threading.Lock()

    def wrong(self, name: str) -> LoginRefused:
        """What to answer to one more try, which is always wrong."""
        with self._mutex:
            failed, until = self._tries.pop(name, (0, None))
            left = (until - datetime.now(UTC)).total_seconds() if until else 0
            if left <= 0:
                failed += 1
                until = datetime.now(UTC) + timedelta(seconds=_lock_s(failed)) if failed >= TRIES else None
            self._tries[name] = failed, until
            while len(self._tries) > _STRANGERS:
                self._tries.popitem(last=False)
        return (
            LoginRefused("assessment_locked", seconds=max(1, round(left)))
            if left > 0
            else LoginRefused("assessment_login_wrong")
        )


_strangers = _Strangers()


def fits(database: Database, person: Person, password: str) -> bool:
    """Whether a password is the person's."""
    with database.read() as session:
        account = session.get(Account, person.id)
    return account is not None and _fits(account.password_hash, password)


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password[: _LONGEST + 1])
    except (Argon2Error, InvalidHashError):
        return False


def _hash(password: str) -> str:
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise BadAccount("assessment_bad_password", shortest=_SHORTEST, longest=_LONGEST)
    return _hasher.hash(password)


def _account(session: Session, username: str) -> Account:
    account = session.scalar(sa.select(Account).where(Account.username == username.strip().casefold()).with_for_update())
    if account is None:
        raise BadAccount("assessment_no_account", name=username.strip() or "-")
    return account


def _person(account: Account) -> Person:
    return Person(account.id, account.username, account.owner)


def _seconds_left(account: Account) -> int:
    until = datetime.fromisoformat(account.locked_until or now())
    return max(1, round((until - datetime.now(UTC)).total_seconds()))
