"""An archive is read whole, or what is wrong with it is said, all at once; never half of it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from connectors.lake.archive import Archive
from connectors.lake.columns import PREDICTIONS
from connectors.lake.manifest import MANIFEST, with_files
from connectors.lake.places import place_of
from connectors.lake.writing import replace_manifest, write_file
from monitor.archive.ports import ArchivedFile, ArchiveKind
from monitor.errors import ConfigError, UnavailableError
from tests.lakes import DAY, archive_of, label_row, path_of, prediction_row, table_of

P, L = ArchiveKind.PREDICTIONS, ArchiveKind.LABELS
NEXT = DAY + timedelta(days=1)
DAYS = {
    (P, DAY): [prediction_row("p1", slices={"channel": "web"}, subjects=["a", "b"]), prediction_row("p2")],
    (P, NEXT): [prediction_row("p3", answers=["refund", "cancel"], digest=b"0123456789abcdef")],
    (L, NEXT): [label_row("l1", "p1", probability=0.5)],
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return archive_of(tmp_path / "archive", DAYS)


def rows_of(archive: Archive, kind: ArchiveKind) -> list[str]:
    dataset = ds.dataset(
        [archive.location(file) for file in archive.files(kind)],
        filesystem=archive.filesystem,
        format="parquet",
    )
    return sorted(dataset.to_table().column("prediction_id").to_pylist())


def problems_of(archive: Archive, kind: ArchiveKind = P) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        archive.files(kind)
    return raised.value.problems


def rewritten(archive: Archive, change: Callable[[ArchivedFile], ArchivedFile]) -> None:
    """Let the manifest say something else of its files."""
    replace_manifest(archive.place, with_files(2, 1, map(change, archive.manifest().files)))


def test_what_was_written_is_read_by_kind_and_by_day(archive: Archive) -> None:
    assert rows_of(archive, P) == ["p1", "p2", "p3"]
    assert rows_of(archive, L) == ["p1"]
    assert [file.day for file in archive.files(P, since=NEXT)] == [NEXT]
    assert [file.day for file in archive.files(P, until=NEXT)] == [DAY]
    assert archive.files(P, since=date(2027, 1, 1)) == []


def test_what_is_not_in_the_manifest_is_no_part_of_it(archive: Archive) -> None:
    folder = path_of(archive, archive.files(P)[0]).parent
    (folder / ".00000002-aa.parquet.part").write_bytes(b"half a fi")
    write_file(archive.place, P, DAY, table_of(P, [prediction_row("p9")]), 2)
    assert rows_of(archive, P) == ["p1", "p2", "p3"]


def test_every_damage_is_named_at_once(archive: Archive) -> None:
    archive = archive_of(Path(archive.place.root), {**DAYS, (P, NEXT + timedelta(1)): [prediction_row("p4")]})
    short, gone, changed = (path_of(archive, file) for file in archive.files(P))
    short.write_bytes(short.read_bytes()[:-7])
    gone.unlink()
    content = bytearray(changed.read_bytes())
    content[100] ^= 1
    changed.write_bytes(content)

    problems = problems_of(archive)
    for path, problem, words in zip(
        (short, gone, changed),
        problems,
        ("bytes and was written with", "is not there", "SHA-256"),
        strict=True,
    ):
        assert path.name in problem
        assert words in problem
    assert len(archive.files(L)) == 1


@pytest.mark.parametrize("length", [0, 1, 40, -1, -3])
def test_a_manifest_that_is_cut_short_is_no_smaller_archive(archive: Archive, length: int) -> None:
    path = Path(archive.place.root, MANIFEST)
    content = path.read_bytes().rstrip()
    path.write_bytes(content[:length])
    assert "manifest.json is cut short" in problems_of(archive)[0]


def test_a_manifest_that_lost_a_file_by_hand_is_found_out(archive: Archive) -> None:
    path = Path(archive.place.root, MANIFEST)
    content = msgspec.json.decode(path.read_bytes())
    del content["files"][-1]
    path.write_bytes(msgspec.json.encode(content))
    problem = problems_of(archive)[0]
    assert "its files have 2 predictions, and it says 3" in problem
    assert "`anchorwatch archive --forget-before DAY`" in problem


def test_without_a_manifest_there_is_no_archive(tmp_path: Path) -> None:
    assert "manifest.json is not there" in problems_of(Archive(f"file:{tmp_path}"))[0]
    assert "there is no such folder" in problems_of(Archive(f"file:{tmp_path / 'nowhere'}"))[0]
    (tmp_path / "file").write_text("")
    for path in ("file", "file/below"):
        with pytest.raises(ConfigError, match="file is a file, not a folder"):
            Archive(f"file:{tmp_path / path}")


def test_what_a_newer_version_wrote_is_refused_file_by_file(archive: Archive) -> None:
    rewritten(archive, lambda file: msgspec.structs.replace(file, format=2) if file.day == NEXT else file)
    (problem,) = problems_of(archive)
    assert "is of format 2" in problem
    assert len(archive.files(P, until=NEXT)) == 1


def test_a_manifest_of_a_newer_version_is_refused_whatever_it_holds(archive: Archive) -> None:
    Path(archive.place.root, MANIFEST).write_bytes(b'{"format":2,"files":"elsewhere"}')
    assert "is of format 2" in problems_of(archive)[0]


def without(archive: Archive, column: str) -> None:
    """Write the first day as a version that had no such column did."""
    rows = table_of(P, DAYS[P, DAY]).drop_columns([column])
    file = write_file(archive.place, P, DAY, rows, 2)
    old = msgspec.structs.replace(file, format=0)
    files = [each for each in archive.manifest().files if (each.kind, each.day) != (P, DAY)]
    replace_manifest(archive.place, with_files(2, 1, [*files, old]))


def test_a_column_that_came_later_reads_as_null(archive: Archive) -> None:
    without(archive, "subjects")
    files = archive.files(P)
    assert ["subjects" in file.columns for file in files] == [False, True]
    dataset = ds.dataset([archive.location(file) for file in files], schema=PREDICTIONS, format="parquet")
    rows = {row["prediction_id"]: row for row in dataset.to_table().to_pylist()}
    assert rows["p1"]["subjects"] is None
    assert rows["p1"]["slices"] == [("channel", "web")]


def test_a_column_that_is_needed_is_missed(archive: Archive) -> None:
    without(archive, "arrival")
    (problem,) = problems_of(archive)
    assert "has no column arrival" in problem


def test_a_column_of_another_type_is_not_guessed_at(archive: Archive) -> None:
    rows = table_of(P, DAYS[P, DAY])
    place = rows.schema.get_field_index("score")
    rows = rows.set_column(place, "score", pa.array(["1", "2"]))
    file = write_file(archive.place, P, DAY, rows, 2)
    replace_manifest(archive.place, with_files(2, 1, [file]))
    assert "column score holds string" in problems_of(archive)[0]


def test_without_hashes_all_but_a_change_within_is_found_out(archive: Archive) -> None:
    path = path_of(archive, archive.files(L)[0])
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    assert len(archive.files(L, hashes=False)) == 1
    path.write_bytes(content[:-1])
    with pytest.raises(ConfigError, match="bytes and was written"):
        archive.files(L, hashes=False)


def test_a_file_that_is_no_parquet_although_the_manifest_says_so_is_said(archive: Archive) -> None:
    path = path_of(archive, archive.files(L)[0])
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(ConfigError, match="is damaged"):
        archive.files(L, hashes=False)


def test_the_files_say_what_they_hold_to_whoever_opens_one_alone(archive: Archive) -> None:
    file = archive.files(P)[0]
    assert pq.read_schema(archive.location(file)).equals(PREDICTIONS)
    assert file.path.startswith(f"predictions/day={DAY}/")


@pytest.mark.parametrize("url", ["archive", "gs://bucket/x", "file:", "/data/archive"])
def test_a_url_of_nothing_we_know_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="write file:FOLDER or s3://"):
        place_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "s3://AKIAKEY:TOP/SECRET@bucket/archive?region=eu-west-1",
        "s3://AKIAKEY:TOPSECRET@bucket",
        "s3:AKIAKEY:TOPSECRET@bucket/archive",
        "s3://AKIAKEY:TOPSECRET/bucket",
        "S3://AKIAKEY:TOPSECRET@bucket/archive",
        "gs://AKIAKEY:TOPSECRET@bucket/archive",
        "s3://bucket/archive?secret_key=TOPSECRET&access_key=AKIAKEY",
    ],
)
def test_a_url_with_a_key_is_refused_without_a_word_of_it(url: str) -> None:
    with pytest.raises((ConfigError, UnavailableError)) as raised:
        place_of(url)
    assert "SECRET" not in str(raised.value)
    assert "AKIAKEY" not in str(raised.value)


def test_a_bucket_that_nobody_answers_for_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    archive = Archive("s3://bucket/archive?endpoint_override=127.0.0.1:9&scheme=http&region=eu-west-1")
    with pytest.raises(UnavailableError, match=r"the archive s3://bucket/archive.*; set AWS_ACCESS_KEY_ID"):
        archive.files(P)
