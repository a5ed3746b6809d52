"""A PostgreSQL server for the tests: Debian's, started in a folder of its own; or the one of GALLERY_TEST_DATABASE_URL."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Where initdb and pg_ctl are; Debian keeps them off the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A server that lives as long as the block; yields the address of its "postgres" database."""
    home = binaries()
    assert home is not None
    data = folder / "data"
    # The server refuses to run as root; Debian's package has an account for it.
    as_other = ["runuser", "-u", "postgres", "--"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    if as_other:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    run = lambda *command: subprocess.run([*as_other, *map(str, command)], check=True, capture_output=True, cwd=folder)  # noqa: E731
    run(home / "initdb", "-D", data, "-U", "tester", "--auth=trust", "--encoding=UTF8")
    run(home / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        run(home / "pg_ctl", "-D", data, "-m", "immediate", "stop")
