"""More rows than a terminal has lines go through the person's pager, as far as somebody reads."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.commanding import SCRIPT
from tests.stored import TICKETS
from tests.worlds import World

INTENTS = 60


@pytest.fixture
def database(sqlite_engine: Engine) -> str:
    """So many intents, which keep their promise."""
    world = World(sqlite_engine)
    names = [f"intent_{number:02}" for number in range(INTENTS)]
    world.anchor(TICKETS, **dict.fromkeys(names, (0.9, 50)))
    for name in names:
        world.outcomes(name, "h" * 5)
    world.evaluate()
    return str(sqlite_engine.url)


def on_a_terminal(words: list[str], database: str, folder: Path, **environment: str) -> tuple[int, str]:
    """How a command ends that is typed at a terminal of 24 lines, and all that is seen there."""
    ours, theirs = pty.openpty()
    typed = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=folder,
        env={
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PATH": os.environ["PATH"],
            "TERM": "xterm",
            "LINES": "24",
            "COLUMNS": "160",
            "ANCHORWATCH_DATABASE__URL": database,
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:  # nobody has the terminal open any more
            break
        seen += part
    os.close(ours)
    return typed.wait(60), seen.decode()


def test_every_row_goes_through_the_pager(database: str, tmp_path: Path) -> None:
    (tmp_path / "pager").write_text("#!/bin/sh\necho paged\nexec cat\n")
    (tmp_path / "pager").chmod(0o755)
    code, seen = on_a_terminal(["status", "--all"], database, tmp_path, PAGER=str(tmp_path / "pager"))
    assert code == 0
    assert seen.startswith("paged")
    assert all(f"intent_{number:02}" in seen for number in range(INTENTS))
    assert "\x1b[" in seen  # with its colours


def test_who_leaves_the_pager_ends_the_command_and_no_verdict_changes(database: str, tmp_path: Path) -> None:
    code, seen = on_a_terminal(["status", "--all", "--check"], database, tmp_path, PAGER="head -n 1")
    assert (code, len(seen.splitlines())) == (0, 1)
    assert "crash" not in seen


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["status"], {}),  # one screen
        (["status", "--all", "--json"], {}),  # for programs
        (["status", "--intent", "intent_0*"], {}),  # ten rows
        (["status", "--all"], {"PAGER": "cat"}),
        (["status", "--all"], {"PAGER": ""}),
        (["status", "--all"], {"PAGER": "no-such-pager"}),
        (["status", "--all"], {"TERM": "dumb"}),
    ],
)
def test_what_needs_no_pager_or_has_none_is_printed_at_once(
    words: list[str], environment: dict[str, str], database: str, tmp_path: Path
) -> None:
    (tmp_path / "pager").write_text("#!/bin/sh\necho paged\nexec cat\n")
    (tmp_path / "pager").chmod(0o755)
    code, seen = on_a_terminal(words, database, tmp_path, **{"PAGER": str(tmp_path / "pager"), **environment})
    assert code == 0
    assert "paged" not in seen
    assert "intent" in seen
