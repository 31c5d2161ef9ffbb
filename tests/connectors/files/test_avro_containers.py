"""Avro container files: each by its own schema, or all as one; records are numbered, and a broken file is named."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pytest

from connectors.files.avro_containers import AvroRows
from connectors.files.events import FileSource
from connectors.files.opening import FileOpener
from connectors.formats.avro_schemas import parsed_schema
from connectors.formats.make import file_decoder, file_opener
from monitor.domain.events.types import Partition, Prediction, Record
from monitor.errors import ConfigError, DecodeError
from monitor.ingest.decoded import read_event
from monitor.settings.kafka import Kafka
from tests.contract.formats import mutant

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATEST = datetime(2030, 1, 1, tzinfo=UTC)
TIME = {"type": "long", "logicalType": "timestamp-millis"}
OLD = {
    "type": "record",
    "name": "Prediction",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": TIME},
        {"name": "answer", "type": "string"},
    ],
}
NEW = {
    "type": "record",
    "name": "Prediction",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": TIME},
        {"name": "label", "type": "string", "aliases": ["answer"]},
        {"name": "channel", "type": "string", "default": "email"},
    ],
}
MAP = {
    "prediction_id": "$.id",
    "ts": "$.at",
    "model": {"name": {"const": "tickets"}, "version": {"const": "7"}},
    "intent": "$.label",
    "slices": {"channel": "$.channel"},
}


def write(path: Path, schema: object, records: Sequence[object], **options: Any) -> str:  # noqa: ANN401
    with path.open("wb") as file:
        fastavro.writer(file, schema, records, **options)  # type: ignore[arg-type]
    return str(path)


def rows(records: AvroRows) -> list[tuple[int, Any]]:
    read = []
    while taken := records.take(70):
        read += [(number, json.loads(row)) for number, row in taken]
    return read


@pytest.mark.parametrize("codec", ["null", "deflate", "snappy", "zstandard", "bzip2", "xz", "lz4"])
def test_records_are_numbered_from_any_block_on_whatever_packs_them(tmp_path: Path, codec: str) -> None:
    records = [{"n": n, "text": "x" * 60} for n in range(1_000)]
    schema = {
        "type": "record",
        "name": "R",
        "fields": [{"name": "n", "type": "int"}, {"name": "text", "type": "string"}],
    }
    path = write(tmp_path / "a.avro", schema, records, codec=codec, sync_interval=2_000)
    assert FileOpener().count(path) == 1_000
    for first in (0, 1, 500, 999, 1_000):
        from_there = AvroRows(path)
        from_there.take(3)
        assert from_there.go_to(first)
        assert rows(from_there) == [(n, records[n]) for n in range(first, 1_000)]
    assert not AvroRows(path).go_to(1_001)


def test_what_avro_holds_becomes_what_json_holds(tmp_path: Path) -> None:
    decimal = {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}
    types = {
        "at": TIME,
        "naive": {"type": "long", "logicalType": "local-timestamp-micros"},
        "chance": decimal,
        "word": ["null", {"type": "enum", "name": "Word", "symbols": ["refund", "bug"]}],
        "slices": {"type": "map", "values": "string"},
        "p": "double",
    }
    schema = {
        "type": "record",
        "name": "R",
        "fields": [{"name": name, "type": kind} for name, kind in types.items()],
    }
    record = {
        "at": NOON,
        "naive": NOON.replace(tzinfo=None),
        "chance": Decimal("0.25"),
        "word": "bug",
        "slices": {"channel": "email"},
        "p": float("nan"),
    }
    (read,) = rows(AvroRows(write(tmp_path / "a.avro", schema, [record])))
    assert read == (
        0,
        {
            "at": "2026-11-22T12:00:00Z",
            "naive": "2026-11-22T12:00:00",
            "chance": 0.25,
            "word": "bug",
            "slices": {"channel": "email"},
            "p": None,
        },
    )


def events(paths: Sequence[str], reader: object = None) -> list[Prediction | str]:
    topic = {"name": "p", "format": "json", "map": MAP} | ({"reader": reader} if reader else {})
    kafka = Kafka.model_validate({"topics": {"predictions": topic}})
    opener, read = file_opener(kafka, "prediction"), list[Any]()
    for path in paths:
        decoder = file_decoder(kafka, "prediction", path)
        for number, row in opener.records(path).take(100):
            try:
                read.append(read_event(Record(Partition(path, 0), number, row), 999, LATEST, [], decoder))
            except DecodeError as refused:
                read.append(refused.code)
    return read


def test_files_of_an_older_schema_are_read_as_the_newer_one_where_the_reader_says_so(tmp_path: Path) -> None:
    (tmp_path / "new.avsc").write_text(json.dumps(NEW))
    paths = [
        write(tmp_path / "a.avro", OLD, [{"id": "a", "at": NOON, "answer": "bug"}]),
        write(tmp_path / "b.avro", NEW, [{"id": "b", "at": NOON, "label": "refund", "channel": "chat"}]),
    ]
    first, second = events(paths, {"schema_file": tmp_path / "new.avsc"})
    assert isinstance(first, Prediction)
    assert isinstance(second, Prediction)
    assert (first.prediction_id, first.intent, first.slices) == ("a", "bug", {"channel": "email"})
    assert (second.prediction_id, second.intent, second.slices) == ("b", "refund", {"channel": "chat"})
    without_a_reader = events(paths)
    assert without_a_reader == ["path_missing", second]


def test_a_time_beyond_all_dates_costs_its_record_and_no_other(tmp_path: Path) -> None:
    sound = {"id": "a", "at": int(NOON.timestamp() * 1_000), "label": "bug", "channel": "chat"}
    path = write(tmp_path / "a.avro", NEW, [sound, sound | {"at": 2**62}, sound | {"id": "c"}])
    first, second, third = events([path])
    assert isinstance(first, Prediction)
    assert isinstance(third, Prediction)
    assert (first.prediction_id, second, third.prediction_id) == ("a", "schema_invalid", "c")


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "record", "name": "N", "fields": [{"name": "n", "type": ["null", "N"]}]}, "holds itself"),
        ({"type": "array", "items": "null"}, "items that take no bytes"),
    ],
)
def test_a_schema_that_is_not_safe_to_read_with_is_refused(
    tmp_path: Path, schema: object, problem: str
) -> None:
    path = write(tmp_path / "a.avro", schema, [])
    with pytest.raises(ConfigError, match=rf"a\.avro: the record's schema can't be used: .*{problem}"):
        rows(AvroRows(path))


def test_records_of_nothing_are_not_read_as_often_as_a_file_claims(tmp_path: Path) -> None:
    path = write(tmp_path / "a.avro", {"type": "record", "name": "Empty", "fields": []}, [{}] * 60)
    with pytest.raises(
        ConfigError, match=r"not a whole Avro file \(ValueError: records that take no bytes\)"
    ):
        rows(AvroRows(path))


def test_a_reader_that_does_not_fit_or_is_none_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.avro", OLD, [{"id": "a", "at": NOON, "answer": "bug"}])
    other = {**NEW, "fields": [*NEW["fields"], {"name": "tier", "type": "string"}]}
    with pytest.raises(ConfigError, match=r"a\.avro: .*does not fit that of the topic's reader"):
        rows(AvroRows(path, parsed_schema(json.dumps(other))))
    for content in ("{", '"Unknown"'):
        (tmp_path / "new.avsc").write_text(content)
        with pytest.raises(
            ConfigError, match=r"kafka\.topics\.predictions\.reader\.schema_file: .*new\.avsc"
        ):
            events([], {"schema_file": tmp_path / "new.avsc"})
    with pytest.raises(ConfigError, match=r"gone\.avsc can't be read"):
        events([], {"schema_file": tmp_path / "gone.avsc"})


@pytest.mark.parametrize("codec", ["null", "deflate", "snappy", "zstandard", "bzip2", "xz", "lz4"])
def test_a_broken_file_is_named_and_nothing_else_happens(tmp_path: Path, codec: str) -> None:
    records = [{"id": f"p{n}", "at": NOON, "answer": "bug"} for n in range(40)]
    path = tmp_path / "a.avro"
    write(path, OLD, records, codec=codec, sync_interval=300)
    sound, rng, refused = path.read_bytes(), random.Random(7), []
    for content in [b"", b"Obj\1", sound[:-9], b"not Avro", *(mutant(sound, rng) for _ in range(150))]:
        path.write_bytes(content)
        try:
            rows(AvroRows(str(path)))
        except ConfigError as error:
            refused.append(str(error))
    assert len(refused) > 70
    assert all(words.startswith(f"{path}: ") for words in refused)


def test_a_source_of_avro_files_is_one_of_their_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.avro", OLD, [{"id": "a", "at": NOON, "answer": "bug"}] * 3)
    source = FileSource([path])
    place = Partition(path, 0)
    source.start(dict.fromkeys(source.poll(0).assigned))
    assert source.lag() == {place: 3}
    assert [record.offset for record in source.poll(1).records[place]] == [0, 1, 2]
    assert not source.poll(0).records
    assert source.drained()
