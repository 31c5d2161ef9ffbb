"""A stream of one intent whose labels come days later, cut into the days on which they came."""

from datetime import timedelta

import numpy as np

from tests.e2e.bot import Event, stamp

DAY = timedelta(days=1)


def late_days(
    seed: int,
    *,
    healthy: float = 0.88,
    fallen: float = 0.39,
    falls_on: int,
    days: int,
    per_day: int,
    hit_days: float,
    miss_days: float,
) -> list[list[Event]]:
    """The events of each day: predictions of `refund` tickets, and the labels that came that day.

    Recall is `healthy` until the day `falls_on`, `fallen` from then on. Labels wait a random time (exponential), on
    average `hit_days` or `miss_days`.
    """
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0, days, per_day * days))
    hit = rng.random(at.size) < np.where(at < falls_on, healthy, fallen)
    labelled = at + rng.exponential(np.where(hit, hit_days, miss_days))
    by_day: list[list[tuple[float, Event]]] = [[] for _ in range(days)]
    for number, (made, correct, known) in enumerate(
        zip(at.tolist(), hit.tolist(), labelled.tolist(), strict=True)
    ):
        by_day[int(made)].append((made, _prediction(number, made, "refund" if correct else "bug")))
        if known < days:
            by_day[int(known)].append((known, _label(number, known)))
    return [[event for _, event in sorted(events, key=lambda due: due[0])] for events in by_day]


def _prediction(number: int, made: float, intent: str) -> Event:
    return {
        "event": "prediction",
        "prediction_id": f"p{number:05}",
        "ts": stamp(made * DAY),
        "model": {"name": "tickets", "version": "7"},
        "predicted": {"intent": intent, "score": 0.9},
    }


def _label(number: int, known: float) -> Event:
    return {
        "event": "label",
        "label_id": f"l{number:05}",
        "prediction_id": f"p{number:05}",
        "intent": "refund",
        "labeled_at": stamp(known * DAY),
        "sampling": {"design": "uniform", "probability": 1.0},
    }
