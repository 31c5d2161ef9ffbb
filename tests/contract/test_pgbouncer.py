"""PgBouncer in transaction mode, as many hosted databases are reached: ingest, evaluation and delivery go on."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sql.database import open_engine, reading, writing
from connectors.sql.migrate import upgrade
from tests.services.postgresql import Databases
from tests.services.require import Missing, skip_or_fail
from tests.worlds import World

PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin"


@pytest.fixture
def pooled(postgresql: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a new database behind PgBouncer, with two connections for everybody."""
    program = shutil.which("pgbouncer", path=PLACES)
    if program is None:
        skip_or_fail(Missing("pgbouncer", "the program pgbouncer is not installed"))
    url = postgresql.new_database()
    host, _, name = url.rpartition("@")[2].partition("/")
    address, _, server_port = host.partition(":")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("pgbouncer")
    file = folder / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n{name} = host={address} port={server_port} user=postgres\n"
        f"[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={port}\nauth_type=any\npool_mode=transaction\n"
        "default_pool_size=2\nunix_socket_dir=\n"
    )
    file.chmod(0o644)
    for parent in (folder, *list(folder.parents)[:3]):  # pytest-xdist has a folder more
        parent.chmod(0o755)
    nobody = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    with subprocess.Popen(
        [program, "-q", str(file)], user=nobody, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"postgresql://postgres@127.0.0.1:{port}/{name}?prepare_threshold=none"
        process.terminate()


def test_a_world_behind_a_pooler(pooled: str, tmp_path: Path) -> None:
    engine = open_engine(pooled)
    upgrade(engine)
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    for _ in range(8):
        world.outcomes("erasure", "hhm")
        world.evaluate()
    assert world.cell("erasure").labels.tally.support == 24
    others = [open_engine(pooled) for _ in range(3)]
    for _ in range(10):
        for other in others:
            with writing(other) as connection:
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
            with reading(other) as connection:
                assert connection.exec_driver_sql("SELECT count(*) FROM outcome").scalar() == 24
    for each in (engine, *others):
        each.dispose()
