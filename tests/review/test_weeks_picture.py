"""Twelve weeks of a model's intents as a picture: recall by the week of the prediction, with a sign where it fell."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.review.weeks import WeekStore
from monitor.app.room import Room
from monitor.app.room_weeks import RoomWeeks
from monitor.app.stores import Stores
from monitor.domain.events.types import Model
from monitor.domain.recall.intervals import clopper_pearson
from monitor.review.status import overview
from tests.review.weeks import WEEK
from tests.stored import TICKETS
from tests.worlds import World

OTHER = Model("tickets", "8", "prod")
PATIENT_S = 60.0


@pytest.fixture
def stores(engine: Engine) -> Stores:
    world = World(engine, watch={"intents": ["*"]})
    world.anchor(erasure=(0.9, 80), billing=(0.9, 80))
    world.outcomes("erasure", "h" * 10, at=-7 * 24)
    world.outcomes("erasure", "h" * 2 + "m" * 18)
    world.outcomes("billing", "h" * 3 + "m")
    world.outcomes("billing", "h", model=OTHER)
    world.evaluate()
    return Stores(world.settings, world.engine)


def test_a_week_below_the_floor_has_a_sign_beside_its_colour_and_says_of_how_many_labels(
    stores: Stores,
) -> None:
    here = overview(stores.status, stores.incidents, stores.settings, stores.address)
    here = here._replace(cells=[each for each in here.cells if each.state.cell.model == TICKETS])
    block = RoomWeeks(stores, patience_s=PATIENT_S).picture(here)
    assert [head.name for head in block.heads][-2:] == ["W46", "W47"]
    erasure, billing = block.table
    low, high = clopper_pearson(2, 20)
    now, before, empty = erasure[-1], erasure[-2], erasure[-3]
    assert (now.words, now.mood) == ("0.10▼", "bad")
    assert now.hint == f"2026-W47: 0.10 of 20 labels, {low:.2f} to {high:.2f}"
    assert (before.words, before.mood, before.leads_to) == ("1.00", "", None)
    assert (empty.words, empty.hint) == ("·", "2026-W45: no label")
    assert (billing[-1].words, billing[-1].mood) == ("0.75▽", "warn")


def counted(words: Callable[[], str]) -> None:
    """Wait until they no longer say that it is being counted; its connection goes back before the engine does."""
    ends = time.monotonic() + PATIENT_S
    while "being counted" in words():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_only_the_versions_that_are_asked_for_are_counted(stores: Stores) -> None:
    store = WeekStore(stores.engine)
    assert {cell.model for cell in store.counts(WEEK.before(1), WEEK, 0.01, [TICKETS])} == {TICKETS}
    assert {cell.model for cell in store.counts(WEEK.before(1), WEEK, 0.01)} == {TICKETS, OTHER}
    assert store.counts(WEEK.before(1), WEEK, 0.01, [TICKETS, OTHER]) == store.counts(
        WEEK.before(1), WEEK, 0.01
    )


def test_the_models_page_has_it_with_the_version_where_there_are_several(stores: Stores) -> None:
    room = Room(stores)
    counted(lambda: room.model("tickets", "prod", {}).html())
    shown = room.model("tickets", "prod", {}).html()
    assert "<h2>twelve weeks</h2>" in shown
    assert "billing, v8" in shown
    assert "0.10▼" in shown


def test_who_cannot_wait_is_told_that_it_is_being_counted(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = overview(stores.status, stores.incidents, stores.settings, stores.address)
    asked, counts = threading.Event(), WeekStore.counts

    def slow(*words: Any) -> Any:  # noqa: ANN401 - as the store's own
        assert asked.wait(PATIENT_S)
        return counts(*words)

    monkeypatch.setattr(WeekStore, "counts", slow)
    weeks = RoomWeeks(stores, patience_s=0.0)
    assert "being counted" in weeks.picture(here).notes[0]
    asked.set()
    counted(lambda: " ".join(weeks.picture(here).notes))
