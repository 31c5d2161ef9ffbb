"""What is due is archived, each row once, and nothing goes that is not archived; on SQLite and PostgreSQL alike."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.lake.archive import Archive
from connectors.lake.places import place_of
from connectors.lake.store import ArchiveFiles
from connectors.sql import archiving
from monitor.archive import archive as use_case
from monitor.archive.archive import archive
from monitor.archive.ports import ArchiveKind
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design, Kind, LabelScope
from monitor.errors import ConfigError, UnavailableError
from tests.lakes import Archiving, Meddled, path_of
from tests.stored import NOON, SHADOW, counts, label, prediction, store, take, take_in

P, L = ArchiveKind.PREDICTIONS, ArchiveKind.LABELS
DAY = 24


@pytest.fixture
def archiving_at(engine: Engine, tmp_path: Path) -> Archiving:
    return Archiving(engine, tmp_path)


def test_every_column_of_a_prediction_is_what_was_stored(archiving_at: Archiving) -> None:
    whole = prediction(
        "p1", slices={"channel": "web", "tier": "gold"}, customer=77, answers=("refund", "cancel"), score=0.25
    )
    bare = prediction("p2", model=SHADOW, score=None)
    with store(archiving_at.engine).transaction(NOON) as transaction:
        take_in(transaction, whole, bare, label("p1", "cancel"))
        transaction.note_subjects({whole.key: "hash-b"})
        transaction.note_subjects({whole.key: "hash-a"})

    archiving_at.run()
    first, second = archiving_at.rows(P)
    assert first == {
        "prediction_id": "p1",
        "model": "tickets",
        "version": "7",
        "environment": "prod",
        "ts": NOON,
        "predicted": "refund",
        "answers": ["refund", "cancel"],
        "score": 0.25,
        "slices": [("channel", "web"), ("tier", "gold")],
        "customer": 77,
        "subjects": ["hash-a", "hash-b"],
        "draw_design": None,
        "draw_probability": None,
        "digest": whole.digest,
        "arrival": to_us(NOON),
        "seq": 1,
    }
    absent = {"answers", "score", "slices", "customer", "subjects", "seq", "draw_design", "draw_probability"}
    assert {name for name, value in second.items() if value is None} == absent
    assert second["version"] == "8"


def test_every_column_of_a_label_is_what_was_stored(archiving_at: Archiving) -> None:
    scope = LabelScope("tickets", None, "prod")
    given = label(
        "p1",
        "cancel",
        kind=Kind.ADJUDICATED,
        design=Design.UNIFORM,
        probability=0.5,
        scope=scope,
        annotator="a17",
    )
    with store(archiving_at.engine).transaction(NOON) as transaction:
        take_in(transaction, given, label("p2", "", retracted=True, revision=4))

    archiving_at.run()
    first, second = archiving_at.rows(L)
    assert first == {
        "label_id": "label-p1",
        "prediction_id": "p1",
        "intent": "cancel",
        "labeled_at": NOON + timedelta(days=1),
        "revision": 1,
        "retracted": False,
        "kind": "adjudicated",
        "design": "uniform",
        "probability": 0.5,
        "scope_model": "tickets",
        "scope_version": None,
        "scope_environment": "prod",
        "annotator": "a17",
        "arrival": to_us(NOON),
    }
    assert (second["retracted"], second["revision"], second["scope_model"]) == (True, 4, None)


def test_files_lie_by_the_day_of_the_prediction_and_of_the_labels_arrival(archiving_at: Archiving) -> None:
    writer = store(archiving_at.engine)
    take(writer, prediction("p1"), prediction("p2", hours=11), prediction("p3", hours=12))
    with writer.transaction(NOON + timedelta(days=3)) as transaction:
        take_in(transaction, label("p1"))
    take(writer, label("p2"))  # from before it was kept when a label came

    archiving_at.run()
    found = Archive(archiving_at.url)
    noon = NOON.date()
    assert [(f.day, f.rows) for f in found.files(P)] == [(noon, 2), (noon + timedelta(1), 1)]
    assert [(f.day, f.rows) for f in found.files(L)] == [(noon + timedelta(1), 1), (noon + timedelta(3), 1)]


def test_young_predictions_wait_and_labels_do_not(archiving_at: Archiving) -> None:
    take(store(archiving_at.engine), prediction("old"), prediction("young", hours=DAY), label("young"))
    archiving_at.run()
    assert archiving_at.ids() == ["old"]
    assert archiving_at.ids(L) == ["label-young"]


def test_a_run_again_adds_only_what_is_new(archiving_at: Archiving) -> None:
    writer = store(archiving_at.engine)
    take(writer, prediction("p1"), label("p1"))
    assert [file.kind for file in archiving_at.run().files] == [L, P]
    assert archiving_at.run().files == []

    take(writer, prediction("late"), label("p1", "cancel", revision=2))
    assert [file.rows for file in archiving_at.run().files] == [1, 1]
    assert archiving_at.run().files == []
    assert archiving_at.ids() == ["late", "p1"]
    assert [(row["intent"], row["revision"]) for row in archiving_at.rows(L)] == [
        ("refund", 1),
        ("cancel", 2),
    ]


def test_labels_of_a_prediction_long_gone_are_archived_too(archiving_at: Archiving) -> None:
    writer = store(archiving_at.engine)
    take(writer, prediction("p1"), label("p1"))
    archiving_at.run()
    assert archiving_at.drop() == 1
    take(writer, label("p1", "", revision=2, retracted=True))
    archiving_at.run()
    assert [row["retracted"] for row in archiving_at.rows(L)] == [False, True]
    assert archiving_at.ids() == ["p1"]


def test_nothing_goes_that_is_not_archived(archiving_at: Archiving) -> None:
    writer = store(archiving_at.engine)
    take(writer, prediction("p1"), label("stub"))
    assert archiving_at.drop(99) == 0

    archiving_at.run(99)
    take(writer, prediction("late"), label("p1", kind=Kind.WEAK), label("stub", "cancel", revision=2))
    assert archiving_at.drop(99) == 0, "a label of each is not archived, and one prediction is not"
    archiving_at.run(99)
    assert archiving_at.drop(99) == 3
    marks = counts(archiving_at.engine, "prediction", "label", "archived_prediction", "archived_label")
    assert set(marks.values()) == {0}
    assert archiving_at.ids() == ["late", "p1"]
    assert archiving_at.ids(L) == ["label-p1", "label-stub", "label-stub"]


def test_marks_of_labels_that_stay_stay_with_them(archiving_at: Archiving) -> None:
    take(store(archiving_at.engine), prediction("p1"), prediction("p2", model=SHADOW), label("p1"))
    archiving_at.run()
    assert archiving_at.drop() == 2
    assert counts(archiving_at.engine, "archived_prediction", "archived_label") == {
        "archived_prediction": 0,
        "archived_label": 1,
    }


def test_more_than_memory_should_hold_is_written_in_steps(
    archiving_at: Archiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "CHUNK", 3)
    monkeypatch.setattr(use_case, "HELD", 600)
    ids = [f"p{n:02}" for n in range(20)]
    take(store(archiving_at.engine), *(prediction(each) for each in ids), *(label(each) for each in ids))
    seen: list[int] = []
    result = archive(archiving_at.store, archiving_at.files(), NOON + timedelta(days=1), seen.append)
    assert archiving_at.ids() == ids
    assert archiving_at.ids(L) == sorted(f"label-{each}" for each in ids)
    assert sum(seen) == sum(file.rows for file in result.files) == 40
    assert len([file for file in result.files if file.kind is P]) > 3
    assert Archive(archiving_at.url).manifest().rows == {P: 20, L: 20}


def test_of_two_who_archive_at_once_neither_loses_nor_repeats_a_row(archiving_at: Archiving) -> None:
    ids = [f"p{n}" for n in range(5)]
    take(store(archiving_at.engine), *(prediction(each) for each in ids), *(label(each) for each in ids))
    second = Meddled(archiving_at.engine, archiving_at.run)
    assert archive(second, archiving_at.files(), NOON + timedelta(days=1)).files == []
    assert archiving_at.ids() == ids
    assert archiving_at.ids(L) == [f"label-{each}" for each in ids]


def test_the_archive_of_another_database_is_left_alone(
    archiving_at: Archiving, tmp_path: Path, sqlite_engine: Engine
) -> None:
    take(store(archiving_at.engine), prediction("p1"))
    archiving_at.run()
    other = ArchiveFiles(place_of(archiving_at.url), 7)
    with pytest.raises(ConfigError, match="written from another database"):
        archive(archiving_at.store, other, NOON)


def test_a_manifest_older_than_what_was_written_is_refused(archiving_at: Archiving) -> None:
    take(store(archiving_at.engine), prediction("p1"))
    archiving_at.run()
    manifest = Path(archiving_at.url.removeprefix("file:"), "manifest.json")
    old = manifest.read_bytes()
    take(store(archiving_at.engine), prediction("p2"))
    archiving_at.run()
    manifest.write_bytes(old)
    with pytest.raises(ConfigError, match="restore the newest"):
        archiving_at.run()


def test_a_manifest_that_is_gone_is_not_made_anew_beside_its_files(archiving_at: Archiving) -> None:
    take(store(archiving_at.engine), prediction("p1"))
    archiving_at.run()
    Path(archiving_at.url.removeprefix("file:"), "manifest.json").unlink()
    with pytest.raises(ConfigError, match=r"manifest\.json is not there"):
        archiving_at.run()


def test_where_the_archive_lay_and_nothing_lies_now_none_is_begun(
    archiving_at: Archiving, tmp_path: Path
) -> None:
    writer = store(archiving_at.engine)
    take(writer, prediction("p1"))
    archiving_at.run()
    here = Path(archiving_at.url.removeprefix("file:"))
    here.rename(tmp_path / "the disk")
    take(writer, prediction("p2"))
    for _ in range(2):
        here.mkdir(exist_ok=True)  # what is left of a share that is not mounted
        with pytest.raises(UnavailableError, match=r"nothing lies there.*mount the disk.*another folder"):
            archiving_at.run()
        archiving_at.url = f"file://{here}"  # the same folder, written otherwise
    assert archiving_at.drop() == 1, "p1 is archived, and p2 waits"
    here.rmdir()
    (tmp_path / "the disk").rename(here)
    archiving_at.run()
    assert archiving_at.ids() == ["p1", "p2"]


def test_an_archive_that_was_moved_goes_on_where_it_is_named(archiving_at: Archiving, tmp_path: Path) -> None:
    take(store(archiving_at.engine), prediction("p1"))
    archiving_at.run()
    before = Path(archiving_at.url.removeprefix("file:"))
    moved = before.rename(tmp_path / "moved")
    archiving_at.url = f"file:{moved}"
    assert archiving_at.run().files == []
    assert archiving_at.ids() == ["p1"]
    moved.rename(before)
    with pytest.raises(UnavailableError, match="nothing lies there"):
        archiving_at.run()


def test_an_archive_may_go_on_in_another_folder(archiving_at: Archiving) -> None:
    writer = store(archiving_at.engine)
    take(writer, prediction("p1"))
    archiving_at.run()
    before, archiving_at.url = archiving_at.url, f"{archiving_at.url}-of-this-year"
    take(writer, prediction("p2"))
    assert archiving_at.run().files
    assert archiving_at.ids() == ["p2"]
    archiving_at.url, this_year = before, archiving_at.url
    with pytest.raises(ConfigError, match="written to another one since, and what lies"):
        archiving_at.run()
    archiving_at.url = this_year
    shutil.rmtree(archiving_at.url.removeprefix("file:"))
    with pytest.raises(UnavailableError, match="nothing lies there"):
        archiving_at.run()


def test_a_database_that_was_restored_archives_nothing_twice(archiving_at: Archiving, engine: Engine) -> None:
    take(store(engine), prediction("p1"), label("p1"))
    archiving_at.run()
    with engine.begin() as connection:  # as a backup from before that has it
        for statement in (
            "DELETE FROM archived_prediction",
            "DELETE FROM archived_label",
            "DELETE FROM counter WHERE name <> 'archive owner'",
        ):
            connection.exec_driver_sql(statement)
    assert archiving_at.run().files == []
    assert archiving_at.drop() == 1


def test_no_text_is_archived(archiving_at: Archiving) -> None:
    take(store(archiving_at.engine), prediction("p1", text="erase me"), label("p1"))
    archiving_at.run()
    reader = Archive(archiving_at.url)
    assert [b"erase me" in path_of(reader, file).read_bytes() for file in reader.files(P)] == [False]
