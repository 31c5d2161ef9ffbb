"""Eight weeks of two models' tickets: predictions, and late labels, some twice, corrected or taken back.

Made by one seed, so every number of the story is the same on every machine.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

BEGIN = datetime(2026, 9, 28, tzinfo=UTC)  # a Monday
WEEKS = 8
DAYS = 7 * WEEKS
CANARY, ALONE, BROKEN = 14, 21, 28  # the days on which v2 joins, v1 leaves, and one channel breaks
SHOP, MAILS = "shop-tickets", "mails"
BROKEN_INTENT, BROKEN_CHANNEL = "return_item", "chat"
INTENTS: Mapping[str, Mapping[str, float]] = {
    SHOP: {
        "order_status": 0.22,
        "return_item": 0.26,
        "refund": 0.18,
        "delivery_problem": 0.16,
        "complaint": 0.10,
        "warranty": 0.05,
        "data_deletion": 0.03,
    },
    MAILS: {"invoice": 0.34, "appointment": 0.30, "cancellation": 0.20, "prescription": 0.16},
}
SLICES: Mapping[str, Mapping[str, float]] = {
    "channel": {"chat": 0.35, "email": 0.35, "form": 0.2, "phone": 0.1},
    "locale": {"de-DE": 0.5, "en-GB": 0.3, "fr-FR": 0.2},
    "tier": {"free": 0.5, "plus": 0.3, "business": 0.2},
}
TICKETS_A_DAY = {SHOP: 44, MAILS: 20}
HIT, HIT_WHEN_BROKEN, CANARY_SHARE = 0.93, 0.15, 0.2
LABELLED, REPEATED, CORRECTED, RETRACTED = 0.6, 0.03, 0.04, 0.01
LATEST_DAYS = 6.0  # after which a label comes at the latest

Event = dict[str, Any]


class Arrival(NamedTuple):
    """An event, and when it came."""

    at: datetime
    event: Event


class Life:
    """The events of all eight weeks, in the order in which they came."""

    def __init__(self, seed: int = 8) -> None:
        self._rng = Random(seed)
        self._arrivals = sorted(self._events(), key=lambda arrival: arrival.at)

    def between(self, begin: datetime, end: datetime) -> list[Event]:
        """What came from `begin` on and before `end`."""
        return [event for at, event in self._arrivals if begin <= at < end]

    def _events(self) -> Iterator[Arrival]:
        for name, a_day in TICKETS_A_DAY.items():
            for day in range(DAYS):
                for number in range(a_day):
                    at = BEGIN + timedelta(days=day, seconds=86_400 * (number + self._rng.random()) / a_day)
                    yield from self._ticket(name, day, at, f"{name[0]}{day:02}{number:03}")

    def _ticket(self, name: str, day: int, at: datetime, prediction_id: str) -> Iterator[Arrival]:
        rng = self._rng
        truth = _drawn(rng, INTENTS[name])
        slices = {slice_: _drawn(rng, values) for slice_, values in SLICES.items()}
        fallen = name == SHOP and day >= BROKEN
        fallen = fallen and (truth, slices["channel"]) == (BROKEN_INTENT, BROKEN_CHANNEL)
        hit = rng.random() < (HIT_WHEN_BROKEN if fallen else HIT)
        prediction = Arrival(
            at,
            {
                "event": "prediction",
                "prediction_id": prediction_id,
                "ts": _stamp(at),
                "model": {"name": name, "version": self._version(name, day)},
                "predicted": {"intent": truth if hit else _other(rng, name, truth), "score": 0.9},
                "slices": slices,
            },
        )
        yield prediction
        if rng.random() < REPEATED:
            yield prediction
        if rng.random() < LABELLED:
            labelled = at + timedelta(days=rng.uniform(0.5, LATEST_DAYS))
            yield from self._labels(name, prediction_id, truth, labelled)

    def _labels(self, name: str, prediction_id: str, truth: str, at: datetime) -> Iterator[Arrival]:
        rng = self._rng
        first = _label(prediction_id, at, intent=truth)
        yield first
        if rng.random() < REPEATED:
            yield Arrival(at + timedelta(hours=7), first.event)
        changed, later = rng.random(), at + timedelta(days=rng.uniform(1, 4))
        if changed < CORRECTED:
            yield _label(prediction_id, later, intent=_other(rng, name, truth), revision=2)
        elif changed < CORRECTED + RETRACTED:
            yield _label(prediction_id, later, status="retracted", revision=2)

    def _version(self, name: str, day: int) -> str:
        if name == MAILS or day < CANARY:
            return "1"
        return "2" if day >= ALONE or self._rng.random() < CANARY_SHARE else "1"


def evaluation(name: str, rows: int, seed: int) -> str:
    """The offline evaluation of a release, an example a row, as CSV."""
    rng = Random(seed)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["y_true", "y_pred", *SLICES])
    for _ in range(rows):
        truth = _drawn(rng, INTENTS[name])
        predicted = truth if rng.random() < HIT else _other(rng, name, truth)
        writer.writerow([truth, predicted, *(_drawn(rng, values) for values in SLICES.values())])
    return text.getvalue()


def _label(prediction_id: str, at: datetime, **more: object) -> Arrival:
    event = {
        "event": "label",
        "label_id": f"of-{prediction_id}",
        "prediction_id": prediction_id,
        "labeled_at": _stamp(at),
        "sampling": {"design": "uniform", "probability": LABELLED},
        **more,
    }
    return Arrival(at, event)


def _drawn(rng: Random, shares: Mapping[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _other(rng: Random, name: str, truth: str) -> str:
    others: Sequence[str] = [intent for intent in INTENTS[name] if intent != truth]
    return rng.choice(others)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
