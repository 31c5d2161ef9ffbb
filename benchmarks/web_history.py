"""A database as a large service has it after twelve weeks: through the agent's own ingest and evaluations.

150 intents with 20 slices each, every prediction labelled, an active anchor. Twice some intents break and are
mended, so an incident opens, ends and is open at the end. The many incidents of years past are copies of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.ingest_events import Memory
from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.store import EvaluationStore
from monitor.app.clock import now
from monitor.app.wiring import App
from monitor.domain.anchors.promise import Anchor, Measured, Promise, Provenance
from monitor.domain.events.types import DeadLetter, Model
from monitor.evaluate import round as rounds
from monitor.evaluate.evaluate import Evaluate
from monitor.settings.settings import Settings

MODEL = Model("tickets", "7")
LIVE = 0.95
WEEKS = 12
PARTS = (0.70, 0.02, 0.10, 0.02, 0.14, 0.02)
ALL = 10_000_000
BROKEN = 3
SLICE = "channel"
Codes = NDArray[np.int64]


def settings_of(url: str, slices: int = 20, **more: object) -> Settings:
    """What the agent and the room run on: each intent watched, its slices held to the intent's number."""
    return Settings.model_validate(
        {
            "database": {"url": url},
            "slices": [{"name": SLICE, "cap": slices, "against": "intent"}],
            "watch": {"intents": ["*"]},
            **more,
        }
    )


def names(intents: int) -> list[str]:
    """The intents, in the order of their traffic."""
    return [f"intent_{number:03}" for number in range(intents)]


def shares(intents: int) -> NDArray[np.float64]:
    """Their shares of it: few are large, most are rare."""
    weights = 1.0 / np.arange(10.0, intents + 10.0)
    whole: NDArray[np.float64] = weights / weights.sum()
    return whole


def events(
    count: int,
    start: datetime,
    step: timedelta,
    rng: np.random.Generator,
    shape: tuple[int, int],
    broken: Sequence[int] = (),
    first: int = 0,
) -> Iterator[tuple[bytes, bytes]]:
    """So many predictions, `step` apart, each followed by its label, as (key, value).

    `shape` is how many intents, and how many slices of each; those that are `broken` are mostly missed.
    """
    intents, slices = shape
    known = names(intents)
    truth = rng.choice(intents, count, p=shares(intents))
    recall = np.full(intents, LIVE)
    recall[list(broken)] = 0.35
    hit = rng.random(count) < recall[truth]
    answer = np.where(hit, truth, (truth + rng.integers(1, intents, count)) % intents)
    values = rng.integers(0, slices, count)
    for number in range(count):
        at = start + step * number
        key = f"{int(at.timestamp() * 1000):012x}-{first + number:08x}"
        yield (
            key.encode(),
            (
                f'{{"event":"prediction","prediction_id":"{key}","ts":"{at.isoformat()}",'
                f'"model":{{"name":"{MODEL.name}","version":"{MODEL.version}","environment":"prod"}},'
                f'"predicted":{{"intent":"{known[answer[number]]}","score":0.87}},'
                f'"slices":{{"{SLICE}":"channel_{values[number]:02}"}}}}'
            ).encode(),
        )
        yield (
            key.encode(),
            (
                f'{{"event":"label","label_id":"l-{key}","prediction_id":"{key}",'
                f'"intent":"{known[truth[number]]}","labeled_at":"{(at + step).isoformat()}",'
                f'"sampling":{{"design":"uniform","probability":1.0}}}}'
            ).encode(),
        )


class Fed(Memory):
    """A source in memory of events that are made elsewhere; `taken` of them were read before."""

    def __init__(self, made: Iterator[tuple[bytes, bytes]], taken: int) -> None:
        super().__init__(0, "uuid7")
        self._events = made
        self._offset = taken


class NoLetters:
    """No event here is rejected."""

    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        """Refuse any."""
        assert not letters, letters[0]
        return MappingProxyType({})


def take_in(app: App, made: Iterator[tuple[bytes, bytes]], taken: int) -> None:
    """Ingest events as the agent does; `taken` of them were before."""
    ingest = app.ingest(Fed(made, taken), NoLetters())
    ingest.step(0.0)
    while ingest.step(0.0).records:
        pass


def hold_to_anchor(app: App, intents: int, at: datetime) -> None:
    """An active anchor that promised what the healthy model keeps."""
    anchor = _anchor("b" * 64, intents, LIVE, at)
    app.anchors.add(anchor, [])
    app.anchors.activate(anchor, at)


def offer_another_anchor(app: App, intents: int) -> None:
    """One that promises a little less and is not active."""
    app.anchors.add(_anchor("c" * 64, intents, LIVE - 0.02, now()), [])


def _anchor(name: str, intents: int, recall: float, at: datetime) -> Anchor:
    promises = {(intent, ""): Promise(Measured(recall, 400)) for intent in names(intents)}
    return Anchor(name, MODEL, promises, Provenance("offline.json", "0" * 64, "benchmark", at))


def live_through(app: App, outcomes: int, shape: tuple[int, int], parts: Sequence[float] = PARTS) -> None:
    """Twelve weeks up to now, judged after each of these shares of them.

    The first is good; in every other one after it some intents break, and are mended in the next.
    """
    rng = np.random.default_rng(20)
    end = now().replace(microsecond=0)
    step = timedelta(weeks=WEEKS) / outcomes
    start = end - step * outcomes
    hold_to_anchor(app, shape[0], start)
    done = 0
    for number, part in enumerate(parts):
        upto = outcomes if number == len(parts) - 1 else done + round(part * outcomes)
        frequent = max(shape[0] // 3, BROKEN)
        broken = rng.choice(frequent, BROKEN, replace=False).tolist() if number % 2 else []
        take_in(app, events(upto - done, start + step * done, step, rng, shape, broken, done), 2 * done)
        _judge(app, start + step * upto)
        done = upto


def _judge(app: App, as_of: datetime) -> None:
    """All at once: each round of an evaluation judges every cell, however few outcomes it takes in."""
    with patch.object(rounds, "CHUNK", ALL):
        Evaluate(EvaluationStore(app.engine), app.settings)(lambda _: as_of)


def age(app: App, incidents: int) -> int:
    """Copy the incidents into the years before, as ended ones, until there are so many; how many there are."""
    with writing(app.engine) as connection:
        sql = Dialect(connection)
        known = [row[0] for row in sql.rows("SELECT id FROM incident ORDER BY id")]
        assert known, "no incident was opened"
        for number in range(incidents - len(known)):
            _copy(sql, known[number % len(known)], known[-1] + 1 + number)
        sql.run(
            "UPDATE incident SET state = 'resolved', closed_at_us = opened_at_us + 86400000000 WHERE id > ?"
            " AND closed_at_us IS NULL",
            known[-1],
        )
        return int(sql.row("SELECT count(*) FROM incident")[0])


def _copy(sql: Dialect, was: int, number: int) -> None:
    for table, own in (("incident", "id"), ("member", "incident_id"), ("incident_event", "incident_id")):
        named = [row[0] for row in sql.rows("SELECT name FROM pragma_table_info(?)", table)]
        columns = [name for name in named if name not in (own, "id")]
        values = [f"dedup_key || '-{number}'" if name == "dedup_key" else name for name in columns]
        sql.run(
            f"INSERT INTO {table} ({own}, {', '.join(columns)}) SELECT ?, {', '.join(values)} FROM {table}"
            f" WHERE {own} = ?",
            number,
            was,
        )
