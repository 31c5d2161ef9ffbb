"""In: live tickets, the model's guesses, a start, a seeded generator. Out: their events, badly behaved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

import numpy as np

from monitor.demo.model import Guess
from monitor.demo.records import BROKEN_KINDS, DemoRecord, JsonEvent, record, spoilt, stamp, uuid7
from monitor.demo.tickets import Ticket

Fate = Literal["early", "twice", "corrected", "retracted", "plain"]
_FATES: Final[tuple[Fate, ...]] = ("early", "twice", "corrected", "retracted", "plain")
_OVERTAKEN_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """How long the stream is and how badly it behaves: shares of the labelled tickets, `repeated` of all."""

    days: float = 28.0
    label_probability: float = 0.8
    early: float = 0.03
    twice: float = 0.03
    corrected: float = 0.03
    retracted: float = 0.01
    repeated: float = 0.02
    broken_each: int = 5
    model_name: str = "tickets"
    model_version: str = "7"
    environment: str = "prod"


@dataclass(slots=True)
class Summary:
    """What the stream holds, counted as it was made: what its reader must arrive at.

    `predictions` and `labels` are distinct ids. `repeated` are second copies of a prediction, `twice` of a
    label. `early` labels arrive before their prediction; of the `corrected`, the `overtaken` arrive before
    what they correct. `out_of_order` are label records that arrive after one of a younger ticket. `broken` is
    the dead letters to come, by kind. `support` and `hits` are the outcomes by true intent in the end.
    """

    predictions: int = 0
    labels: int = 0
    repeated: int = 0
    early: int = 0
    twice: int = 0
    corrected: int = 0
    overtaken: int = 0
    retracted: int = 0
    out_of_order: int = 0
    broken: dict[str, int] = field(default_factory=dict)
    support: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Stream:
    """The records in order of arrival, and their summary."""

    records: list[DemoRecord]
    summary: Summary


def build(
    tickets: Sequence[Ticket],
    guesses: Sequence[Guess],
    start: datetime,
    rng: np.random.Generator,
    plan: StreamPlan | None = None,
) -> Stream:
    """Spread the tickets over the days, label a uniform sample hours to days later, and misbehave.

    Args:
        start: when the first ticket may come; an aware datetime.
    """
    plan = plan or StreamPlan()
    summary = Summary(predictions=len(tickets))
    intents = sorted({ticket.intent for ticket in tickets})
    records: list[DemoRecord] = []
    end = start + timedelta(days=plan.days)
    offsets = np.sort(rng.random(len(tickets))) * plan.days
    for ticket, guess, offset in zip(tickets, guesses, offsets, strict=True):
        at = _to_ms(start + timedelta(days=float(offset)))
        prediction = _prediction(ticket, guess, at, plan, rng)
        arrival = at + timedelta(seconds=float(rng.uniform(0.1, 4.0)))
        if rng.random() < plan.label_probability:
            fate = _FATES[_drawn((plan.early, plan.twice, plan.corrected, plan.retracted), rng)]
            label = _label(prediction, ticket.intent, at, summary.labels + 1, plan, rng)
            labels = _with_fate(fate, label, [name for name in intents if name != ticket.intent], rng)
            later = timedelta(minutes=float(rng.uniform(1, 40))) if fate == "early" else timedelta()
            if max(label.arrival for label in labels) <= end:  # the last tickets have no label yet
                _count(fate, labels, ticket, guess, summary)
                records += labels
                arrival = labels[0].arrival + later if fate == "early" else arrival
        records.append(record(arrival, "predictions", prediction))
        if rng.random() < plan.repeated:
            again = arrival + timedelta(minutes=float(rng.uniform(0.1, 90)))
            records.append(record(again, "predictions", prediction))
            summary.repeated += 1
    records.sort(key=_by_arrival)
    summary.out_of_order = _out_of_order(records)
    summary.broken = dict.fromkeys(BROKEN_KINDS, plan.broken_each if records else 0)
    records += spoilt(records, plan.broken_each, rng)
    return Stream(sorted(records, key=_by_arrival), summary)


def _prediction(
    ticket: Ticket, guess: Guess, at: datetime, plan: StreamPlan, rng: np.random.Generator
) -> JsonEvent:
    return {
        "event": "prediction",
        "prediction_id": uuid7(at, rng),
        "ts": stamp(at),
        "model": {"name": plan.model_name, "version": plan.model_version, "environment": plan.environment},
        "predicted": {"intent": guess.intent, "score": round(guess.score, 4), "scores": guess.scores},
        "slices": dict(ticket.slices),
        "text": ticket.text,
    }


def _label(
    prediction: JsonEvent, truth: str, at: datetime, number: int, plan: StreamPlan, rng: np.random.Generator
) -> JsonEvent:
    hours = float(np.clip(rng.lognormal(np.log(20.0), 0.9), 0.5, 150.0))
    return {
        "event": "label",
        "label_id": f"ls-{number:06d}",
        "prediction_id": prediction["prediction_id"],
        "intent": truth,
        "revision": 1,
        "status": "active",
        "labeled_at": stamp(at + timedelta(hours=hours)),
        "source": {"kind": "human", "annotator": f"a{int(rng.integers(1, 13)):02d}"},
        "sampling": {"design": "uniform", "probability": plan.label_probability},
    }


def _with_fate(fate: Fate, label: JsonEvent, others: list[str], rng: np.random.Generator) -> list[DemoRecord]:
    """The label's record, or its two records, whichever arrives first."""
    labeled_at = datetime.fromisoformat(label["labeled_at"])
    arrival = labeled_at + timedelta(seconds=float(rng.uniform(1, 300)))
    later = timedelta(hours=float(rng.uniform(2, 48)))
    again = label | {"revision": 2, "labeled_at": stamp(labeled_at + later)}
    first = record(arrival, "labels", label)
    if fate == "twice":
        return [first, first._replace(arrival=arrival + later)]
    if fate == "retracted":
        return [first, record(arrival + later, "labels", again | {"status": "retracted"})]
    if fate == "corrected":
        wrong = label | {"intent": others[int(rng.integers(0, len(others)))]} if others else label
        held_up = timedelta(minutes=float(rng.uniform(1, 600))) if rng.random() < _OVERTAKEN_SHARE else -later
        return [record(arrival + later + held_up, "labels", wrong), record(arrival + later, "labels", again)]
    return [first]


def _count(fate: Fate, labels: list[DemoRecord], ticket: Ticket, guess: Guess, summary: Summary) -> None:
    summary.labels += 1
    summary.early += fate == "early"
    summary.twice += fate == "twice"
    summary.corrected += fate == "corrected"
    summary.overtaken += fate == "corrected" and labels[0].arrival > labels[1].arrival
    summary.retracted += fate == "retracted"
    if fate != "retracted":
        summary.support[ticket.intent] += 1
        summary.hits[ticket.intent] += guess.intent == ticket.intent


def _out_of_order(records: Sequence[DemoRecord]) -> int:
    """Labels are keyed by their prediction's id, and those sort by time."""
    newest, count = b"", 0
    for message in records:
        if message.topic == "labels":
            count += message.key < newest
            newest = max(newest, message.key)
    return count


def _drawn(shares: Sequence[float], rng: np.random.Generator) -> int:
    return int(np.searchsorted(np.cumsum(shares), rng.random(), side="right"))


def _by_arrival(message: DemoRecord) -> datetime:
    return message.arrival


def _to_ms(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
