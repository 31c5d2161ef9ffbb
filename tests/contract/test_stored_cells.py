"""Cells that are kept in memory say what is stored, whoever changed it, on SQLite and PostgreSQL alike."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from connectors.sql.anchors import AnchorStore
from connectors.sql.erasure import ErasureStore
from connectors.sql.evaluate.cells import CELLS_CHANGED
from connectors.sql.review.messages import MessageRecords
from connectors.sql.review.status import StatusStore
from monitor.domain.anchors.grade import Grade, Graded
from monitor.domain.anchors.promise import Promise
from tests.stored import NOON
from tests.worlds import LATER, World


@pytest.fixture
def world(engine: Engine) -> World:
    made = World(engine)
    made.anchor(erasure=(0.9, 40), billing=(0.9, 40))
    made.outcomes("billing", "hhh")
    made.evaluate()
    return made


def seen(status: StatusStore) -> list[object]:
    """The cells, with what is worked out of them."""
    return [
        (state.cell, state.labels.tally, state.labels.reading, state.evidence, state.judgement, promise)
        for state, promise in status.cells()
    ]


def support(status: StatusStore) -> dict[str, int]:
    return {each.state.cell.intent: each.state.labels.tally.support for each in status.cells()}


def promised(status: StatusStore) -> dict[str, Promise | None]:
    return {each.state.cell.intent: each.promise for each in status.cells()}


def test_nothing_is_read_again_before_something_changes(world: World) -> None:
    status = StatusStore(world.engine)
    first = status.cells()
    world.outcomes("erasure", "hm")
    assert status.cells() is first, "what comes in changes no cell before it is judged"
    world.evaluate()
    assert support(status) == {"billing": 3, "erasure": 2}
    assert seen(status) == seen(StatusStore(world.engine))


def test_what_is_erased_is_gone_before_anything_is_judged_again_and_pages_hear_of_it(world: World) -> None:
    erased = world.outcomes("erasure", "hm")
    world.evaluate()
    status, messages = StatusStore(world.engine), MessageRecords(world.engine)
    assert support(status) == {"billing": 3, "erasure": 2}
    mark, before = messages.mark(), status.cells()[0].state
    ErasureStore(world.engine).erase(erased, None, NOON)
    assert support(status) == {"billing": 3, "erasure": 0}
    assert status.cells()[0].state is before, "a row that stays the same is decoded once"
    assert messages.mark() != mark


def test_another_anchor_and_a_grade_are_seen_at_once(world: World) -> None:
    status, messages = StatusStore(world.engine), MessageRecords(world.engine)
    status.cells()
    world.anchor(erasure=(0.7, 40), billing=(0.8, 40))
    promise = promised(status)["billing"]
    assert promise is not None
    assert promise.shipped.recall == 0.8
    mark, anchors = messages.mark(), AnchorStore(world.engine)
    for listed in anchors.all():
        anchors.keep_grades(listed.anchor, {"billing": Graded(Grade.SOFT, ())})
    promise = promised(status)["billing"]
    assert promise is not None
    assert promise.grade == Grade.SOFT
    assert messages.mark() != mark


def test_an_agent_of_a_version_that_does_not_count_changes_is_heard_of_by_its_evaluations(
    world: World,
) -> None:
    status = StatusStore(world.engine)
    counted = text(f"SELECT value FROM counter WHERE name = '{CELLS_CHANGED}'")
    with world.engine.begin() as connection:
        before = connection.execute(counted).scalar_one()
    status.cells()
    world.outcomes("billing", "mm")
    world.evaluate(NOON + LATER + timedelta(minutes=1))
    with world.engine.begin() as connection:
        connection.execute(text(f"UPDATE counter SET value = {before} WHERE name = '{CELLS_CHANGED}'"))
    assert support(status)["billing"] == 5
