"""A topic or a file that is read again after retention: what it counted once it counts no second time."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.files.events import FileSource
from connectors.sql.ingest.store import IngestStore
from connectors.sql.retention import drop_old_predictions
from monitor.domain.events.types import DeadLetter, Kind, Partition
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import EventSource
from tests.fakes.source import FakeSource
from tests.stored import rows

OLD = datetime(2026, 6, 1, tzinfo=UTC)
NOW = OLD + timedelta(days=100)
TOPIC = Partition("events", 0)


class Letters:
    def __init__(self) -> None:
        self.codes: list[str] = []

    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        self.codes += [letter.code for letter in letters]
        return {}


def prediction(number: int, intent: str = "billing", at: datetime | None = None, version: str = "7") -> bytes:
    ts = at or OLD + timedelta(minutes=number)
    return json.dumps(
        {
            "event": "prediction",
            "prediction_id": f"p{number}",
            "ts": ts.isoformat(),
            "model": {"name": "tickets", "version": version},
            "predicted": {"intent": intent},
        }
    ).encode()


def label(number: int, intent: str = "billing") -> bytes:
    return json.dumps(
        {
            "event": "label",
            "label_id": f"l{number}",
            "prediction_id": f"p{number}",
            "intent": intent,
            "labeled_at": (OLD + timedelta(days=1)).isoformat(),
        }
    ).encode()


ONCE = [prediction(n) for n in range(50)] + [label(n) for n in range(0, 50, 5)]


def read(engine: Engine, source: EventSource) -> list[str]:
    """Read a source to its end, as the agent does; the codes of what was rejected."""
    letters = Letters()
    ingest = Ingest(
        source,
        IngestStore(engine, source.cluster_id, source.group),
        letters,
        accept=[Kind.HUMAN],
        max_consecutive_rejects=1_000,
        max_bytes=1_000_000,
        clock=lambda: NOW,
    )
    taken = 1
    while taken:
        taken = ingest.step(0.0).records + ingest.step(0.0).records
    source.close()
    return letters.codes


def read_file(engine: Engine, path: Path, *lines: bytes) -> list[str]:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return read(engine, FileSource([str(path)]))


def topic(*values: bytes, incarnation: str = "first") -> FakeSource:
    source = FakeSource(TOPIC)
    source.incarnations = {TOPIC.topic: incarnation}
    source.put(TOPIC, *values)
    return source


def again(engine: Engine, source: FakeSource) -> list[str]:
    """Read it from its beginning, as after `run --reset-positions`."""
    IngestStore(engine, source.cluster_id, source.group).reset_positions([TOPIC])
    return read(engine, source)


def retain(engine: Engine) -> int:
    return drop_old_predictions(engine, NOW, 90)


def traffic(engine: Engine) -> tuple[int, ...]:
    """Predictions, and how many of them have an outcome; and outcomes."""
    ((predictions, labelled),) = rows(engine, "SELECT sum(predictions), sum(labelled) FROM traffic")
    return int(predictions), int(labelled), rows(engine, "SELECT count(*) FROM outcome")[0][0]


def became(engine: Engine) -> dict[str, int]:
    return {
        row[0]: int(row[1])
        for row in rows(engine, "SELECT became, sum(count) FROM event_count GROUP BY became")
    }


def test_a_file_that_is_read_again_after_retention_counts_nothing_twice(
    engine: Engine, tmp_path: Path
) -> None:
    read_file(engine, tmp_path / "events.jsonl", *ONCE)
    assert traffic(engine) == (50, 10, 10)
    for turn in (1, 2):
        assert retain(engine) == (50 if turn == 1 else 0)
        read_file(engine, tmp_path / "events.jsonl", *ONCE)
        assert traffic(engine) == (50, 10, 10)
        assert rows(engine, "SELECT count(*) FROM prediction") == [(0,)]
    assert became(engine) == {
        "prediction": 50,
        "label": 10,
        "prediction_repeat": 20,  # known from their outcomes
        "prediction_dropped": 80,
        "label_repeat": 20,
    }


def test_a_copy_of_a_file_under_another_name_counts_nothing_twice(engine: Engine, tmp_path: Path) -> None:
    read_file(engine, tmp_path / "events.jsonl", *ONCE)
    retain(engine)
    read_file(engine, tmp_path / "copy.jsonl", *ONCE, prediction(100))  # and has grown
    assert traffic(engine) == (51, 10, 10)
    counted = became(engine)
    assert (counted["prediction_dropped"], counted["prediction_late"]) == (40, 1)


def test_another_file_under_the_same_name_is_read_for_the_first_time(engine: Engine, tmp_path: Path) -> None:
    read_file(engine, tmp_path / "events.jsonl", *ONCE)
    retain(engine)
    read_file(engine, tmp_path / "events.jsonl", *(prediction(n) for n in range(200, 220)))
    assert traffic(engine) == (70, 10, 10)
    read_file(engine, tmp_path / "events.jsonl", *(prediction(n) for n in range(200, 220)))
    assert traffic(engine) == (70, 10, 10)
    assert became(engine)["prediction_late"] == 20


@pytest.mark.parametrize("shared", [b"", b" \r", b'{"schema": 2}', prediction(1_000, at=NOW)])
def test_two_files_that_begin_with_the_same_line_are_two_files(
    engine: Engine, tmp_path: Path, shared: bytes
) -> None:
    """Parts of one export begin alike: blank, with a header, or with the same event."""
    read_file(engine, tmp_path / "part1.jsonl", shared, *ONCE)
    retain(engine)
    read_file(engine, tmp_path / "part2.jsonl", shared, *(prediction(n) for n in range(200, 220)))
    counted = became(engine)
    assert (counted.get("prediction_dropped", 0), counted["prediction_late"]) == (0, 20)


@pytest.mark.parametrize("lines", [3, 50])
def test_a_file_that_has_grown_since_holds_what_was_read_and_what_was_not(
    engine: Engine, tmp_path: Path, lines: int
) -> None:
    """Its beginning may have been shorter then than what a file is known by."""
    old = [prediction(n) for n in range(lines)]
    read_file(engine, tmp_path / "events.jsonl", *old)
    retain(engine)
    read_file(engine, tmp_path / "events.jsonl", *old, *(prediction(n) for n in range(300, 400)))
    counted = became(engine)
    assert (counted["prediction_dropped"], counted["prediction_late"]) == (lines, 100)


def test_a_file_that_was_claimed_and_not_read_is_the_same_when_it_has_grown(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "events.jsonl"
    read_file(engine, path, *ONCE[:3])
    store, source = IngestStore(engine, "file", "anchorwatch"), FileSource([str(path)])
    for _ in range(2):
        known = {str(path): source.incarnation(str(path))}
        store.claim([Partition(str(path), 0)], incarnations=known, afresh=True)
        path.write_bytes(path.read_bytes() + prediction(300) + b"\n")
    assert store.furthest([Partition(str(path), 0)]) == {Partition(str(path), 0): 3}


def test_what_comes_through_standard_input_was_never_read_before() -> None:
    first, second = (FileSource(["-"]).incarnation("-") for _ in range(2))
    assert first != second


def test_a_topic_that_is_read_again_after_retention_counts_nothing_twice(engine: Engine) -> None:
    read(engine, topic(*ONCE))
    retain(engine)
    again(engine, topic(*ONCE, prediction(100), prediction(101, at=NOW)))
    assert traffic(engine) == (52, 10, 10)  # two that were never read, the old one, too
    counted = became(engine)
    assert (counted["prediction_dropped"], counted["prediction_late"], counted["prediction"]) == (40, 1, 51)


def test_another_group_of_the_same_topic_counts_nothing_twice(engine: Engine) -> None:
    read(engine, topic(*ONCE))
    retain(engine)
    other = topic(*ONCE)
    other.group = "another-group"
    read(engine, other)
    assert traffic(engine) == (50, 10, 10)


def test_a_topic_made_anew_holds_records_that_were_never_read_and_is_reported(engine: Engine) -> None:
    """Nothing tells a copy of the old records from records that are as old: they count, and that is told."""
    read(engine, topic(*ONCE))
    retain(engine)
    again(engine, topic(*ONCE, incarnation="second"))
    assert traffic(engine) == (90, 10, 10)
    assert became(engine)["prediction_late"] == 40


def test_what_is_read_again_before_retention_is_a_repeat(engine: Engine) -> None:
    read(engine, topic(*ONCE))
    again(engine, topic(*ONCE))
    assert traffic(engine) == (50, 10, 10)
    assert became(engine)["prediction_repeat"] == 50


def test_what_was_rejected_once_is_taken_in_where_retention_has_not_come_to_it(engine: Engine) -> None:
    first = topic(prediction(1, at=NOW), b"not json")
    read(engine, first)
    retain(engine)
    again(engine, topic(prediction(1, at=NOW), prediction(2, at=NOW)))
    assert traffic(engine) == (2, 0, 0)


def test_a_late_label_for_a_dropped_prediction_waits_and_goes(engine: Engine, tmp_path: Path) -> None:
    read_file(engine, tmp_path / "events.jsonl", *ONCE)
    retain(engine)
    read_file(engine, tmp_path / "late.jsonl", label(1, "other"))
    assert rows(engine, "SELECT prediction_id, model_id FROM prediction") == [("p1", None)]
    read_file(engine, tmp_path / "events.jsonl", *ONCE)
    assert traffic(engine) == (50, 10, 10)
    assert retain(engine) == 0
    assert drop_old_predictions(engine, NOW + timedelta(days=90, seconds=1), 90) == 1
    assert rows(engine, "SELECT count(*) FROM label") == [(10,)]


def test_a_correction_read_again_with_all_the_rest_counts_once(engine: Engine) -> None:
    corrected = json.dumps(json.loads(label(5, "refund")) | {"revision": 2}).encode()
    for _ in range(3):
        again(engine, topic(*ONCE, corrected))
        retain(engine)
    assert traffic(engine) == (50, 10, 10)
    assert rows(engine, "SELECT intent FROM outcome WHERE prediction_id = 'p5'") == [("refund",)]
    assert rows(engine, "SELECT count(*) FROM revision") == [(0,)]


@pytest.mark.parametrize("at", [OLD, NOW], ids=["old", "young"])
def test_other_content_under_the_id_of_a_dropped_labelled_prediction_is_a_conflict(
    engine: Engine, at: datetime
) -> None:
    read(engine, topic(*ONCE))
    retain(engine)
    more = topic(*ONCE, prediction(5, "gdpr_erasure", at))
    assert read(engine, more) == ["conflict"]
    assert traffic(engine) == (50, 10, 10)
    assert rows(engine, "SELECT predicted, intent FROM outcome WHERE prediction_id = 'p5'") == [
        ("billing", "billing")
    ]


def test_a_shadow_of_a_dropped_labelled_prediction_joins_its_label(engine: Engine) -> None:
    read(engine, topic(*ONCE))
    retain(engine)
    read(engine, topic(*ONCE, prediction(5, "refund", version="8")))
    assert rows(
        engine, "SELECT seq, predicted, intent FROM outcome WHERE prediction_id = 'p5' ORDER BY 1"
    ) == [
        (2, "billing", "billing"),
        (11, "refund", "billing"),
    ]
