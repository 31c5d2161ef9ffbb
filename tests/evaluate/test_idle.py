"""An evaluation that finds nothing new reads no past and writes three numbers, whatever stands meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, event

from connectors.sql.silences import SilenceStore
from monitor.domain.events.types import Model
from tests.evaluate.labelled import LabelledWorld
from tests.stored import NOON, label, rows, take
from tests.worlds import LATER, NewWorld, World

NOW = NOON + LATER
NEXT = NOW + timedelta(minutes=1)
NUMBERS = 3  # what was seen last: the outcome, the correction, the time


class Work(NamedTuple):
    """What was done to the database: reads of outcomes, those that are new aside, and rows changed."""

    reads_of_the_past: int
    rows_written: int
    statements: int


@contextmanager
def working(engine: Engine) -> Iterator[list[Work]]:
    """Counts what is done within; the sum is there afterwards."""
    statements: list[tuple[str, int]] = []

    def note(_c: object, cursor: Any, statement: str, *_: object) -> None:  # noqa: ANN401
        statements.append((statement, cursor.rowcount))

    event.listen(engine, "after_cursor_execute", note)
    done: list[Work] = []
    yield done
    event.remove(engine, "after_cursor_execute", note)
    done.append(
        Work(
            sum("FROM outcome WHERE" in s and "WHERE seq > " not in s for s, _ in statements),
            sum(count for s, count in statements if s.startswith(("INSERT", "UPDATE", "DELETE"))),
            len(statements),
        )
    )


def work_of(engine: Engine, evaluate: Callable[[], object]) -> Work:
    with working(engine) as done:
        evaluate()
    return done[0]


def broken(world: World, outcomes: int = 200) -> World:
    world.anchor(erasure=(0.9, 50), other=(0.9, 400))
    world.outcomes("erasure", "m" * outcomes)
    return world


def test_while_all_is_well(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "h" * 200)
    assert work_of(engine, lambda: world.evaluate(NOW)).rows_written > NUMBERS
    world.evaluate(NOW)  # finds that everything is held to the same
    assert work_of(engine, lambda: world.evaluate(NEXT))[:2] == (0, NUMBERS)


@pytest.mark.parametrize(("more", "reads"), [("", 0), ("h", 5)])
def test_a_day_later_delays_customers_and_readers_are_compared_where_labels_came_since(
    engine: Engine, more: str, reads: int
) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50), other=(0.9, 400))
    world.outcomes("erasure", "hm" * 20)
    world.evaluate(NOW)
    world.outcomes("erasure", more)
    done = work_of(engine, lambda: world.evaluate(NOW + timedelta(days=1, minutes=1)))
    assert done.reads_of_the_past == reads


@pytest.mark.parametrize("versions", [1, 5])
def test_a_savepoint_is_taken_for_each_owner_that_is_asked_for_an_incident_and_for_no_version(
    engine: Engine, versions: int
) -> None:
    world = World(engine)
    for version in range(versions):
        world.anchor(Model("tickets", str(version), "prod"), erasure=(0.9, 50))
        world.outcomes("erasure", "h" * 20, model=Model("tickets", str(version), "prod"))
    world.evaluate(NOW)
    taken: list[str] = []
    event.listen(engine, "savepoint", lambda _connection, name: taken.append(name))
    world.evaluate(NEXT)
    assert len(taken) == 1


def test_while_an_incident_is_open(engine: Engine) -> None:
    world = broken(World(engine))
    assert work_of(engine, lambda: world.evaluate(NOW)).reads_of_the_past > 0
    assert world.kinds() == ["opened"]
    world.evaluate(NOW)
    assert work_of(engine, lambda: world.evaluate(NEXT))[:2] == (0, NUMBERS)


def test_while_an_incident_is_silenced(engine: Engine) -> None:
    world = broken(World(engine))
    ends = NOON + timedelta(days=30)
    SilenceStore(engine).add({"intent": "erasure"}, "ann", "known", NOON, ends)
    world.evaluate(NOW)
    world.evaluate(NOW)
    assert world.cell("erasure").bet.broken
    assert work_of(engine, lambda: world.evaluate(NEXT))[:2] == (0, NUMBERS)
    world.evaluate(ends + timedelta(minutes=1))
    assert world.kinds()[0] == "opened"  # still told when the silence is over


def test_while_there_is_no_sink(engine: Engine) -> None:
    world = broken(World(engine, sinks=()))
    world.evaluate(NOW)
    world.evaluate(NOW)
    assert work_of(engine, lambda: world.evaluate(NEXT))[:2] == (0, NUMBERS)
    assert world.kinds() == []


def test_while_a_slice_is_on_the_line_of_its_intent(engine: Engine) -> None:
    world = World(engine, slices=({"name": "channel", "against": "intent"},))
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "m" * 60, slices={"channel": "email"})
    world.outcomes("erasure", "m" * 60, slices={"channel": "phone"})
    world.evaluate(NOW)
    world.evaluate(NOW)
    assert world.cell("erasure", "channel=email").bet.broken
    assert rows(engine, "SELECT slice FROM member") == [("",)]
    assert work_of(engine, lambda: world.evaluate(NEXT))[:2] == (0, NUMBERS)


def test_where_misses_are_labelled_sooner_until_a_prediction_is_old_enough(engine: Engine) -> None:
    labelled = LabelledWorld(engine)
    for hour in range(0, 240, 2):
        miss = hour % 16 == 0
        labelled.outcome(*(("cancel",) if miss else ("erasure",)), hours=hour, after=1 if miss else 48)
    for hour in range(240, 264):  # of these, only misses are labelled yet
        labelled.outcome("cancel", hours=hour, after=0.5)
    at = timedelta(hours=265)
    state = labelled.evaluate(at)
    # 48 hours old are 217 hours' worth; the next one, of hour 218, is old enough at hour 266.
    assert state.bet.detector is not None
    assert state.labels.maturity_s == pytest.approx(48 * 3600)
    assert state.bet.detector.outcomes == 109
    assert state.bet.matures == NOON + timedelta(hours=266)

    minute = timedelta(minutes=1)
    labelled.evaluate(at)
    assert work_of(engine, lambda: labelled.evaluate(at + minute))[:2] == (0, NUMBERS)
    assert work_of(engine, lambda: labelled.evaluate(timedelta(hours=266))).reads_of_the_past == 1
    late = labelled.evaluate(timedelta(hours=312))
    assert late.bet.broken  # as if it had looked every time
    assert work_of(engine, lambda: labelled.evaluate(timedelta(hours=312, minutes=1)))[:2] == (0, NUMBERS)


def test_a_late_label_is_bet_on_at_once_where_misses_are_labelled_sooner(labelled: LabelledWorld) -> None:
    for hour in range(0, 240, 2):
        miss = hour % 16 == 0
        labelled.outcome(*(("cancel",) if miss else ("erasure",)), hours=hour, after=1 if miss else 48)
    unlabelled = labelled.predict("erasure", hours=1)
    before = labelled.evaluate(timedelta(hours=290)).bet.detector
    take(labelled.store, label(unlabelled, "erasure", hours=200))
    after = labelled.evaluate(timedelta(hours=290, minutes=1)).bet.detector
    assert before is not None
    assert after is not None
    assert after.outcomes - before.outcomes == 1


def test_statements_do_not_depend_on_the_history(new_world: NewWorld) -> None:
    def idle(outcomes: int) -> Work:
        world = broken(new_world(), outcomes)
        SilenceStore(world.engine).add({}, "ann", "known", NOON, NOON + timedelta(days=30))
        world.evaluate(NOW)
        return work_of(world.engine, lambda: world.evaluate(NEXT))

    assert idle(50) == idle(2_000)
