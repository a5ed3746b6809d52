"""Everything in one file: a ZIP with a JSON list for each table, the same for SQLite and PostgreSQL.

Everything but the class galleries: a student may have his face deleted at any time, and nobody could delete it from the copies
of a backup. After `restore` the classes are enrolled anew. A copy of the database's own file does hold them.
"""

import json
import zipfile
from pathlib import Path

import sqlalchemy as sa

from shared.problems import Problem

from ..exporting.table import atomically
from .database import Database
from .models import Base, Face

_FORMAT = 1
_ABOUT = "gradebook.json"
_KEPT = [table for table in Base.metadata.sorted_tables if table.name != Face.__tablename__]


class NoBackup(Problem):
    """A file cannot be restored, or there is something that it would overwrite."""


def save(database: Database, path: Path) -> int:
    """Write all tables but the faces, as they were at one moment. Returns the number of rows. Raises NotWritten."""
    count = 0
    with (
        database.engine.connect().execution_options(isolation_level=_snapshot(database), gallery_reads=True) as connection,
        atomically(path) as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.writestr(_ABOUT, json.dumps({"format": _FORMAT, "revision": _revision(connection)}))
        for table in _KEPT:
            rows = [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
            archive.writestr(f"{table.name}.json", json.dumps(rows, ensure_ascii=False))
            count += len(rows)
    path.chmod(0o600)  # it holds everybody's scores and the hashes of all passwords
    return count


def restore(database: Database, path: Path) -> int:
    """Read what `save` wrote into an empty database. Returns the number of rows. Raises NoBackup.

    A database that holds anything is never overwritten.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(_ABOUT))
            tables = {t.name: json.loads(archive.read(f"{t.name}.json")) for t in _KEPT}
    except FileNotFoundError:
        raise NoBackup("assessment_backup_missing", file=str(path)) from None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise NoBackup("assessment_backup_damaged", file=str(path)) from None
    with database.engine.begin() as connection:
        if about.get("format") != _FORMAT or about.get("revision") != _revision(connection):
            raise NoBackup("assessment_backup_other", file=str(path))
        for table in Base.metadata.sorted_tables:
            if connection.execute(sa.select(table).limit(1)).first() is not None:
                raise NoBackup("assessment_backup_not_empty")
        for table in _KEPT:
            if tables[table.name]:
                connection.execute(sa.insert(table), tables[table.name])
            _count_on(connection, table)
    return sum(map(len, tables.values()))


def _snapshot(database: Database) -> str:
    """The isolation in which all tables are seen at one moment."""
    return "REPEATABLE READ" if database.engine.dialect.name == "postgresql" else "SERIALIZABLE"


def _revision(connection: sa.Connection) -> str:
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number new rows after the restored ones; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        connection.execute(
            sa.text(f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "
                    f"(SELECT coalesce(max(id), 0) + 1 FROM \"{table.name}\"), false)")
        )  # fmt: skip
