"""The database: SQLite in the data folder, or PostgreSQL; brought up to date when it is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from shared import settings
from shared.problems import Problem

_BUSY_MS = 30_000
_SCRUB_MS = 500
_PRAGMAS = ("journal_mode = WAL", "foreign_keys = ON", f"busy_timeout = {_BUSY_MS}", "synchronous = FULL", "secure_delete = ON")
_MIGRATIONS = Path(__file__).with_name("migrations")


class NoDatabase(Problem):
    """The database cannot be opened."""


def default_url() -> str:
    """GALLERY_DATABASE_URL, else a SQLite file in the data folder, which no page serves."""
    here = settings.current()
    return here.database_url or f"sqlite:///{here.data_dir / 'gradebook' / 'gradebook.sqlite3'}"


class Database:
    """An open database at the newest revision.

    Raises NoDatabase if it cannot be reached, or was written by a newer version of this program.
    """

    def __init__(self, url: str | None = None) -> None:
        try:
            where = sa.engine.make_url(url or default_url())
        except sa.exc.ArgumentError:
            raise NoDatabase("assessment_bad_database_url") from None
        if where.get_backend_name() == "postgresql":
            where = where.set(drivername="postgresql+psycopg")
        self.engine = sa.create_engine(where, pool_pre_ping=True, hide_parameters=True)
        if where.get_backend_name() == "sqlite":
            Path(where.database or "").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _prepare_sqlite(self.engine)
        try:
            upgrade(self.engine)
        except sa.exc.OperationalError:
            raise NoDatabase("assessment_no_database", url=where.render_as_string(hide_password=True)) from None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads, and waits for nobody."""
        with self.engine.connect().execution_options(gallery_reads=True) as connection, Session(connection) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are all kept, or, if anything goes wrong, none of them. One writes at a time."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def scrub(self) -> None:
        """After something was deleted that must be gone: let nothing of it linger in SQLite's write-ahead log.

        The freed places in the file itself are overwritten anyway (`secure_delete`). Whoever reads meanwhile may keep the log
        for a little longer; it goes with the next call, and when the program ends. PostgreSQL's VACUUM comes by itself.
        """
        if self.engine.dialect.name != "sqlite":
            return
        connection = self.engine.raw_connection()  # no transaction: inside one there is no checkpoint
        try:
            cursor = connection.cursor()
            for pragma in (f"busy_timeout = {_SCRUB_MS}", "wal_checkpoint(TRUNCATE)", f"busy_timeout = {_BUSY_MS}"):
                cursor.execute(f"PRAGMA {pragma}").fetchall()
            cursor.close()
        finally:
            connection.close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Run the migrations up to a revision. Raises NoDatabase for a database of a newer program."""
    from alembic import command  # on first use: the first page must not wait for it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError:
            raise NoDatabase("assessment_newer_database") from None


def _prepare_sqlite(engine: sa.Engine) -> None:
    """WAL, so that readers do not wait; foreign keys; patience; deleted faces overwritten; and write locks taken at the start
    of a transaction.

    A transaction that reads first and asks for the lock later can only fail when another was quicker.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # sqlite3 must not begin transactions by itself
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("gallery_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
