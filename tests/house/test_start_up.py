"""A command loads only what it uses: a table costs neither a second nor 250 MB."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.cli.commands import COMMANDS, Command, CommandGroup
from monitor.cli.lazy import imported
from monitor.cli.main import main
from monitor.errors import ConfigError
from tests.worlds import World

pytestmark = pytest.mark.slow

HEAVY = {
    "alembic",
    "apscheduler",
    "duckdb",
    "evidently",
    "httpx",
    "ibis",
    "jinja2",
    "kafka",
    "pandas",
    "prometheus_client",
    "psycopg",
    "pyarrow",
    "pyspark",
    "rich.progress",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.stats",
    "sklearn",
    "sqlmodel",
}
ARITHMETIC = {"numpy", "scipy"}  # what judges a cell
DATABASE = {"msgspec", "pydantic_settings", "sqlalchemy", "structlog"}
MOST_MB = 120
# The command in a process of its own; what it had loaded at its end, and the most memory that it had.
SCRIPT = """
import json, pathlib, re, sys
from monitor.cli import main
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
process = pathlib.Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", process.read_text()) if process.exists() else None
mb = int(peak[1]) / 1024 if peak else 0.0
print(json.dumps({"code": code, "loaded": sorted(sys.modules), "mb": mb}), file=sys.stderr)
"""
PLAIN = [["--version"], ["--help"], ["incident", "--help"], []]
WITH_CELLS = [
    ["status"],
    ["status", "--json"],
    ["status", "--budget"],
    ["gate", "--model", "tickets", "--version", "7"],
    ["incident", "resolve", "1", "--reason", "rolled back"],
]
ON_CALL = [
    ["incident", "list"],
    ["incident", "show", "1"],
    ["incident", "tickets", "1"],
    ["incident", "note", "1", "seen"],
    ["incident", "ack", "1"],
    ["silence", "add", "--match", "intent=erasure", "--reason", "known", "--until", "8h"],
    ["silence", "list", "--all"],
    ["deploy", "note", "new tokenizer"],
    ["deploy", "list"],
    ["sink", "list"],
]


def loaded(words: list[str], folder: Path, **environment: str) -> set[str]:
    """What a command that goes well has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "USER": "ana", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *before, last = done.stderr.splitlines()
    account = json.loads(last)
    assert account["code"] in ((0, 1, 3) if words else (2,)), before  # 1 and 3: `gate` has an answer
    assert account["mb"] < MOST_MB
    return set(account["loaded"])


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_help_and_version_load_no_command(words: list[str], tmp_path: Path) -> None:
    modules = loaded(words, tmp_path)
    assert modules & (HEAVY | ARITHMETIC | DATABASE) == set()
    assert {name for name in modules if name.startswith("monitor.cli.")} == {
        "monitor.cli.commands",
        "monitor.cli.common",
        "monitor.cli.console",
        "monitor.cli.lazy",
        "monitor.cli.main",
    }


@pytest.fixture
def fallen(sqlite_engine: Engine) -> str:
    """The address of a database in which an intent fell, and an incident is open."""
    world = World(sqlite_engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 40 + "h" * 10)
    world.evaluate()
    return str(sqlite_engine.url)


@pytest.mark.parametrize("words", WITH_CELLS, ids=" ".join)
def test_looking_at_cells_loads_what_judges_them_and_no_more(
    words: list[str], tmp_path: Path, fallen: str
) -> None:
    modules = loaded(words, tmp_path, ANCHORWATCH_DATABASE__URL=fallen)
    assert modules & HEAVY == set()
    assert modules >= ARITHMETIC | {"sqlalchemy"}


@pytest.mark.parametrize("words", ON_CALL, ids=" ".join)
def test_a_person_on_call_waits_for_no_arithmetic(words: list[str], tmp_path: Path, fallen: str) -> None:
    modules = loaded(words, tmp_path, ANCHORWATCH_DATABASE__URL=fallen)
    assert modules & (HEAVY | ARITHMETIC) == set()
    assert "sqlalchemy" in modules


def test_a_report_without_evidently_takes_no_pandas(tmp_path: Path, fallen: str) -> None:
    words = ["report", "weekly", "--week", "2026-W47", "--no-evidently", "--output", "weekly"]
    assert "pandas" not in loaded(words, tmp_path, ANCHORWATCH_DATABASE__URL=fallen)


def test_a_sink_that_speaks_http_is_loaded_by_who_sends(tmp_path: Path, sqlite_engine: Engine) -> None:
    """The other way round: the list of heavy modules names what is really imported elsewhere."""
    chat = '[{"kind": "slack", "name": "chat", "url": "http://127.0.0.1:9/hook"}]'
    world = World(sqlite_engine, sinks=json.loads(chat))
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 40 + "h" * 10)
    world.evaluate()
    settings = {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url), "ANCHORWATCH_SINKS": chat}
    assert loaded(["incident", "ack", "1"], tmp_path, **settings) >= {"httpx"}
    assert loaded(["incident", "list"], tmp_path, **settings) & HEAVY == set()


def test_garbage_is_collected_from_where_a_command_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before: what was loaded is none, and is never looked at."""
    seen = []

    def opened(_: object) -> None:
        seen.append((gc.isenabled(), gc.get_freeze_count() > 10_000))
        raise ConfigError(["far enough"])

    monkeypatch.setattr("monitor.cli.silence.opened_oncall", opened)
    for words in (["silence", "list"], ["silence", "lift"]):
        monkeypatch.setattr("sys.argv", ["anchorwatch", *words])
        with pytest.raises(SystemExit):
            main()
        gc.unfreeze()
        assert gc.isenabled()
    assert seen == [(True, True)]


def commands() -> list[tuple[str, Command]]:
    return [
        (f"{name} {inner}".strip(), command)
        for name, entry in COMMANDS.items()
        for inner, command in (entry.commands.items() if isinstance(entry, CommandGroup) else [("", entry)])
    ]


@pytest.mark.parametrize(("name", "command"), commands())
def test_the_line_in_the_table_is_the_first_of_the_command(name: str, command: Command) -> None:
    first, _, _ = imported(name, command).help.partition("\n\n")
    assert command.help == " ".join(first.split())
