"""The same archive in a bucket, by pyarrow's own client of S3."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.lake.erasing import ArchivedRows
from monitor.app.archiving import check_archive
from monitor.archive.archive import archive
from monitor.archive.erasing import erase_archived
from monitor.archive.ports import ArchiveKind, ErasedRows
from monitor.errors import ConfigError, UnavailableError
from tests.lakes import Archiving, Meddled
from tests.services.bucket import Bucket, running_bucket
from tests.stored import NOON, label, prediction, store, take

L = ArchiveKind.LABELS


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-a-test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with running_bucket() as running:
        yield running


@pytest.fixture
def at(sqlite_engine: Engine, tmp_path: Path, bucket: Bucket) -> Archiving:
    archiving = Archiving(sqlite_engine, tmp_path)
    archiving.url = bucket.url
    take(store(sqlite_engine), prediction("p1"), prediction("p2", hours=12), label("p1"))
    return archiving


def test_what_is_written_is_read_and_a_run_again_adds_nothing(at: Archiving, bucket: Bucket) -> None:
    assert len(at.run().files) == 3
    assert at.run().files == []
    assert (at.ids(), at.ids(L)) == (["p1", "p2"], ["label-p1"])
    assert at.drop() == 2
    found = check_archive(bucket.url)
    assert found.problems == []
    assert {f"archive/{each.file.path}" for each in found.files} | {"archive/manifest.json"} == set(
        bucket.objects
    )


def test_every_damage_is_named(at: Archiving, bucket: Bucket) -> None:
    at.run()
    short, gone, changed = sorted(key for key in bucket.objects if key.endswith(".parquet"))
    bucket.objects[short] = bucket.objects[short][:-1]
    bucket.objects[changed] = bucket.objects[changed][:-30] + b"x" + bucket.objects[changed][-29:]
    del bucket.objects[gone]
    problems = check_archive(bucket.url).problems
    assert ["bytes" in problems[0], "not there" in problems[1], "SHA-256" in problems[2]] == [True] * 3
    bucket.objects["archive/manifest.json"] = bucket.objects["archive/manifest.json"][:-5]
    with pytest.raises(ConfigError, match="cut short"):
        check_archive(bucket.url)


def test_an_erasure_replaces_objects_and_deletes_the_old(at: Archiving, bucket: Bucket) -> None:
    at.run()
    before = set(bucket.objects)
    files = at.files()
    done = erase_archived(
        at.store, files, ArchivedRows(files.place), ErasedRows(frozenset({"p1"}), frozenset(), {})
    )
    assert done.prediction_ids == {"p1"}
    assert [(each.rows, each.now) for each in done.files] == [(1, None), (1, None)]
    assert (at.ids(), at.ids(L)) == (["p2"], [])
    assert before - set(bucket.objects) == {f"archive/{each.path}" for each in done.files}


def test_of_two_who_archive_at_once_neither_loses_a_row(at: Archiving) -> None:
    second = Meddled(at.engine, at.run)
    assert archive(second, at.files(), NOON + timedelta(days=1)).files == []
    assert (at.ids(), at.ids(L)) == (["p1", "p2"], ["label-p1"])


def test_a_bucket_that_is_away_is_said_and_the_next_time_goes_on(at: Archiving, bucket: Bucket) -> None:
    bucket.outage = True
    with pytest.raises(UnavailableError, match="s3://bucket/archive") as raised:
        at.run()
    assert str(raised.value).count("set AWS_ACCESS_KEY_ID") == 1
    assert "endpoint_override=" in str(raised.value)
    bucket.outage = False
    at.run()
    assert at.ids() == ["p1", "p2"]
