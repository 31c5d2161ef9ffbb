"""Faults between two steps: sinks that are down for an hour, a deliverer that dies anywhere. Nothing is lost."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
import structlog
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.outbox import LEASE, Outbox
from monitor.deliver.deliver import Deliver
from monitor.deliver.ports import Due
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import DeliveryError
from reports.pages.page import page_of
from tests.notices import notice
from tests.stored import NOON, rows

SINKS = ("pager", "chat", "mail")
INCIDENTS = 40
KINDS = (NoticeKind.OPENED, NoticeKind.ACKNOWLEDGED, NoticeKind.RESOLVED)
DOWN_FOR = timedelta(hours=1)
STEP = timedelta(seconds=20)
DEATHS = 200


class Killed(BaseException):
    """The process is gone, here and now."""


class World:
    """Dice, a clock, three sinks, and a deliverer that dies when the dice say so."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.random = Random(seed)
        self.now = NOON
        self.engine = engine
        self.deaths = 0
        self.got: dict[str, list[tuple[str, str, int | None]]] = defaultdict(list)
        self.unmarked: set[tuple[str, str]] = set()

    def may_die(self, share: float) -> None:
        if self.deaths < DEATHS and self.random.random() < share:
            self.deaths += 1
            raise Killed


class Mortal(Outbox):
    """The outbox, number user may die right after it was given a notice and right before it marks it."""

    def __init__(self, world: World) -> None:
        super().__init__(world.engine)
        self._world = world

    def claim(self, now: datetime, resting: object = ()) -> Due | None:
        due = super().claim(now, resting)  # type: ignore[arg-type]
        if due is not None:
            self._world.may_die(0.3)
        return due

    def sent(self, due: Due, now: datetime) -> None:
        try:
            self._world.may_die(0.4)
        except Killed:
            self._world.unmarked.add((due.sink, due.notice.id))
            raise
        super().sent(due, now)


class Sink:
    """Down for the first hour, then takes everything."""

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        self._world = world

    def send(self, notice: Notice, page: Page) -> None:
        if self._world.now - NOON < DOWN_FOR:
            raise DeliveryError("down", retryable=True)
        self._world.got[self.name].append((notice.id, notice.dedup_key, notice.incident))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_after_an_hour_without_sinks_and_200_deaths_everything_arrived_in_order_under_its_own_key(
    engine: Engine, seed: int
) -> None:
    world = World(engine, seed)
    with EvaluationStore(engine).evaluation() as transaction:
        for number, kind in enumerate(KINDS):
            for incident in range(1, INCIDENTS + 1):
                news = notice(
                    id=f"{incident}-{number}", incident=incident, dedup_key=f"key-{incident}", kind=kind
                )
                transaction.enqueue(news, SINKS)
    while Outbox(engine).undelivered():
        sinks = {name: Sink(name, world) for name in SINKS}
        try:
            Deliver(Mortal(world), sinks, page_of, lambda: world.now, world.random)()
        except Killed:
            world.now += LEASE  # another agent notices
        world.now += STEP

    assert world.deaths == DEATHS
    states = Counter(
        state for (state,) in rows(engine, "SELECT state FROM notification WHERE incident_id > 0")
    )
    assert set(states) == {"sent", "superseded"}
    for sink in SINKS:
        got = world.got[sink]
        repeats = {(sink, name) for name, times in Counter(name for name, _, _ in got).items() if times > 1}
        assert repeats <= world.unmarked, "a repeat comes only from a death between sending and marking"
        for incident in range(1, INCIDENTS + 1):
            mine = [(name, key) for name, key, number in got if number == incident]
            assert {key for _, key in mine} == {f"key-{incident}"}
            numbers = [int(name.split("-")[1]) for name, _ in mine]
            assert numbers == sorted(numbers)
            # The end of an incident tells what a page would have told that its sink did not take.
            assert numbers[-1] == 2
            assert 1 in numbers
    assert world.unmarked
