"""`kill -9` in the middle of a back-fill from files, and start again: every row counts once."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.e2e.agent import Agent, Place

ROWS, FILES = 60_000, 3
REFUSED = ROWS // 1_000
INTENTS = ("refund", "bug", "cancel")
START = datetime(2026, 11, 1, tzinfo=UTC)
MAP = {
    "predictions": {
        "name": "p",
        "format": "json",
        "map": {
            "prediction_id": "$.id",
            "ts": {"path": "$.at", "zone": "Europe/Berlin"},
            "model": {"name": {"const": "tickets"}, "version": "$.release"},
            "intent": "$.label",
        },
    }
}


def write_parts(folder: Path) -> None:
    rng, each = np.random.default_rng(4), ROWS // FILES
    for part in range(FILES):
        numbers = range(part * each, (part + 1) * each)
        table = pa.table(
            {
                "id": [f"p{number}" if number % 1_000 else None for number in numbers],  # some are refused
                "at": pa.array(
                    [(START + timedelta(seconds=number)).replace(tzinfo=None) for number in numbers],
                    pa.timestamp("ms"),
                ),
                "release": ["7"] * each,
                "label": [INTENTS[choice] for choice in rng.integers(len(INTENTS), size=each)],
            }
        )
        pq.write_table(table, folder / f"part-{part + 8}.parquet", row_group_size=7_000)


@pytest.mark.parametrize("resume", [["--resume"], []], ids=["resumed", "from the beginning"])
def test_a_back_fill_killed_again_and_again_counts_every_row_once(tmp_path: Path, resume: list[str]) -> None:
    place = Place(tmp_path, settings={"kafka": {"topics": MAP}})
    write_parts(tmp_path)
    words = ["run", "--once", "--input", "part-*.parquet", "--kind", "prediction", *resume]

    for more in (4_000, 16_000, 20_000):
        least = place.taken() + more
        with Agent([*words, "--config", str(place.config)], tmp_path) as agent:
            agent.wait_until(partial(place.has_taken, least), f"{least} rows saved")
            agent.kill()
    before = place.taken()
    done = place.run(*words)

    said = done.stderr.decode()
    assert done.returncode == 0, said
    assert traffic(tmp_path) == (ROWS - REFUSED, ROWS - REFUSED)
    if resume:
        assert 40_000 <= before < ROWS
        assert place.taken() == ROWS
        assert f"{ROWS - before:,} records read: " in said
        assert " 0 seen before" in said
    else:
        assert f"{ROWS:,} records read: " in said
        assert f"{REFUSED} rejected" in said
    assert "0 records read" in place.run(*words).stderr.decode() or not resume


def traffic(folder: Path) -> tuple[int, int]:
    """Predictions that are kept, and that were counted."""
    with closing(sqlite3.connect(folder / "watch.db")) as database:
        (kept,) = database.execute("SELECT count(*) FROM prediction").fetchone()
        (counted,) = database.execute("SELECT sum(predictions) FROM traffic").fetchone()
    return kept, counted
