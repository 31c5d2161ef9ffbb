"""A silence of an incident's members is as narrow as they are: nothing beside them is kept quiet."""

from datetime import datetime

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.silences import SilenceStore
from monitor.cli.main import cli
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.errors import ConfigError
from monitor.incidents.silencing import silence_cells
from tests.incidents.falls import HOUR, broken
from tests.stored import NOON, TICKETS
from tests.worlds import World

ENDS = NOON + 90 * HOUR


def add(world: World, cells: list[Cell], ends: datetime = ENDS) -> list[bool]:
    """Silence these; whether the first silence covers the intent, a slice of it, its other version, and another."""
    made = silence_cells(SilenceStore(world.engine), cells, "ana", "being fixed", ends.isoformat(), NOON)
    beside = [
        Cell(TICKETS, "erasure"),
        Cell(TICKETS, "erasure", "channel=email"),
        Cell(Model("tickets", "8"), "erasure"),
        Cell(TICKETS, "export"),
    ]
    return [made[0].covers(cell, NOON) for cell in beside]


def test_of_an_intent_no_slice_and_of_a_slice_no_intent_is_covered(engine: Engine) -> None:
    world = World(engine)
    assert add(world, [Cell(TICKETS, "erasure")]) == [True, False, False, False]
    assert add(world, [Cell(TICKETS, "erasure", "channel=email")]) == [False, True, False, False]
    group = silence_cells(
        SilenceStore(engine), [Cell.of_group(TICKETS, "rare")], "ana", "being fixed", ENDS.isoformat(), NOON
    )
    assert group[0].covers(Cell.of_group(TICKETS, "rare"), NOON)
    assert not group[0].covers(Cell(TICKETS, "erasure"), NOON)
    with pytest.raises(ConfigError, match="give a later time"):
        add(world, [Cell(TICKETS, "erasure")], NOON)


def test_what_breaks_beside_the_silenced_members_is_told(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    broken(world)
    (incident,) = IncidentRecords(engine).all()
    add(world, [member.cell for member in incident.members])
    broken(world, "export", NOON + 49 * HOUR)
    assert world.kinds() == ["opened", "member_joined"]


def test_the_command_that_a_page_prints_makes_a_silence_for_each_member(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    world = World(sqlite_engine)
    world.anchor(erasure=(0.88, 38), export=(0.88, 38))
    for intent in ("erasure", "export"):
        world.outcomes(intent, "m" * 15)
    world.evaluate()
    words = ["silence", "add", "--until", "8h", "--reason", "looking", "--by", "ana", "--incident", "1"]
    done = CliRunner().invoke(cli, words)
    begin = "model=tickets version=7 environment=prod intent="
    assert [line.partition(": ")[2].partition(" until")[0] for line in done.output.splitlines()] == [
        f"{begin}{intent} slice=(none)" for intent in ("erasure", "export")
    ]
    both = CliRunner().invoke(cli, [*words, "--match", "intent=erasure"])
    assert isinstance(both.exception, ConfigError)
    assert both.exception.problems == ["--incident: it names the members already; leave --match out"]
