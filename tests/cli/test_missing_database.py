"""What only looks makes nothing: a database that is not there is a clear error, and no file appears."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.errors import ConfigError
from tests.cli.commanding import command
from tests.worlds import World

LOOKING = [
    ["status"],
    ["status", "--budget", "--json"],
    ["incident", "list"],
    ["incident", "show", "1"],
    ["incident", "analyze", "1"],
    ["incident", "ack", "1"],
    ["incident", "note", "1", "seen"],
    ["incident", "resolve", "1", "--reason", "over"],
    ["gate", "--model", "tickets", "--version", "7"],
    ["report", "weekly"],
    ["backtest"],
    ["silence", "list"],
    ["silence", "expire", "1"],
    ["deploy", "list"],
    ["sink", "list"],
    ["anchor", "list"],
    ["anchor", "show", "ab"],
    ["anchor", "activate", "ab"],
    ["anchor", "audit"],
    ["erase", "--subject", "ana"],
    ["labels", "import", "labels.csv"],
    ["labels", "studio-config"],
]
MISSING = (
    "database.url: there is no database sqlite:///anchorwatch.db yet; `anchorwatch run` makes it, or name"
    " another with --config or ANCHORWATCH_DATABASE__URL"
)


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_a_command_that_only_looks_makes_no_database(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, words)
    assert isinstance(done.exception, ConfigError)
    assert (done.stdout, done.exception.problems) == ("", [MISSING])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_empty_stays_so(tmp_path: Path) -> None:
    (tmp_path / "anchorwatch.db").touch()
    done = command(["status"], tmp_path)
    assert done.returncode == 2
    assert "has no tables of ours yet; `anchorwatch run` makes them" in done.stderr
    assert [(file.name, file.stat().st_size) for file in tmp_path.iterdir()] == [("anchorwatch.db", 0)]


def test_what_keeps_something_new_makes_the_database(tmp_path: Path) -> None:
    words = ["silence", "add", "--match", "intent=refund", "--reason", "moving", "--until", "8h"]
    done = command(words, tmp_path)
    assert done.returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["anchorwatch.db"]


def test_doctor_leaves_every_file_as_it_was(tmp_path: Path, sqlite_engine: Engine) -> None:
    World(sqlite_engine).anchor(erasure=(0.9, 50))
    sqlite_engine.dispose()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    unreachable = {"ANCHORWATCH_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    done = command(["doctor"], tmp_path, ANCHORWATCH_DATABASE__URL=str(sqlite_engine.url), **unreachable)
    assert done.returncode == 1
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert list(before) == ["anchorwatch.db"]
