"""Random steps that happen to worlds alike: outcomes, corrections, erasures, customers, and what people do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np

from connectors.sql.anchors import AnchorStore
from connectors.sql.erasure import ErasureStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.silences import SilenceStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Design, Model
from monitor.errors import ConfigError
from monitor.evaluate.versions import retire_version, revive_version
from monitor.incidents.resolving import resolve
from monitor.settings.settings import Settings
from tests.stored import NOON, SHADOW, TICKETS, label, prediction, rows, take
from tests.worlds import World

INTENTS = ["erasure", "export", "refund", "billing", "login"]
CHANNELS = [f"c{number}" for number in range(12)]
SETTINGS: list[dict[str, Any]] = [
    {"judge": {"groups_share": 0.5}},
    {"judge": {"groups_share": 0.5, "drop": 0.15}, "watch": {"intents": ["refund"]}},
    {"labels": {"slip_rate": 0.005}},
    {"judge": {"groups_share": 0.5, "clustered": "on"}, "watch": {"rare_share": 0.2}},
    {"labels": {"slip_rate": "auto"}, "judge": {"groups_share": 0.3}, "watch": {"intents": ["*"]}},
    {"judge": {"drop": 0.05, "notes_per_year": 50, "detect_within_days": 5}},
]
Step = Callable[[World], object]


class History:
    """Random steps, each of them the same in every world that it is done to."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.hours = 0.0
        self.settings = seed % len(SETTINGS)
        self.stays = bool(seed % 3)  # with these settings
        self.design, self.weighted = bool(seed % 2), seed % 4 == 1
        self.named: list[str] = []
        self.misses: list[str] = []
        self.number = 0
        self.fallen = False

    def step(self) -> Step:
        kinds: list[tuple[float, Callable[[], Step]]] = [
            (12, self.outcomes),
            (6, self.time),
            (2, self.correct),
            (1, self.retract),
            (0.5, self.anchor),
            (0 if self.stays else 0.5, self.change_settings),
            (1, self.silence),
            (0.7, self.resolve),
            (0.5, self.retire),
            (3, self.traffic),
            (4, self.customers),
            (2, self.misses_first),
            (2, self.read_again),
            (0.6, self.erase),
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
        """Promises of some intents, of which few leave no room for a fall, and of some slices."""
        rng, recalls = self.rng, dict[str, float]()
        for intent in INTENTS[: int(rng.integers(2, 6))]:
            recalls[intent] = float(rng.uniform(0.8, 0.97) if rng.random() < 0.9 else rng.uniform(0.1, 0.3))
            if rng.random() < 0.3:
                recalls[f"{intent} channel={CHANNELS[int(rng.integers(4))]}"] = float(rng.uniform(0.7, 0.97))
        model = SHADOW if rng.random() < 0.3 else TICKETS
        return lambda world: hold(world, model, recalls)

    def traffic(self) -> Step:
        """Predictions that nobody labels."""
        self.number += 1
        intent, at = INTENTS[int(self.rng.integers(5))], self.hours - float(self.rng.exponential(1.0))
        model = SHADOW if self.rng.random() < 0.4 else TICKETS
        names = [f"t{self.number}-{number}" for number in range(int(self.rng.integers(1, 60)))]
        events = [prediction(name, intent, model=model, hours=at) for name in names]
        return lambda world: take(world.store, *events)

    def customers(self) -> Step:
        """Tickets of some customers, a few each, of which some are drawn with other chances than the rest."""
        rng, events = self.rng, list[Any]()
        self.number += 1
        intent, at, waited = (
            INTENTS[int(rng.integers(5))],
            self.hours - float(rng.exponential(10)),
            rng.exponential(5),
        )
        for place in range(int(rng.integers(1, 6))):
            hit = rng.random() < 0.8
            for number in range(int(rng.integers(1, 5))):
                name = f"c{self.number}-{place}-{number}"
                slices = {} if rng.random() < 0.5 else {"channel": CHANNELS[int(rng.integers(len(CHANNELS)))]}
                drawn: dict[str, Any] = {}
                if self.weighted:
                    drawn = {
                        "design": Design.BY_PREDICTION,
                        "probability": float(rng.choice([0.05, 0.2, 1.0])),
                    }
                events += [
                    prediction(name, intent if hit else "other", customer=place, hours=at, slices=slices),
                    label(name, intent, hours=at + float(waited), annotator="ann", **drawn),
                ]
                self.named.append(name)
                if not hit:
                    self.misses.append(name)
        return lambda world: take(world.store, *events)

    def misses_first(self) -> Step:
        """Tickets of which the misses are labelled sooner than the hits, and some are not labelled at all."""
        rng, events = self.rng, list[Any]()
        self.number += 1
        intent = INTENTS[int(rng.integers(5))]
        for number in range(int(rng.integers(2, 20))):
            name, hit = f"l{self.number}-{number}", rng.random() < 0.85
            at = self.hours - float(rng.exponential(30)) - 1
            waited = float(rng.exponential(40 if hit else 4))
            events.append(prediction(name, intent if hit else "other", hours=at))
            if at + waited < self.hours:
                events.append(label(name, intent, hours=at + waited))
        return lambda world: take(world.store, *events)

    def read_again(self) -> Step:
        """Somebody else reads some misses."""
        few = min(6, len(self.misses))
        names = [str(name) for name in self.rng.choice(self.misses, few, replace=False)] if few else []
        intent = ["erasure", "refund", "other"][int(self.rng.integers(3))]
        more: dict[str, Any] = {"annotator": "bob", "hours": self.hours}
        events = [label(name, intent, label_id=f"{name} again", **more) for name in names]
        return lambda world: take(world.store, *events) if events else None

    def erase(self) -> Step:
        names, at = self._names()[:2], NOON + timedelta(hours=self.hours)
        return lambda world: ErasureStore(world.engine).erase(names, None, at) if names else None

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
    """Hold a model to these recalls; a slice is written behind its intent."""
    promises = {
        (intent, slice_text): Promise(Measured(recall, 80))
        for name, recall in recalls.items()
        for intent, _, slice_text in [name.partition(" ")]
    }
    made = build(model, promises, Provenance("r.json", "f" * 64, "sklearn", NOON))
    AnchorStore(world.engine).add(made, [])
    AnchorStore(world.engine).activate(made, NOON)


def settings(number: int) -> Settings:
    """Those of that number; of every other one slices are held to their intent's promise."""
    slices = ({"name": "channel", "against": "intent" if number % 2 else "own"},)
    return Settings(**{"anchor": {"treat_as": "promise"}, "slices": slices, **SETTINGS[number]})
