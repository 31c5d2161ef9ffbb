"""A history of outcomes, straight into the tables and as plain arrays, for `benchmarks.evaluate`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from benchmarks.outcome_rows import outcome_row, write_outcomes
from connectors.sql.anchors import AnchorStore
from connectors.sql.counters import count_up
from connectors.sql.database import writing
from connectors.sql.dialect import Dialect, Row
from connectors.sql.ingest.rows import joined_of
from connectors.sql.outcome import OUTCOME
from monitor.domain.anchors.promise import Anchor, Measured, Promise, Provenance
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Model

Codes = NDArray[np.int64]
MODEL = Model("tickets", "7")
START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=5)  # between two outcomes
SLICES = '{"channel":"email","tier":"pro"}'
# Share of the labelled traffic, and recall offline and live: three large intents, five middling, four rare.
INTENTS = {
    "billing": (0.26, 0.97),
    "login": (0.22, 0.97),
    "shipping": (0.18, 0.96),
    "refund": (0.09, 0.95),
    "feature_request": (0.07, 0.94),
    "cancel_account": (0.06, 0.93),
    "invoice": (0.04, 0.92),
    "change_address": (0.03, 0.92),
    "complaint": (0.02, 0.90),
    "legal": (0.01, 0.88),
    "data_export_request": (0.01, 0.88),
    "gdpr_erasure": (0.01, 0.88),
}
NAMES = list(INTENTS)
SHARES = np.array([share for share, _ in INTENTS.values()])
RECALLS = np.array([recall for _, recall in INTENTS.values()])
BROKEN = "gdpr_erasure"
DROP = 0.10


def draw(count: int, rng: np.random.Generator, broken: float | None = None) -> tuple[Codes, Codes]:
    """So many outcomes as codes: label and prediction. `broken`: the recall of one rare intent."""
    recalls = RECALLS.copy()
    if broken is not None:
        recalls[NAMES.index(BROKEN)] = broken
    truth = rng.choice(len(NAMES), count, p=SHARES)
    elsewhere = (truth + rng.integers(1, len(NAMES), count)) % len(NAMES)
    return truth, np.where(rng.random(count) < recalls[truth], truth, elsewhere)


def hold_to_anchor(engine: Engine) -> None:
    """An active anchor that promised what the healthy model keeps."""
    promises = {(name, ""): Promise(Measured(recall, 2_000)) for name, (_, recall) in INTENTS.items()}
    anchor = Anchor("a" * 64, MODEL, promises, Provenance("offline.json", "0" * 64, "benchmark", START))
    store = AnchorStore(engine)
    store.add(anchor, [])
    store.activate(anchor, START)


def write(engine: Engine, truth: Codes, predicted: Codes) -> None:
    """Put outcomes behind those that lie there."""
    begin, step = to_us(START), STEP // timedelta(microseconds=1)

    def rows(first: int, model_id: int) -> Iterator[Row]:
        for seq, (label, prediction) in enumerate(
            zip(truth.tolist(), predicted.tolist(), strict=True), first
        ):
            yield outcome_row(seq, model_id, begin + step * seq, NAMES[prediction], NAMES[label], SLICES)

    write_outcomes(engine, len(truth), rows)


def correct(engine: Engine, count: int, upto: int, rng: np.random.Generator) -> None:
    """Give random outcomes among the first `upto` another label, and note the revisions, as the join does."""
    with writing(engine) as connection:
        sql = Dialect(connection)
        for seq in rng.choice(np.arange(1, upto + 1), count, replace=False).tolist():
            row = sql.row(f"SELECT {OUTCOME} FROM outcome WHERE seq = ?", seq)
            was = joined_of(row)
            names = [name for name in NAMES if name != was.intent]
            odds = np.array([INTENTS[name][0] for name in names])
            now = msgspec.structs.replace(was, intent=str(rng.choice(names, p=odds / odds.sum())))
            sql.run("UPDATE outcome SET intent = ? WHERE seq = ?", now.intent, seq)
            sql.run(
                "INSERT INTO revision (id, seq, model_id, was, now, because) VALUES (?, ?, ?, ?, ?, ?)",
                count_up(sql, "revision", 1),
                seq,
                row[2],
                msgspec.json.encode(was).decode(),
                msgspec.json.encode(now).decode(),
                "corrected",
            )


def at(seq: int) -> datetime:
    """When the prediction behind an outcome was made."""
    return START + STEP * seq
