"""An evaluation that judges only what changed leaves what one that judges every cell leaves, whatever happens."""

from datetime import timedelta

import pytest

from connectors.sql.evaluate.store import EvaluationStore
from monitor.evaluate.before import ConcernsAll
from monitor.evaluate.evaluate import Evaluate
from monitor.evaluate.narrow import NarrowRound
from tests.evaluate.histories import INTENTS, SETTINGS, History, hold, settings
from tests.evaluate.twins import everything, forget
from tests.stored import NOON, TICKETS
from tests.worlds import NewWorld


@pytest.mark.parametrize("seed", range(10))
def test_only_what_changed_is_judged_and_all_is_as_if_everything_had_been(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    narrow: list[bool] = []
    run = NarrowRound.run

    def counted(round_: NarrowRound) -> object:
        try:
            done = run(round_)
        except ConcernsAll:
            narrow.append(False)
            raise
        narrow.append(True)
        return done

    monkeypatch.setattr(NarrowRound, "run", counted)
    ours, theirs = new_world(), new_world()
    history = History(seed)
    store = EvaluationStore(ours.engine)
    agents = [[Evaluate(store, settings(each)) for _ in range(2)] for each in range(len(SETTINGS))]
    for world in (ours, theirs):
        hold(world, TICKETS, dict.fromkeys(INTENTS, 0.92))
    for number in range(100):
        step = history.step()
        for world in (ours, theirs):
            step(world)
        now = NOON + timedelta(hours=history.hours)
        agent = agents[history.settings][int(history.rng.random() < 0.3)]
        if history.rng.random() < 0.2:
            agent = Evaluate(store, settings(history.settings))  # one that just began
        for _ in range(int(history.rng.integers(1, 3))):
            now += timedelta(seconds=20)
            done = agent(lambda _: now)  # noqa: B023 - called at once
            forget(theirs)
            same = Evaluate(EvaluationStore(theirs.engine), settings(history.settings))(lambda _: now)  # noqa: B023
            assert done == same, number
        history.hours = (now - NOON) / timedelta(hours=1)
        if number % 5 == 4:
            assert everything(ours) == everything(theirs), number
    assert sum(narrow) > 30
