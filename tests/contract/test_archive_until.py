"""The manifest knows until when the archive is whole: that rises with each whole writing, and with nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.lake.archive import Archive
from connectors.lake.erasing import ArchivedRows
from connectors.lake.manifest import reach_of
from monitor.archive.archive import archive
from monitor.archive.erasing import erase_archived
from monitor.archive.ports import ArchiveKind, ErasedRows
from monitor.domain.events.archive_reach import ArchiveReach
from tests.lakes import DAY, Archiving, archive_of, prediction_row
from tests.stored import NOON, prediction, store, take

FIRST_DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def archiving_at(engine: Engine, tmp_path: Path) -> Archiving:
    at = Archiving(engine, tmp_path)
    take(store(engine), prediction("p1"), prediction("p2", hours=36))
    return at


def reach(at: Archiving) -> ArchiveReach | None:
    return reach_of(Archive(at.url).manifest())


def test_it_rises_with_each_writing_also_where_nothing_was_due(archiving_at: Archiving) -> None:
    for days, until in ((11, 1), (12, 2), (20, 10), (15, 10)):
        archiving_at.run(days)
        assert reach(archiving_at) == ArchiveReach(FIRST_DAY, NOON + timedelta(days=until))


def test_it_ends_now_where_what_is_still_to_come_was_asked_for(archiving_at: Archiving) -> None:
    now = NOON + timedelta(days=3)
    archive(archiving_at.store, archiving_at.files(), NOON + timedelta(days=99), now=now)
    assert reach(archiving_at) == ArchiveReach(FIRST_DAY, now)


def test_a_writing_that_does_not_end_leaves_it_as_it_was(archiving_at: Archiving) -> None:
    def killed(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive(archiving_at.store, archiving_at.files(), NOON + timedelta(days=1), killed)
    assert reach(archiving_at) is None
    archiving_at.run(11)
    with pytest.raises(KeyboardInterrupt):
        archive(archiving_at.store, archiving_at.files(), NOON + timedelta(days=9), killed)
    assert reach(archiving_at) == ArchiveReach(FIRST_DAY, NOON + timedelta(days=1))


def test_an_erasure_leaves_it_as_it_was(archiving_at: Archiving) -> None:
    archiving_at.run(20)
    files = archiving_at.files()
    wanted = ErasedRows(frozenset({"p2"}), frozenset(), {})
    assert erase_archived(archiving_at.store, files, ArchivedRows(files.place), wanted)
    assert archiving_at.ids() == ["p1"]
    assert reach(archiving_at) == ArchiveReach(FIRST_DAY, NOON + timedelta(days=10))


def test_where_nobody_noted_it_the_last_day_of_predictions_is_the_end(tmp_path: Path) -> None:
    made = archive_of(tmp_path / "archive", {(ArchiveKind.PREDICTIONS, DAY): [prediction_row("p1")]})
    begin = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    assert reach_of(made.manifest()) == ArchiveReach(begin, begin + timedelta(days=1))
