"""A real PostgreSQL on loopback, from the binaries that Debian's package `postgresql` installs.

with PostgreSQL() as postgresql:
    engine = open_engine(postgresql.new_database())
    postgresql.kill()      # as a crash would
    postgresql.start()     # again, on the same data
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from tests.services import child
from tests.services.require import Missing

INSTALLED = Path("/usr/lib/postgresql")
START_S = 120.0


class Databases:
    """The databases of a server, whoever runs it; `url` is the database that is always there."""

    def __init__(self, url: str) -> None:
        self.url = url

    def new_database(self, like: str = "template1") -> str:
        """The URL of a new database: empty, or a copy of another that nobody is connected to."""
        name, template = f"anchorwatch_{uuid.uuid4().hex[:12]}", like.rpartition("/")[2]
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url.removesuffix("postgres") + name


class PostgreSQL(Databases):
    """One server with its own data. It refuses to run as root, so root runs it as `postgres`."""

    def __init__(self) -> None:
        super().__init__("")
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._binaries = Path()
        self._user: str | None = None
        self._port = 0

    @property
    def running(self) -> bool:
        """Whether the server was started and has not been ended by us."""
        return self._process is not None

    def __enter__(self) -> Self:
        self._binaries, self._user = binaries(), _user()
        self._folder = Path(tempfile.mkdtemp(prefix="anchorwatch-postgresql-"))
        self._port = _free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        try:
            if self._user:
                shutil.chown(self._folder, self._user)
            self._initialise(self._folder)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()  # nobody needs its data any more
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start on the data there is, and wait until it answers; after a crash it recovers first."""
        assert self._process is None, "PostgreSQL is running already"
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                # After a crash the old backends need a moment to notice; until then a new server gives up.
                if self._process is not None:
                    child.end(self._process, signal.SIGKILL)
                self._process = self._run()
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log()[-2000:]}")

    def stop(self) -> None:
        """Shut down in order; whoever is connected is thrown out."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Die as in a crash: no client is notified, and nothing more is written."""
        self._end(signal.SIGKILL)

    def _initialise(self, folder: Path) -> None:
        subprocess.run(
            [self._binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "--no-sync"],
            check=True,
            capture_output=True,
            user=self._user,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )

    def _run(self) -> "subprocess.Popen[bytes]":
        assert self._folder is not None
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": str(self._folder),
            "fsync": "off",  # a killed server loses nothing by it, only a killed machine would
            "deadlock_timeout": "20ms",
        }
        with (self._folder / "log.txt").open("ab") as output:
            return child.start(
                [
                    self._binaries / "postgres",
                    "-D",
                    self._folder / "data",
                    *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
                ],
                output,
                user=self._user,
                cwd=self._folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            )

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            child.end(process, how)

    def _log(self) -> str:
        assert self._folder is not None
        return (self._folder / "log.txt").read_text(errors="replace")


def binaries() -> Path:
    """The folder with the newest PostgreSQL's programs.

    Raises:
        Missing: there is none here, or no user that it could run as.
    """
    servers = sorted(INSTALLED.glob("*/bin/postgres"), key=lambda path: float(path.parent.parent.name))
    if not servers:
        raise Missing("postgresql", f"there is none under {INSTALLED}")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            raise Missing("postgresql", "it can't run as root, and there is no user `postgres`") from None
    return servers[-1].parent


def _user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
