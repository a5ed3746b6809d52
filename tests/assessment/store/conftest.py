"""Every test of the store runs on SQLite and on a real PostgreSQL."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from assessment.store import accounts
from assessment.store.access import Desk
from assessment.store.database import Database
from tests.assessment.store import postgres

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server's address. Without one: a skip at home, a failure under CI=true."""
    if given := os.environ.get("GALLERY_TEST_DATABASE_URL"):
        yield given
    elif postgres.binaries() is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("CI has no PostgreSQL to test with")
        pytest.skip("no PostgreSQL on this machine; set GALLERY_TEST_DATABASE_URL to test with another one")
    else:
        # Not among pytest's own folders: the server runs under another account, and pytest closes those to all others.
        with tempfile.TemporaryDirectory(prefix="gallery-postgres-") as folder, postgres.running(Path(folder)) as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gradebook.sqlite3'}"
        return
    server = sa.engine.make_url(request.getfixturevalue("postgres_url")).set(drivername="postgresql+psycopg")
    name = f"test_{secrets.token_hex(6)}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database at the newest revision."""
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def desk(database: Database) -> Callable[..., Desk]:
    """desk("wang", owner=True): the desk of a new account."""

    def make(username: str = "wang", owner: bool = True) -> Desk:
        return Desk(database, accounts.add(database, username, PASSWORD, owner=owner))

    return make
