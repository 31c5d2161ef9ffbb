"""What every engine promises to who asks it: all rows whatever their number, hashes apart, and plain words."""

import random
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from connectors.lake.outcomes import Lake
from connectors.lake.rules import JoinRules
from monitor.errors import ConfigError
from tests.domain.events.joining import ACCEPT, label, prediction
from tests.raw_events import Opened, fetched, outcomes_of, raw_rows, written


def test_a_result_that_no_process_may_hold_at_once_is_fetched_whole_and_in_its_order(
    opened: Opened, tmp_path: Path
) -> None:
    """More than the megabyte that Spark's driver is given here; a part of it is less."""
    rng = random.Random(1)
    texts = pa.table({"text": [f"{rng.getrandbits(6_000):x}" for _ in range(1_000)]})
    with opened(written(tmp_path / "raw", [], [])) as engine:
        found = fetched(engine, engine.given(texts).order_by("text"))
    assert [row["text"] for row in found] == sorted(texts["text"].to_pylist())


def test_ids_that_differ_have_hashes_that_differ(opened: Opened, tmp_path: Path) -> None:
    """Of 300,000 ids some ten pairs would be alike, had their hashes 32 bits."""
    ids = pa.table({"id": [f"ticket-{number}" for number in range(300_000)]})
    with opened(written(tmp_path / "raw", [], [])) as engine:
        table = engine.given(ids)
        (row,) = fetched(engine, table.aggregate(hashes=engine.hashed(table.id).nunique()))
    assert row["hashes"] == 300_000


def test_every_type_of_a_column_comes_as_it_is(opened: Opened, tmp_path: Path) -> None:
    """Gaps stay gaps, and whole numbers whole, of any width; texts, lists and maps are read as they were written."""
    made = prediction("p1"), prediction("p2")
    predictions, labels = raw_rows([*made, label("l1", "p1")])
    predictions[0] |= {
        "customer": 2**62 + 1,
        "answers": ["refund", "cancel"],
        "slices": [("channel", "email")],
    }
    with opened(written(tmp_path / "raw", predictions, labels)) as engine:
        rows = fetched(engine, engine.predictions().order_by("prediction_id"))
        tiny = fetched(engine, engine.predictions().limit(1).select(tiny=ibis.literal(3, "int8")))
    assert [(row["customer"], row["answers"], row["slices"]) for row in rows] == [
        (2**62 + 1, ["refund", "cancel"], [("channel", "email")]),
        (None, None, None),
    ]
    assert [row["digest"] for row in rows] == [part["digest"] for part in predictions]
    assert tiny == [{"tiny": 3}]


def test_a_file_that_goes_while_it_is_read_is_told_as_a_change_and_not_as_a_crash(
    opened: Opened, tmp_path: Path
) -> None:
    """As an erasure does, which rewrites files and sweeps the old."""
    files = written(tmp_path / "raw", *raw_rows([prediction(), label()]))
    with opened(files) as engine:
        lake = Lake(engine, JoinRules.of(ACCEPT, frozenset()))
        Path(files.labels[0]).unlink()
        with pytest.raises(
            ConfigError, match=r"1 of the archive's files changed while they were read.*run again"
        ):
            outcomes_of(engine, lake)
