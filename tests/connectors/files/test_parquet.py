"""Parquet: rows are numbered records of JSON, whatever their columns are; a file that is none is named."""

import json
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.files.events import FileSource
from connectors.files.opening import FileOpener, named
from connectors.files.parquet import ParquetRows
from connectors.files.rows import NumberedRecords
from connectors.formats.make import file_decoder
from monitor.domain.events.types import Partition, Prediction, Record
from monitor.errors import ConfigError, DecodeError, PositionError
from monitor.ingest.decoded import read_event
from monitor.settings.kafka import Kafka
from tests.contract.formats import mutant

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATEST = datetime(2030, 1, 1, tzinfo=UTC)


def write(path: Path, columns: dict[str, Any], row_group: int | None = None) -> str:
    pq.write_table(pa.table(columns), path, row_group_size=row_group)
    return str(path)


def rows(records: NumberedRecords) -> list[tuple[int, Any]]:
    read = []
    while taken := records.take(700):
        read += [(number, json.loads(row)) for number, row in taken]
    return read


def test_a_row_is_an_object_and_its_number_its_place(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet",
        {
            "id": ["a", None],
            "n": pa.array([2**40, None], pa.int64()),
            "p": pa.array([0.5, float("nan")]),
            "chance": [Decimal("0.25"), None],
            "day": [date(2026, 11, 22), None],
            "model": [{"name": "tickets", "tags": ["x"], "at": NOON}, None],
            "slices": pa.array([[("channel", "email")], None], pa.map_(pa.string(), pa.string())),
            "word": pa.array(["refund", "bug"]).dictionary_encode(),
            "model.version": ["7", "8"],
        },
    )
    whole = {"id": "a", "n": 2**40, "p": 0.5, "chance": 0.25, "day": "2026-11-22", "word": "refund"}
    inner = {"name": "tickets", "tags": ["x"], "at": "2026-11-22 12:00:00.000000Z"}
    nothing = dict.fromkeys(("id", "n", "p", "chance", "day", "model", "slices"))
    assert rows(ParquetRows(path)) == [
        (0, {**whole, "model": inner, "slices": {"channel": "email"}, "model.version": "7"}),
        (1, {**nothing, "word": "bug", "model.version": "8"}),
    ]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_time_with_a_zone_is_in_utc_and_one_without_has_none(tmp_path: Path, unit: str) -> None:
    times = [NOON.astimezone(timezone(timedelta(hours=-3)))]
    path = write(
        tmp_path / "a.parquet",
        {
            "zoned": pa.array(times, pa.timestamp(unit, "America/Sao_Paulo")),
            "naive": pa.array([datetime(2026, 11, 22, 12)], pa.timestamp(unit)),  # noqa: DTZ001
        },
    )
    ((_, row),) = rows(ParquetRows(path))
    assert row == {"zoned": "2026-11-22 12:00:00.000000Z", "naive": "2026-11-22 12:00:00.000000"}


MAPPED = Kafka.model_validate(
    {
        "topics": {
            "predictions": {
                "name": "p",
                "format": "json",
                "map": {
                    "prediction_id": "$.id",
                    "ts": {"path": "$.at", "zone": "Europe/Berlin"},
                    "model": {"name": {"const": "tickets"}, "version": "/model.version"},
                    "intent": "$.out.label",
                },
            }
        }
    }
)


def events(path: str, kafka: Kafka) -> list[Prediction | str]:
    decoder = file_decoder(kafka, "prediction", path)
    read: list[Any] = []
    assert decoder is not None
    for number, row in ParquetRows(path).take(100):
        try:
            read.append(read_event(Record(Partition(path, 0), number, row), 10_000, LATEST, [], decoder))
        except DecodeError as refused:
            read.append(refused.code)
    return read


def test_columns_flat_and_nested_are_reached_by_the_map_and_naive_times_get_its_zone(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet",
        {
            "id": [1, 2, 3],
            "at": pa.array([datetime(2026, 11, 22, 12), 2**62, None], pa.timestamp("us")),  # noqa: DTZ001
            "model.version": ["7"] * 3,
            "out": [{"label": "refund"}] * 3,
        },
    )
    event, *refused = events(path, MAPPED)
    assert isinstance(event, Prediction)
    assert (event.prediction_id, event.ts) == ("1", NOON - timedelta(hours=1))
    assert (event.model.version, event.intent) == ("7", "refund")
    assert refused == ["schema_invalid", "schema_invalid"]


def test_without_a_map_the_columns_are_those_of_an_event_and_nulls_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet",
        {
            "prediction_id": ["a", "b"],
            "ts": pa.array([NOON, NOON], pa.timestamp("ms", "UTC")),
            "model": [{"name": "tickets", "version": "7", "environment": None}] * 2,
            "predicted": [{"intent": "refund", "score": 0.5}, {"intent": None, "score": None}],
            "slices": [{"channel": "email", "tier": None}, None],
        },
    )
    first, second = events(path, Kafka())
    assert isinstance(first, Prediction)
    assert isinstance(second, Prediction)
    assert (first.ts, first.intent, first.slices) == (NOON, "refund", {"channel": "email"})
    assert (first.model.environment, second.intent, second.slices) == ("prod", "", {})


def test_reading_begins_at_any_row_of_any_group(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"n": list(range(7_001))}, row_group=3_000)
    assert FileOpener().count(path) == 7_001
    for first in (0, 1, 2_999, 3_000, 5_500, 7_000, 7_001):
        records = ParquetRows(path)
        records.take(5)
        assert records.go_to(first)
        assert rows(records) == [(n, {"n": n}) for n in range(first, 7_001)]
    assert not ParquetRows(path).go_to(7_002)


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"n": pa.array([], pa.int64())})
    assert rows(ParquetRows(path)) == []


# The most memory that a process of its own had, in KiB, before it read the rows and after it.
SCRIPT = """
import pathlib, re, sys
from connectors.files.parquet import ParquetRows
most = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
rows = ParquetRows(sys.argv[1])
rows.total
before = most()
while rows.take(5_000):
    pass
print(rows.number, most() - before)
"""


def test_memory_does_not_grow_with_a_row_group(tmp_path: Path) -> None:
    many = 400_000
    texts = [f"{n} " + "a text that is no other's " * 12 for n in range(many)]  # some 130 MB
    path = str(tmp_path / "a.parquet")
    table = pa.table({"id": list(range(many)), "text": texts})
    pq.write_table(table, path, row_group_size=many, compression="none", use_dictionary=False)
    done = subprocess.run([sys.executable, "-c", SCRIPT, path], capture_output=True, text=True, check=True)
    number, grown_kib = map(int, done.stdout.split())
    assert number == many
    assert grown_kib < 90 * 1024  # with the whole group at once it is 155 MiB


@pytest.mark.parametrize("words", [False, True])
def test_memory_does_not_grow_with_the_length_of_the_rows(tmp_path: Path, words: bool) -> None:
    text = pa.array(["x" * 150_000]).take(pa.array([0] * 2_000))  # 300 MB of a few kB
    path = str(tmp_path / "a.parquet")
    pq.write_table(pa.table({"text": text.dictionary_encode() if words else text}), path, compression="zstd")
    script = SCRIPT.replace("5_000", "50")
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    number, grown_kib = map(int, done.stdout.split())
    assert number == 2_000
    assert grown_kib < 200 * 1024


ODD = {
    "key of a map": pa.array([[({"k": 1}, "v")]], pa.map_(pa.struct([("k", pa.int32())]), pa.string())),
    "time in a map": pa.array([[("k", 9 * 10**18)]], pa.map_(pa.string(), pa.timestamp("us"))),
    "time in a list": pa.array([[2**62]], pa.large_list(pa.timestamp("us"))),
    "nanoseconds": pa.array([12_345], pa.time64("ns")),
    "duration": pa.array([2**62], pa.duration("s")),
    "bytes": pa.array([b"\xff"]),
    "bytes in a list": pa.array([[b"a", b"\xff"]]),
}
SAID = {"nanoseconds": "00:00:00.000012345", "duration": str(2**62)}


@pytest.mark.parametrize("odd", ODD)
def test_a_value_that_python_can_not_hold_costs_its_own_record_alone(tmp_path: Path, odd: str) -> None:
    column = pa.chunked_array([ODD[odd], pa.nulls(1, ODD[odd].type)]).combine_chunks()
    sound = {
        "ts": pa.array([NOON] * 2, pa.timestamp("ms", "UTC")),
        "model": [{"name": "tickets", "version": "7"}] * 2,
        "predicted": [{"intent": "refund"}] * 2,
    }
    unused = write(tmp_path / "a.parquet", {"prediction_id": ["a", "b"], **sound, "more": column})
    assert [each.prediction_id for each in events(unused, Kafka())] == ["a", "b"]  # type: ignore[union-attr]
    used = write(tmp_path / "b.parquet", {"prediction_id": column, **sound})
    refused = ["schema_invalid"] * 2 if odd not in SAID else [SAID[odd], "schema_invalid"]
    assert [getattr(each, "prediction_id", each) for each in events(used, Kafka())] == refused


def test_bytes_are_the_text_that_they_are(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.parquet", {"id": pa.array([b"ticket-1"]), "in": pa.array([{"id": "語".encode()}])}
    )
    assert rows(ParquetRows(path)) == [(0, {"id": "ticket-1", "in": {"id": "語"}})]


def test_a_broken_file_is_named_and_nothing_else_happens(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write(path, {"id": ["a", "b"] * 50, "at": [NOON] * 100, "p": [0.5] * 100})
    sound, rng, refused = path.read_bytes(), random.Random(7), []
    for content in [b"", b"PAR1", sound[:-9], b"not Parquet", *(mutant(sound, rng) for _ in range(300))]:
        path.write_bytes(content)
        try:
            rows(ParquetRows(str(path)))
        except ConfigError as error:
            refused.append(str(error))
    assert len(refused) > 200
    assert {words[: len(f"{path}: not a whole Parquet file")] for words in refused} == {
        f"{path}: not a whole Parquet file"
    }


def test_files_are_resumed_where_they_were_read_to_as_long_as_they_are_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"n": list(range(100))})
    source = FileSource([path], resumable=True)
    place = Partition(path, 0)
    assert source.resumable
    assert source.poll(0).assigned == [place]
    known = source.incarnation(path)

    source.start({place: 98}, {place: known})
    assert source.lag() == {place: 2}
    assert [record.offset for record in source.poll(1).records[place]] == [98, 99]
    write(tmp_path / "a.parquet", {"n": list(range(1, 200))})
    with pytest.raises(PositionError, match="begins otherwise now"):
        source.start({place: 98}, {place: known})


def test_a_pattern_names_its_files_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("part-1²3.parquet", "part-10.parquet", "part-2.parquet", "part-x.parquet", "[odd].jsonl"):
        (tmp_path / name).touch()
    at = f"{tmp_path}/"
    assert named([f"{at}part-*.parquet", f"{at}[odd].jsonl", "-", f"{at}none-*"]) == [
        f"{at}part-1²3.parquet",
        f"{at}part-2.parquet",
        f"{at}part-10.parquet",
        f"{at}part-x.parquet",
        f"{at}[odd].jsonl",
        "-",
        f"{at}none-*",
    ]
    with pytest.raises(ConfigError, match=r"none-\*: there is no such file, and none of this pattern"):
        FileSource([f"{at}none-*"])
