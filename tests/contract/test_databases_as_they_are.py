"""Databases as they are: what is wrong is told in a sentence with exit code 2 or 5, never a crash or a password."""

import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from connectors.kafka import errors
from connectors.sql.database import open_engine, reading, writing
from connectors.sql.migrate import upgrade
from monitor.cli.main import main
from monitor.errors import ConfigError
from tests.services.postgresql import Databases

SECRET = "SECRET123"
COMMANDS = (
    ["status"],
    ["gate", "--model", "tickets", "--version", "7"],
    ["incident", "list"],
    ["anchor", "list"],
    ["doctor"],
    ["run", "--once", "--input", "events.jsonl"],
)


@pytest.fixture(autouse=True)
def _no_patience_with_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none, and `doctor` would give it two seconds to start."""
    monkeypatch.setattr(errors, "REFUSED_S", 0.0)


def ended(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> list[str]:
    """Each command on this database, with its exit code and the first line of what it said."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", url)
    monkeypatch.setenv("ANCHORWATCH_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:9")
    (folder / "events.jsonl").write_text("")
    told = []
    for words in COMMANDS:
        monkeypatch.setattr(sys, "argv", ["anchorwatch", *words])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err, (words, err)
        assert SECRET not in out + err, words
        if words != ["doctor"]:  # which finds the fault, and says so with 1
            assert left.value.code in (2, 5), (words, left.value.code, err)
            assert err.strip(), words
        told.append(err)
    return told


@pytest.fixture
def tables(_sqlite_with_tables: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_sqlite_with_tables, tmp_path / "w.db"))


def test_a_file_that_is_no_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "w.db").write_bytes(bytes(range(256)) * 20)
    told = ended(f"sqlite:///{tmp_path}/w.db", capsys, monkeypatch, tmp_path)
    assert "is damaged, or no SQLite database" in told[0]


def test_half_a_database(
    tables: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tables.read_bytes()
    tables.write_bytes(whole[: len(whole) // 2])
    ended(f"sqlite:///{tables}", capsys, monkeypatch, tables.parent)


def test_a_newer_database(
    tables: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = sqlite3.connect(tables)
    database.execute("UPDATE alembic_version SET version_num = '0099'")
    database.commit()
    database.close()
    told = ended(f"sqlite:///{tables}", capsys, monkeypatch, tables.parent)
    assert "newer version of Anchorwatch, or of another program (revision 0099)" in told[0]


def test_another_programs_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = sqlite3.connect(tmp_path / "w.db")
    database.execute("CREATE TABLE prediction (something TEXT)")
    database.close()
    ended(f"sqlite:///{tmp_path}/w.db", capsys, monkeypatch, tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://bob@127.0.0.1:9/d?password={SECRET}",
        f"postgresql://127.0.0.1:9/d?user=bob&password={SECRET}",
        f"postgresql://bob@127.0.0.1:9/d?sslpassword={SECRET}",
        f"postgresql://bob:x@{SECRET}@127.0.0.1:9/d",
        f"postgresql://bob:{SECRET}@127.0.0.1:9x/d",
        f"postgresql://bob:{SECRET}@[::1/d",
        f"postgresql://bob:{SECRET}@::1:9/d",
        f"postgresql://bob:{SECRET}@[::1]:9/d",
        f"postgresql://bob:{SECRET}@127.0.0.1:99999/d",
        f"postgresql://bob:{SECRET}@127.0.0.1:9/d?no_such_option={SECRET}",
        f"postgresql://bob:{SECRET}@127.0.0.1:9/d?prepare_threshold={SECRET}",
        f"postgresql+psycopg2://bob:{SECRET}@h/d",
        f"postgresql+asyncpg://bob:{SECRET}@h/d",
        f"mysql://bob:{SECRET}@h/d",
        f"sqlite://bob:{SECRET}@h/d",
        "sqlite:////no/such/folder/w.db",
        f"no url {SECRET}",
        "",
    ],
)
def test_an_address_that_leads_nowhere(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(url, capsys, monkeypatch, tmp_path)


def test_doctor_changes_nothing(
    tmp_path: Path, tables: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def doctor(url: str) -> str:
        monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", url)
        monkeypatch.setenv("ANCHORWATCH_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:9")
        monkeypatch.setattr(sys, "argv", ["anchorwatch", "doctor"])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    assert "there is no database" in doctor(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()
    foreign = tmp_path / "foreign.db"
    database = sqlite3.connect(foreign)
    database.execute("CREATE TABLE t (x)")
    database.close()
    for file in (foreign, tables):
        before = file.read_bytes()
        doctor(f"sqlite:///{file}")
        assert file.read_bytes() == before


def test_options_of_the_url_stand_beside_ours(postgresql: Databases) -> None:
    url = postgresql.new_database()
    maker = open_engine(url)
    with writing(maker) as connection:
        connection.execute(text("CREATE SCHEMA watch"))
    maker.dispose()
    engine = open_engine(f"{url}?options=-csearch_path%3Dwatch%20-cstatement_timeout%3D5s")
    upgrade(engine)
    with reading(engine) as connection:
        tables = "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = 'prediction'"
        assert connection.execute(text(tables)).scalars().all() == ["watch"]
        settings = [
            connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("search_path", "statement_timeout", "idle_in_transaction_session_timeout")
        ]
    assert settings == ["watch", "5s", "1min"]
    engine.dispose()


def test_without_prepared_statements_what_a_transaction_needs_is_set_in_it(postgresql: Databases) -> None:
    """PgBouncer in transaction mode takes no options when connecting, and hands the server to others in between."""
    engine = open_engine(f"{postgresql.new_database()}?prepare_threshold=none")
    with reading(engine) as connection:
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "1min"
        for _ in range(10):
            connection.execute(text("SELECT 1"))
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 0
    engine.dispose()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_another_encoding_is_refused_at_the_start(encoding: str, postgresql: Databases) -> None:
    name = f"enc_{encoding.lower()}"
    server = postgresql.new_database()
    maker = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with maker.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(
            text(
                f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
            )
        )
    maker.dispose()
    engine = open_engine(f"{server.rpartition('/')[0]}/{name}")
    with pytest.raises(ConfigError, match=f"encoded in {encoding}"):
        upgrade(engine)
    engine.dispose()
