"""Which watched cells the gate is asked about: all, some intents, or no slices; and what was left out is said."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from monitor.app.gate import ask_about
from monitor.app.stores import Stores
from monitor.cli.main import cli
from monitor.domain.judging.gate import Gate, GateQuestion, ReleaseAnswer
from monitor.errors import ConfigError
from reports.tables.gate import as_object, gate_view
from tests.stored import NOON, TICKETS
from tests.worlds import World

CHANNELS = [{"name": "channel", "values": "*", "cap": 5, "against": "own"}]


def a_broken_channel(engine: Engine) -> World:
    """Erasures and refunds as a whole are surely above their floors of .5; erasures by e-mail broke theirs of .8."""
    world = World(engine, slices=CHANNELS, watch={"intents": ["erasure", "refund"], "rare_support": 0})
    world.anchor(
        erasure=(0.6, 400),
        erasure__channel__email=(0.9, 100),
        erasure__channel__app=(0.6, 300),
        refund=(0.6, 400),
        sales=(0.6, 400),
    )
    world.outcomes("erasure", "h" * 200, slices={"channel": "app"})
    world.outcomes("erasure", "mmmh" * 10, slices={"channel": "email"})
    world.outcomes("refund", "h" * 150)
    world.outcomes("sales", "h" * 1500)
    world.evaluate(NOON + timedelta(days=2))
    return world


@pytest.fixture
def world(engine: Engine) -> World:
    return a_broken_channel(engine)


def asked(world: World, *intents: str, slices: bool = True) -> ReleaseAnswer:
    question = GateQuestion(intents=intents, slices=slices)
    return ask_about(Stores(world.settings, world.engine), TICKETS, question)


def names(answer: ReleaseAnswer) -> list[str]:
    return [each.cell.name for each in answer.cells]


def test_every_watched_cell_is_asked_without_a_question(world: World) -> None:
    answer = ask_about(Stores(world.settings, world.engine), TICKETS)
    assert answer.gate is Gate.BROKEN
    assert names(answer) == ["erasure [channel=email]", "erasure", "erasure [channel=app]", "refund"]
    assert as_object(answer)["asked"] == {"intents": [], "slices": True}
    assert "Asked" not in str(gate_view(TICKETS, answer).blocks)


def test_without_slices_whole_intents_decide_and_a_broken_slice_is_named_beside_them(world: World) -> None:
    answer = asked(world, slices=False)
    assert (answer.gate, names(answer)) == (Gate.HEALTHY, ["erasure", "refund"])
    (block,) = gate_view(TICKETS, answer).blocks
    assert block.lines[1] == "Asked: whole intents and groups, no slices."
    assert block.notes == [
        "2 watched slices were not asked; broken among them: erasure [channel=email]",
    ]
    left_out: Any = as_object(answer)["slices_left_out"]
    assert [(each["cell"], each["gate"]) for each in left_out] == [
        ("erasure [channel=email]", "broken"),
        ("erasure [channel=app]", "healthy"),
    ]


def test_only_the_intents_that_fit_are_asked_with_their_slices(world: World) -> None:
    answer = asked(world, "ref*")
    assert (answer.gate, names(answer)) == (Gate.HEALTHY, ["refund"])
    assert gate_view(TICKETS, answer).blocks[0].lines == [
        "tickets v7 (prod): 1 of 1 watched at or above the floor",
        "Asked: ref*, with their slices.",
    ]
    assert asked(world, "ref*", "erasure").gate is Gate.BROKEN
    assert names(asked(world, "erasure", slices=False)) == ["erasure"]


def test_of_an_intent_that_is_not_watched_nobody_can_tell(world: World) -> None:
    answer = asked(world, "refund", "sales")
    assert (answer.gate, names(answer)) == (Gate.CANNOT_TELL, ["refund"])
    content = as_object(answer)
    assert content["reason"] == "1 of 1 watched at or above the floor; nothing is watched of sales"
    assert content["unwatched"] == ["sales"]
    assert as_object(asked(world, "sales"))["reason"] == "nothing that was asked for is watched"
    # A fall is one, whatever else nobody can tell.
    assert asked(world, "erasure", "sales").gate is Gate.BROKEN


def test_an_intent_that_nobody_knows_is_refused_with_what_was_probably_meant(world: World) -> None:
    with pytest.raises(ConfigError) as refused:
        asked(world, "refund", "erasrue", "zzz*")
    assert refused.value.problems == [
        "--intents erasrue: there is none; did you mean erasure?",
        "--intents zzz*: there is none; there is erasure, refund, sales",
    ]


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["gate", "--model", "tickets", "--version", "7", *words])


def test_the_command_takes_patterns_between_commas_and_ends_as_the_cells_that_were_asked(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_broken_channel(sqlite_engine)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    assert typed().exit_code == 1
    assert typed("--intents", "refund").exit_code == 0
    assert typed("--no-slices").exit_code == 0
    done = typed("--intents", "refund, sales", "--no-slices", "--json")
    assert done.exit_code == 3
    assert json.loads(done.output)["asked"] == {"intents": ["refund", "sales"], "slices": False}
    assert isinstance(typed("--intents", " ,").exception, ConfigError)
