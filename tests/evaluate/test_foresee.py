"""What is foreseen of an anchor is what the evaluation says once it is active; and nothing is written for it."""

import pytest
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.trial import TrialStore
from monitor.domain.anchors.promise import Anchor, Measured, Promise, Provenance, build
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import Cell
from monitor.errors import JudgingError
from monitor.evaluate.foresee import foresee
from tests.stored import NOON, SHADOW, TICKETS, counts
from tests.worlds import LATER, World

TABLES = ("cell", "checkpoint", "notification", "incident", "purse", "counter", "activation", "revision")


def world_of(engine: Engine) -> World:
    """An intent that fell, one that is well, both watched, in slices and in a group; and another model."""
    watch = {"intents": ["erasure", "export", "refund"]}
    world = World(engine, judge={"groups_share": 0.5}, watch=watch, slices=[{"name": "channel"}])
    world.anchor(erasure=(0.9, 200), export=(0.8, 200), erasure__channel__email=(0.9, 100))
    world.anchor(SHADOW, erasure=(0.9, 200))
    world.outcomes("erasure", "hm" * 40, slices={"channel": "email"})
    world.outcomes("export", "hhhhm" * 60, slices={"channel": "phone"})
    world.outcomes("erasure", "h" * 30, model=SHADOW)
    world.evaluate()
    return world


def added(world: World, **recalls: float) -> Anchor:
    promises = {(intent, ""): Promise(Measured(recall, 200)) for intent, recall in recalls.items()}
    made = build(TICKETS, promises, Provenance("b.csv", "e" * 64, "csv", NOON))
    AnchorStore(world.engine).add(made, [])
    return made


def as_judged(state: CellState) -> tuple[object, ...]:
    bet = state.bet.detector.dumps() if state.bet.detector else None
    return state.cell, state.held, state.judgement, state.labels.tally, bet


@pytest.mark.parametrize(
    "recalls",
    [
        {"erasure": 0.45, "export": 0.99},
        {"erasure": 0.9, "export": 0.8},
        {"refund": 0.9},
        {"erasure": 0.15, "export": 0.95, "refund": 0.9},
    ],
)
def test_what_is_foreseen_comes_true_to_the_last_bit(engine: Engine, recalls: dict[str, float]) -> None:
    world = world_of(engine)
    made = added(world, **recalls)
    foreseen = foresee(TrialStore(engine), world.settings, made, NOON)
    AnchorStore(engine).activate(made, NOON)
    world.evaluate()
    for state in foreseen:
        if state.cell.group is None or state.held.members is not None:  # else there is no such group any more
            assert as_judged(state) == as_judged(world.cell(state.cell.intent, model=state.cell.model))
    assert {state.cell.intent for state in foreseen} >= {*recalls}


def test_of_the_active_anchor_it_is_as_it_was_judged(engine: Engine) -> None:
    world = world_of(engine)
    active = AnchorStore(engine).all()[0].anchor
    for state in foresee(TrialStore(engine), world.settings, active, NOON):
        assert as_judged(state) == as_judged(world.cell(state.cell.intent, model=active.model))


def test_a_page_that_rests_on_a_higher_promise_is_foreseen_to_end(engine: Engine) -> None:
    world = world_of(engine)
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED
    made = added(world, erasure=0.45, export=0.8)
    verdicts = {
        s.cell.intent: s.judgement.verdict for s in foresee(TrialStore(engine), world.settings, made, NOON)
    }
    assert verdicts["erasure"] is Verdict.OK


def test_nothing_is_written_and_what_came_since_is_not_looked_at(engine: Engine) -> None:
    world = world_of(engine)
    made = added(world, erasure=0.3, export=0.99)
    world.outcomes("export", "m" * 50)
    before, stored = world.everything(), counts(engine, *TABLES)
    foreseen = {state.cell: state for state in foresee(TrialStore(engine), world.settings, made, NOON)}
    assert (world.everything(), counts(engine, *TABLES)) == (before, stored)
    assert foreseen[Cell(TICKETS, "export")].labels.tally.support == 300


def test_slices_and_other_models_are_not_among_what_is_foreseen(engine: Engine) -> None:
    world = world_of(engine)
    foreseen = foresee(TrialStore(engine), world.settings, added(world, erasure=0.8), NOON)
    assert {(state.cell.model, state.cell.slice_text) for state in foreseen} == {(TICKETS, "")}


def test_before_anything_was_judged_there_are_floors_and_no_verdict_that_rests_on_labels(
    engine: Engine,
) -> None:
    world = World(engine, watch={"intents": ["erasure"]})
    (state,) = foresee(TrialStore(engine), world.settings, added(world, erasure=0.8), NOON + LATER)
    assert (round(state.held.floor or 0, 9), state.labels.tally.support, state.evidence) == (0.7, 0, 0)


def test_a_defect_is_raised_and_not_shown_as_a_verdict(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(engine)
    made = added(world, erasure=0.8)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("monitor.evaluate.steps.judge_cell", fail)
    with pytest.raises(JudgingError, match="erasure of tickets 7"):
        foresee(TrialStore(engine), world.settings, made, NOON)
