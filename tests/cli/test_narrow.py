"""Every table on a terminal of 60 columns: no line is wider, no word that matters is cut, no name stands for two."""

import io
import re

import pytest
from rich.cells import cell_len
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.sql.anchors import AnchorStore
from monitor.cli import show
from monitor.cli.console import PlainConsole
from monitor.cli.main import cli
from tests.stored import TICKETS
from tests.worlds import World

LONG = "a_request_to_erase_whatever_is_known_of_"
INTENTS = [f"{LONG}{whom}_in_every_region" for whom in ("customers", "employees")]
COMMANDS = [
    ["status"],
    ["status", "--all"],
    ["status", "--budget"],
    ["incident", "list"],
    ["incident", "show", "1"],
    ["incident", "tickets", "1"],
    ["incident", "analyze", "1"],
    ["anchor", "list"],
    ["anchor", "show", "ID"],
    ["sink", "list"],
    ["silence", "list"],
    ["version", "list"],
    ["report", "weekly", "--week", "2026-W47"],
    ["gate", "--model", "tickets", "--version", "7"],
    ["runbook"],
]


@pytest.fixture
def at_home(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two broken intents with long names, and one that keeps its promise."""
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    world = World(sqlite_engine)
    world.anchor(TICKETS, **dict.fromkeys([*INTENTS, "refund"], (0.9, 50)))
    for intent in INTENTS:
        world.outcomes(intent, "mmmh" * 15)
    world.outcomes("refund", "h" * 60)
    world.evaluate()
    return world


def printed(world: World, width: int, words: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that a command shows on a terminal of so many columns, without its colours."""
    (listed,) = AnchorStore(world.engine).all()
    screen = io.StringIO()
    monkeypatch.setattr(show, "out", PlainConsole(file=screen, width=width, force_terminal=True))
    done = CliRunner().invoke(cli, [listed.anchor.id if word == "ID" else word for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue()).splitlines()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("width", [60, 80])
def test_no_line_is_wider_than_the_terminal(
    at_home: World, width: int, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = printed(at_home, width, words, monkeypatch)
    assert lines
    # What is to be copied, such as an id or a path, is the terminal's to wrap.
    assert [line for line in lines if cell_len(line.rstrip()) > width] == []
    # A figure or a verdict is never cut: where an ellipsis stands, it stands inside a name.
    assert [word for line in lines for word in re.findall(r"\S*…\S*", line) if len(word) < 20] == []


def test_the_verdict_is_whole_and_two_names_that_are_alike_stay_apart(
    at_home: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Shortened in the middle to 60 columns both names would read the same, so they are shortened before it.
    lines = printed(at_home, 60, ["status"], monkeypatch)
    names = [line.split()[0] for line in lines if line.endswith("degraded")]
    assert names == ["a_request_to_er…rs_in_every_region", "a_request_to_er…es_in_every_region"]
    lines = printed(at_home, 120, ["status"], monkeypatch)
    names = [line.split()[0] for line in lines if line.endswith("degraded")]
    assert [name.partition("…")[2] for name in names] == ["rs_in_every_region", "es_in_every_region"]
