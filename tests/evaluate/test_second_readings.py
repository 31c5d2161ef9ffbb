"""What second readings say of an intent's misses decides how much the others count, and never while a page stands."""

from collections.abc import Iterable, Set
from typing import Any

import pytest
from sqlalchemy import Engine

from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.reasons import MissesDoubted
from monitor.domain.judging.state import CellState
from monitor.domain.labelling.believed import Believed, believed
from monitor.evaluate.replay import CHECKPOINT_EVERY
from tests.stored import NOON, label, take
from tests.worlds import LATER, NewWorld, World


def world_of(engine: Engine, **more: Any) -> World:  # noqa: ANN401
    world = World(engine, watch={"intents": ["erasure"]}, **more)
    world.anchor(erasure=(0.88, 100), other=(0.9, 300))
    return world


def first(world: World, pattern: str, **changes: Any) -> list[str]:  # noqa: ANN401
    """Labels of erasure by ann; the ids of the misses."""
    names = world.outcomes("erasure", pattern, annotator="ann", **changes)
    return [name for name, letter in zip(names, pattern, strict=True) if letter == "m"]


def second(world: World, names: Iterable[str], intent: str, **changes: Any) -> None:  # noqa: ANN401
    """Bob reads them again, a little later."""
    reads = {"annotator": "bob", "hours": 1, **changes}
    take(world.store, *(label(name, intent, label_id=f"{name} again", **reads) for name in names))


def belief(world: World, intent: str = "erasure") -> Believed | None:
    known = world.cell(intent).held.believed
    return known[0] if known else None


def test_ten_misses_read_again_say_how_far_the_others_are_believed(engine: Engine) -> None:
    world = world_of(engine)
    misses = first(world, "hhhhm" * 20)
    second(world, misses[:9], "other")
    world.evaluate()
    assert belief(world) is None
    second(world, misses[9:12], "erasure")
    world.evaluate()
    # Of the first ten one is confirmed; up to the last of them 40 hits and 10 misses, by the first reader alone.
    assert belief(world) == believed("erasure", 10, 1, 40, 10)
    assert world.cell("erasure").held.floor == pytest.approx(0.78)


def test_misses_of_labels_that_slip_page_nobody_once_some_were_read_again(engine: Engine) -> None:
    slipping = "hhm" * 10  # half a per cent of the others' tickets slip: it reads .67
    quiet, loud = world_of(engine), []
    for _ in range(8):
        misses = first(quiet, slipping)
        second(quiet, misses[:4], "other")
        quiet.evaluate()
        loud += misses
    assert quiet.kinds() == []
    assert quiet.cell("erasure").judgement.verdict is Verdict.OK
    known = belief(quiet)
    assert known is not None
    weight = known.weight(0.78)
    assert weight < 0.3
    assert quiet.cell("erasure").judgement.reasons == (MissesDoubted(known.read, 0, round(weight, 2)),)


def test_without_second_readings_the_same_labels_page(engine: Engine) -> None:
    world = world_of(engine)
    for _ in range(8):
        first(world, "hhm" * 10)
        world.evaluate()
    assert "opened" in world.kinds()


def test_confirmed_misses_page_as_if_nobody_had_doubted_any(engine: Engine) -> None:
    world = world_of(engine)
    second(world, first(world, "hhhhhhhhm" * 12), "other")  # twelve slips, all taken back
    world.evaluate()
    assert belief(world) is not None
    misses = first(world, "hmm" * 12)
    world.evaluate()
    doubted = world.cell("erasure").evidence
    second(world, misses, "erasure")
    world.evaluate()
    assert doubted < 0.05
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED


def test_a_number_is_taken_as_it_is_and_auto_again_goes_by_the_readings(engine: Engine) -> None:
    world = world_of(engine, labels={"slip_rate": 0.0})
    second(world, first(world, "hhhhm" * 20), "other")
    world.evaluate()
    assert belief(world) is None
    labels = world.settings.labels.model_copy(update={"slip_rate": "auto"})
    world.settings = world.settings.model_copy(update={"labels": labels})
    first(world, "h")
    world.evaluate()
    assert belief(world) is not None


def test_while_a_page_stands_what_is_believed_does(engine: Engine) -> None:
    world = world_of(engine)
    misses = first(world, "h" * 2 + "m" * 28)
    world.evaluate()
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED
    second(world, misses[:10], "erasure")
    world.evaluate(NOON + 2 * LATER)
    assert belief(world) is None
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED


def read_by_and_by(world: World, evaluated: Set[int]) -> CellState:
    """Thirty misses among 300 labels, read again by the hour; evaluated after so many readings."""
    every = first(world, "hhhhhhhhhm" * 30)
    world.evaluate()
    for number, name in enumerate(every, start=1):
        second(world, [name], "other" if number % 5 in {1, 2, 3} else "erasure", hours=number)
        if number in evaluated:
            world.evaluate()
    return world.cell("erasure")


@pytest.mark.parametrize("evaluated", [{30}, {14, 30}, {10, 17, 26, 30}])
def test_however_it_was_cut_the_bet_is_that_of_all_at_once(new_world: NewWorld, evaluated: Set[int]) -> None:
    worlds = [new_world(watch={"intents": ["erasure"]}) for _ in range(2)]
    for world in worlds:
        world.anchor(erasure=(0.88, 100), other=(0.9, 300))
    by_parts, one_by_one = (
        read_by_and_by(world, when) for world, when in zip(worlds, (evaluated, set(range(31))), strict=True)
    )
    assert CHECKPOINT_EVERY < by_parts.labels.tally.support < 300
    assert by_parts.held == one_by_one.held
    # Twenty-three of them, eight confirmed, up to the 230th label; 207 hits.
    assert by_parts.held.believed == (believed("erasure", 23, 8, 207, 23),)
    assert by_parts.bet.detector is not None
    assert one_by_one.bet.detector is not None
    assert by_parts.evidence == pytest.approx(one_by_one.evidence, rel=1e-9)
    assert by_parts.bet.detector.since_release == pytest.approx(
        one_by_one.bet.detector.since_release, rel=1e-9
    )


def test_a_label_corrected_by_its_first_reader_counts_as_if_it_had_been_so_from_the_first(
    engine: Engine,
) -> None:
    world = world_of(engine)
    misses = first(world, "hhhhm" * 20)
    second(world, misses[-12:], "other")
    world.evaluate()
    assert belief(world) == believed("erasure", 10, 0, 72, 18)
    world.correct([misses[0]], "other", annotator="ann")
    world.evaluate()
    assert belief(world) == believed("erasure", 10, 0, 72, 17)


def test_a_group_believes_its_members_misses_as_far_as_they_do(engine: Engine) -> None:
    world = world_of(
        engine, judge={"groups_share": 0.5}, groups=[{"name": "all", "intents": ["erasure", "other"]}]
    )
    world.outcomes("other", "h" * 60)
    slipping = "hhm" * 10
    for round_ in range(4):
        second(world, first(world, slipping)[:5], "other")
        world.evaluate(NOON + LATER * (1 + round_))
    group = world.cell("__group__:all")
    assert group.held.believed == world.cell("erasure").held.believed
    assert set(group.held.miss_weights) == {"erasure"}
    assert "opened" not in world.kinds()


def test_a_gate_does_not_fail_on_what_second_readings_explain(engine: Engine) -> None:
    world = world_of(engine)
    for round_ in range(4):
        slipped = first(world, "hhm" * 10)
        second(world, slipped[: 8 if round_ < 2 else 0], "other")
        world.evaluate()
    state = world.cell("erasure")
    assert state.held.believed is not None
    as_read = state.held.believed[0].as_read(0.78, state.labels.tally.support - state.labels.tally.hits)
    assert as_read < state.labels.reading.interval.high
