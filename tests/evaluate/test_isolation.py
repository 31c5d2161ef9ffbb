"""A defect that befalls a cell, model or notice stops the judging of no other, and costs nothing once it is mended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from connectors.sql.evaluate.store import EvaluationStore
from monitor.domain.detection import detector
from monitor.domain.detection.healing import heal_members
from monitor.domain.detection.recovery import Recovery
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.errors import JudgingError, UnavailableError
from monitor.evaluate import slack
from monitor.evaluate import steps as evaluating
from monitor.evaluate.bets import Bets
from monitor.evaluate.judging import judge_cell
from monitor.incidents.announcing import Announcer
from monitor.incidents.concerns import Concerns
from tests.stored import NOON, TICKETS, rows
from tests.worlds import NewWorld, World

BOT = Model("bot", "1", "prod")


def world_of(engine: Engine) -> World:
    """Two models with an intent that is broken in both, and one that is well."""
    world = World(engine)
    for model in (TICKETS, BOT):
        world.anchor(model, erasure=(0.9, 50), refund=(0.9, 50))
        world.outcomes("refund", "h" * 60, model=model)
        world.outcomes("erasure", "m" * 40, model=model)
    return world


def failing(original: Callable[..., Any], when: Callable[..., bool]) -> Callable[..., Any]:
    """The same function with a defect."""

    def defective(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        if when(*given):
            raise ZeroDivisionError("a defect")
        return original(*given, **named)

    return defective


def incidents(engine: Engine) -> list[tuple[str, str]]:
    return [
        (name, state)
        for name, state in rows(engine, "SELECT model_name, state FROM incident ORDER BY model_name")
    ]


def test_a_cell_that_cannot_be_judged_stays_as_it_was_and_is_named(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(engine)
    with monkeypatch.context() as patch:
        defect = failing(judge_cell, lambda state, *_: state.cell.intent == "refund")
        patch.setattr(evaluating, "judge_cell", defect)
        with pytest.raises(
            JudgingError, match=r"refund of bot 1 in prod.*ZeroDivisionError: a defect"
        ) as caught:
            world.evaluate()
    assert len(caught.value.failures) == 2
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert incidents(engine) == [("bot", "opened"), ("tickets", "opened")]
    world.evaluate()
    assert world.cell("refund").judgement.verdict == "ok"


def test_a_bet_that_is_no_number_is_named_and_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.anchor(erasure=(0.9, 50), refund=(0.9, 50))
    world.outcomes("refund", "h" * 60)
    world.outcomes("erasure", "m" * 40)

    def broken(*given: Any) -> tuple[Recovery, int | None]:  # noqa: ANN401
        healing, resolved = heal_members(*given)
        return replace(healing, ratios=healing.ratios * float("nan")), resolved

    with monkeypatch.context() as patch:
        patch.setattr(detector, "heal_members", broken)
        with pytest.raises(JudgingError, match=r"erasure of tickets.*no number") as caught:
            world.evaluate()
    assert len(caught.value.failures) == 1
    assert world.cell("refund").judgement.verdict == "ok"
    world.evaluate()
    assert world.cell("erasure").judgement.verdict == "degraded"


@pytest.mark.parametrize("intent", ["erasure", "refund"])
def test_a_bet_that_fails_is_made_anew_and_ends_where_one_that_never_failed_ends(
    world: World, new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, intent: str
) -> None:
    sound, harmed = world, new_world()
    for each in (sound, harmed):
        each.anchor(erasure=(0.9, 50), refund=(0.9, 50))
        for name, outcomes in (("erasure", "hhm" * 20), ("refund", "h" * 60)):
            each.outcomes(name, outcomes)
        each.evaluate()
        each.outcomes("erasure", "m" * 30)
        each.outcomes("refund", "h" * 30)
    sound.evaluate()
    with monkeypatch.context() as patch:
        patch.setattr(Bets, "take", failing(Bets.take, lambda _self, state, *_: state.cell.intent == intent))
        with pytest.raises(JudgingError, match=intent):
            harmed.evaluate()
    harmed.evaluate()
    sound.evaluate()
    assert harmed.everything() == sound.everything()


def test_an_incident_that_fails_leaves_no_half_of_itself_and_is_opened_the_next_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(engine)
    with monkeypatch.context() as patch:
        patch.setattr(
            Announcer,
            "tell",
            failing(Announcer.tell, lambda *given: given[2].model_name == "bot"),
        )
        with pytest.raises(JudgingError, match="the incident of bot in prod"):
            world.evaluate()
    assert incidents(engine) == [("tickets", "opened")]
    assert world.kinds() == ["opened"]
    world.evaluate()
    assert incidents(engine) == [("bot", "opened"), ("tickets", "opened")]
    assert world.kinds() == ["opened", "opened"]


def test_a_recovery_that_reached_nobody_is_told_the_next_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(engine)
    world.evaluate()
    world.outcomes("erasure", "h" * 300)
    with monkeypatch.context() as patch:
        patch.setattr(Announcer, "tell", failing(Announcer.tell, lambda *_: True))
        with pytest.raises(JudgingError):
            world.evaluate(NOON + timedelta(days=3))
    assert incidents(engine) == [("bot", "opened"), ("tickets", "opened")]
    world.evaluate(NOON + timedelta(days=3))
    assert incidents(engine) == [("bot", "opened"), ("tickets", "resolved")]
    assert world.kinds() == ["opened", "opened", "resolved"]


@pytest.mark.parametrize(
    ("where", "step"), [(slack, "hold"), (evaluating, "watch"), (evaluating, "look_at_labelling")]
)
def test_every_step_stays_with_its_cell_or_model(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, where: ModuleType, step: str
) -> None:
    world = world_of(engine)
    with monkeypatch.context() as patch:
        defect = failing(getattr(where, step), lambda *given: BOT in models_of(given))
        patch.setattr(where, step, defect)
        with pytest.raises(JudgingError, match="bot"):
            world.evaluate()
    assert ("tickets", "opened") in incidents(engine)
    world.evaluate()
    world.evaluate()
    assert incidents(engine) == [("bot", "opened"), ("tickets", "opened")]


def models_of(given: Sequence[object]) -> set[Model]:
    """The models that a step is given, by themselves or with their cells."""
    return {
        *(each.model for each in given if isinstance(each, Cell)),
        *(model for each in given if isinstance(each, dict) for model in each if isinstance(model, Model)),
    }


def test_a_concern_that_fails_keeps_no_other_model_s_from_being_told(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(engine)
    for model in (TICKETS, BOT):
        world.anchor(model, erasure=(0.9, 50))
        world.outcomes("erasure", "h", model=model)
    world.evaluate(NOON + timedelta(days=40))
    with monkeypatch.context() as patch:
        defect = failing(Concerns._of_blindness, lambda _self, state, *_: state.cell.model == BOT)
        patch.setattr(Concerns, "_of_blindness", defect)
        with pytest.raises(JudgingError, match="what is of concern in bot"):
            world.evaluate(NOON + timedelta(days=42))
    assert world.kinds().count("cells.blind") == 1
    world.evaluate(NOON + timedelta(days=44))
    world.evaluate(NOON + timedelta(days=46))
    assert world.kinds().count("cells.blind") == 2


def test_a_database_in_trouble_is_no_defect_of_ours(engine: Engine) -> None:
    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.goes_on(ZeroDivisionError())
        assert not transaction.goes_on(OperationalError("SELECT 1", {}, Exception("deadlock detected")))
        assert transaction.goes_on(DataError("SELECT 1", {}, Exception("out of range")))


def test_a_database_that_fails_saves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(engine)

    def broken(bets: Bets, *_: object, **__: object) -> None:
        bets._tx._sql.run("ROLLBACK" if engine.dialect.name == "sqlite" else "SELECT no_such_column")  # type: ignore[attr-defined]
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Bets, "take", broken)
        with pytest.raises((DBAPIError, UnavailableError, ZeroDivisionError)):
            world.evaluate()
    with EvaluationStore(engine).evaluation() as transaction:
        assert transaction.evaluated_seq() == 0
    world.evaluate()
    assert incidents(engine) == [("bot", "opened"), ("tickets", "opened")]


def test_a_model_of_which_nothing_came_yet_is_no_defect(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    world.evaluate()
    assert world.cell("erasure").judgement.coverage == "blind"
    world.anchor(BOT, erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 40)
    world.evaluate()
    assert incidents(engine) == [("tickets", "opened")]
