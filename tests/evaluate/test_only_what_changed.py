"""An evaluation that judges only what changed leaves what one that judges every cell leaves, whatever happens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import inspect, text

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.silences import SilenceStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Design, Model
from monitor.errors import ConfigError
from monitor.evaluate.before import ConcernsAll
from monitor.evaluate.evaluate import Evaluate
from monitor.evaluate.narrow import NarrowRound
from monitor.evaluate.versions import retire_version, revive_version
from monitor.incidents.resolving import resolve
from monitor.settings.settings import Settings
from tests.stored import NOON, SHADOW, TICKETS, rows
from tests.worlds import NewWorld, World

INTENTS = ["erasure", "export", "refund", "billing", "login"]
CHANNELS = [f"c{number}" for number in range(12)]
ITS_OWN = {"cell_due", "rested_on"}  # what an evaluation keeps for the next one
SETTINGS: list[dict[str, Any]] = [
    {"judge": {"groups_share": 0.5}},
    {"judge": {"groups_share": 0.5, "drop": 0.15}, "watch": {"intents": ["refund"]}},
    {"labels": {"slip_rate": 0.005}},
    {"watch": {"rare_share": 0.2}},
]
Step = Callable[[World], object]


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of every table, but for what evaluations keep for themselves."""
    tables = sorted(set(inspect(world.engine).get_table_names()) - ITS_OWN)
    return {table: sorted(map(repr, rows(world.engine, f"SELECT * FROM {table}"))) for table in tables}


class History:
    """Random steps, each of them the same in every world that it is done to."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.hours = 0.0
        self.settings = 0
        self.design = bool(seed % 2)
        self.named: list[str] = []
        self.number = 0
        self.fallen = False

    def step(self) -> Step:
        kinds: list[tuple[float, Callable[[], Step]]] = [
            (12, self.outcomes),
            (6, self.time),
            (2, self.correct),
            (1, self.retract),
            (0.5, self.anchor),
            (0.5, self.change_settings),
            (1, self.silence),
            (0.7, self.resolve),
            (0.5, self.retire),
        ]
        odds = np.array([odd for odd, _ in kinds])
        return kinds[self.rng.choice(len(kinds), p=odds / odds.sum())][1]()

    def outcomes(self) -> Step:
        rng = self.rng
        intent = INTENTS[int(rng.choice(5, p=[0.1, 0.05, 0.15, 0.3, 0.4]))]
        recall = 0.35 if self.fallen and intent in ("erasure", "refund") else 0.93
        pattern = "".join("h" if rng.random() < recall else "m" for _ in range(int(rng.integers(1, 25))))
        slices = (
            {} if rng.random() < 0.3 else {"channel": CHANNELS[int(rng.exponential(4.0)) % len(CHANNELS)]}
        )
        hours = self.hours - float(rng.exponential(6.0))
        model = SHADOW if rng.random() < 0.2 else TICKETS
        how: dict[str, Any] = {"at": hours, "hours": hours - 23, "slices": slices, "model": model}
        if self.design:
            how |= {"design": Design.UNIFORM, "probability": 0.2}
        if rng.random() < 0.05:
            self.fallen = not self.fallen
        return lambda world: self.named.extend(world.outcomes(intent, pattern, **how))

    def time(self) -> Step:
        self.hours += float(self.rng.choice([1 / 60, 0.5, 3, 30, 200], p=[0.3, 0.2, 0.25, 0.2, 0.05]))
        return lambda _: None

    def _names(self) -> list[str]:
        known = sorted(set(self.named))
        return (
            [str(name) for name in self.rng.choice(known, min(len(known), 5), replace=False)] if known else []
        )

    def correct(self) -> Step:
        self.number += 1
        names, intent, revision = self._names(), INTENTS[int(self.rng.integers(5))], 1 + self.number
        return lambda world: world.correct(names, intent, revision=revision, hours=self.hours)

    def retract(self) -> Step:
        self.number += 1
        names, revision = self._names(), 1 + self.number
        return lambda world: world.correct(names, "", retracted=True, revision=revision, hours=self.hours)

    def anchor(self) -> Step:
        recalls = {
            intent: float(self.rng.uniform(0.8, 0.97)) for intent in INTENTS[: int(self.rng.integers(2, 6))]
        }
        model = SHADOW if self.rng.random() < 0.3 else TICKETS
        return lambda world: hold(world, model, recalls)

    def change_settings(self) -> Step:
        self.settings = int(self.rng.integers(len(SETTINGS)))
        return lambda _: None

    def silence(self) -> Step:
        ends = NOON + timedelta(hours=self.hours + float(self.rng.exponential(24)))
        intent = INTENTS[int(self.rng.integers(5))]
        began = NOON + timedelta(hours=self.hours)
        return lambda world: SilenceStore(world.engine).add({"intent": intent}, "ann", "known", began, ends)

    def resolve(self) -> Step:
        at = NOON + timedelta(hours=self.hours)

        def end(world: World) -> None:
            for (number,) in rows(
                world.engine, "SELECT id FROM incident WHERE state IN ('opened', 'acknowledged')"
            ):
                resolve(EvaluationStore(world.engine), world.settings, number, "ann", "mended", at)

        return end

    def retire(self) -> Step:
        at, back = NOON + timedelta(hours=self.hours), self.rng.random() < 0.5

        def change(world: World) -> None:
            try:
                if back:
                    revive_version(EvaluationStore(world.engine), SHADOW, at)
                else:
                    retire_version(EvaluationStore(world.engine), SHADOW, "ann", "gone", at)
            except ConfigError:
                pass

        return change


def hold(world: World, model: Model, recalls: dict[str, float]) -> None:
    promises = {(intent, ""): Promise(Measured(recall, 80)) for intent, recall in recalls.items()}
    made = build(model, promises, Provenance("r.json", "f" * 64, "sklearn", NOON))
    AnchorStore(world.engine).add(made, [])
    AnchorStore(world.engine).activate(made, NOON)


def settings(number: int) -> Settings:
    slices = ({"name": "channel", "against": "intent"},)
    return Settings(**{"anchor": {"treat_as": "promise"}, "slices": slices, **SETTINGS[number]})


@pytest.mark.parametrize("seed", range(8))
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
            with theirs.engine.begin() as connection:
                connection.execute(text("DELETE FROM rested_on"))
            same = Evaluate(EvaluationStore(theirs.engine), settings(history.settings))(lambda _: now)  # noqa: B023
            assert done == same, number
        history.hours = (now - NOON) / timedelta(hours=1)
        if number % 5 == 4:
            assert everything(ours) == everything(theirs), number
    assert sum(narrow) > 30
