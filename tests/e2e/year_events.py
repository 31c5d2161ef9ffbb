"""A year of a support desk's events, day by day: releases, labels that come days later, corrections, retractions, two
falls, and producers that make names up."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec

from monitor.domain.events.types import Model

BEGIN = datetime(2027, 1, 4, tzinfo=UTC)
DAYS = 365
RELEASE_EVERY = 28  # days
INTENTS = [f"intent_{number:02}" for number in range(24)]
RARE = "erasure"
FALLS = (range(100, 112), range(220, 226))  # days on which the rare intent is missed half the time
CHANNELS = ("email", "chat", "web", "phone")
LABELLED, REPEATED, REJECTED = 0.3, 0.01, 0.005
CORRECTED, RETRACTED = 0.02, 0.01  # of the labels
MADE_UP = 20  # names, slice values and the like, that a broken producer makes up each day

Line = tuple[str, bytes]  # the topic, and the record


class Year:
    """Makes the events, and keeps what must come of them in `expected`."""

    def __init__(self, events: int, seed: int = 1) -> None:
        self._rng = Random(seed)
        self._predictions_a_day = max(int(events / DAYS / (1 + LABELLED * (1 + CORRECTED + RETRACTED))), 40)
        self._due: dict[int, list[tuple[str, str | None, datetime, int]]] = defaultdict(list)
        self._number = 0
        self.expected: Counter[str] = Counter()

    def release(self, day: int) -> Model | None:
        """The model that is released on a day."""
        return self.model(day) if day % RELEASE_EVERY == 0 else None

    def model(self, day: int) -> Model:
        """The model at work on a day."""
        return Model("tickets", f"{day // RELEASE_EVERY + 1}", "prod")

    def day(self, day: int) -> Iterator[Line]:
        """The records of a day, in the order in which they arrive."""
        for line in self._lines(day):
            yield line
            if self._rng.random() < REPEATED:
                yield line
                self.expected["repeats"] += 1
            if self._rng.random() < REJECTED:
                yield line[0], b'{"event": "nonsense"}'
                self.expected["rejected"] += 1

    def _lines(self, day: int) -> Iterator[Line]:
        for number in range(self._predictions_a_day):
            at = BEGIN + timedelta(days=day, seconds=86_400 * (number + 0.5) / self._predictions_a_day)
            made_up = number < MADE_UP
            yield "predictions", self._prediction(day, at, made_up=made_up)
        for prediction_id, truth, at, revision in self._due.pop(day, []):
            yield "labels", _label(prediction_id, truth, at, revision)
            self.expected["labels"] += 1
            self.expected["outcomes"] += revision == 1
            self.expected["retracted"] += truth is None
            changed = self._rng.random() if revision == 1 else 1.0
            if changed < CORRECTED + RETRACTED:
                other = self._rng.choice(INTENTS) if changed < CORRECTED else None
                self._due[day + 3].append((prediction_id, other, at + timedelta(days=3), 2))

    def _prediction(self, day: int, at: datetime, *, made_up: bool) -> bytes:
        rng = self._rng
        self._number += 1
        prediction_id = f"p{self._number:09}"
        truth = RARE if rng.random() < 0.05 else INTENTS[int(len(INTENTS) * rng.random() ** 2)]
        fallen = truth == RARE and any(day in fall for fall in FALLS)
        missed = rng.random() < (0.5 if fallen else 0.08)
        predicted = rng.choice(INTENTS) if missed else truth
        if made_up:
            predicted = f"made up {day} {self._number}"
        model = self.model(day)
        if rng.random() < LABELLED:
            due = day + rng.randint(1, 9)
            labelled = BEGIN + timedelta(days=due, seconds=rng.random() * 80_000)
            self._due[due].append((prediction_id, truth, labelled, 1))
        self.expected["predictions"] += 1
        return _json(
            event="prediction",
            prediction_id=prediction_id,
            ts=at.isoformat(),
            model={"name": model.name, "version": model.version, "environment": model.environment},
            predicted={"intent": predicted, "score": 0.9},
            slices={"channel": f"made up {self._number}" if made_up else rng.choice(CHANNELS)},
            text="please delete what you know of me",
        )


def _label(prediction_id: str, truth: str | None, at: datetime, revision: int) -> bytes:
    return _json(
        event="label",
        label_id=f"of-{prediction_id}",
        prediction_id=prediction_id,
        status="retracted" if truth is None else "active",
        intent=truth,
        revision=revision,
        labeled_at=at.isoformat(),
        sampling={"design": "uniform", "probability": LABELLED},
    )


def _json(**event: Any) -> bytes:  # noqa: ANN401
    return msgspec.json.encode(event)
