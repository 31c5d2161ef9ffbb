"""Outcomes of a model with many cells, written straight into the tables, in the rows that ingest would have written."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from benchmarks.outcome_rows import outcome_row, write_outcomes
from connectors.sql.database import open_engine, writing
from connectors.sql.dialect import Dialect, Row
from monitor.domain.events.microseconds import HOUR_US, to_us

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 60  # of history
PER_INTENT = 150  # outcomes of history, on average
SLICES = {"channel": 10, "tier": 10, "locale": 9}
Codes = NDArray[np.int64]


def names(intents: int) -> list[str]:
    """The names of so many intents."""
    return [f"intent_{number:04}" for number in range(intents)]


def draw(intents: int, count: int, rng: np.random.Generator) -> Codes:
    """The number of an intent for each of so many tickets; the k-th has a share of about 1/(k + 20)."""
    shares = 1 / (np.arange(intents) + 20.0)
    return rng.choice(intents, count, p=shares / shares.sum())


def drawn_values(count: int, rng: np.random.Generator) -> dict[str, Codes]:
    """By slice the number of a value for each of so many tickets, each value as likely."""
    return {name: rng.integers(0, most, count) for name, most in SLICES.items()}


def write(
    url: str,
    truth: Codes,
    values: Mapping[str, Codes],
    rng: np.random.Generator,
    intents: int,
    first_us: int,
    step_us: int,
) -> None:
    """Put outcomes behind those that lie there, in the rows that ingest would have written."""
    engine = open_engine(url)
    named, count = names(intents), len(truth)
    predicted = np.where(rng.random(count) < 0.95, truth, rng.integers(0, intents, count))

    def rows(first: int, model_id: int) -> Iterator[Row]:
        for at in range(count):
            slices = ",".join(f'"{name}":"{name}{each[at]}"' for name, each in values.items())
            labels = (named[predicted[at]], named[truth[at]])
            yield outcome_row(first + at, model_id, first_us + at * step_us, *labels, f"{{{slices}}}")

    write_outcomes(engine, count, rows)
    engine.dispose()


def write_traffic(url: str, intents: int) -> None:
    """Ten predictions for each that is labelled, one hour a day."""
    engine = open_engine(url)
    first = to_us(START) // HOUR_US
    per_day = PER_INTENT * intents * 10 / DAYS / sum(1 / (k + 20) for k in range(intents))
    with writing(engine) as connection:
        sql = Dialect(connection)
        model_id = sql.row("SELECT id FROM model")[0]
        sql.many(
            "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) VALUES (?, ?, ?, ?, 0)",
            [
                (model_id, first + 24 * day + k % 24, name, 5 + int(per_day / (k + 20)))
                for day in range(DAYS)
                for k, name in enumerate(names(intents))
            ],
        )
    engine.dispose()
