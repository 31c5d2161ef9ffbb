"""An archive forgets days: their files go, all else stays as it was, and it is sound at every moment."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.lake.archive import Archive
from connectors.lake.store import ArchiveFiles
from monitor.app.archiving import check_archive
from monitor.archive.archive import archive
from monitor.archive.forgetting import forget
from tests.lakes import Archiving, Meddled
from tests.stored import NOON, label, prediction, store, take

DAY = NOON.date()
FIRST = DAY + timedelta(days=1)


@pytest.fixture
def at(engine: Engine, tmp_path: Path) -> Archiving:
    """Two predictions a day apart, each with its label, in an archive."""
    made = Archiving(engine, tmp_path)
    take(store(engine), prediction("p1"), label("p1"), prediction("p2", hours=24), label("p2", hours=48))
    made.run(20)
    return made


def paths(at: Archiving) -> set[str]:
    return {file.path for file in Archive(at.url).manifest().files}


def on_disk(at: Archiving) -> set[str]:
    folder = Path(at.files().place.root)
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}


def test_what_is_older_goes_and_nothing_else(at: Archiving) -> None:
    before = paths(at)
    gone = forget(at.store, at.files(), FIRST)
    assert gone
    assert all(file.day <= DAY for file in gone)
    assert on_disk(at) == paths(at) == before - {file.path for file in gone}
    assert check_archive(at.url).problems == []
    assert at.ids() == ["p2"]


def test_nothing_is_archived_again_because_it_was_forgotten(at: Archiving) -> None:
    forget(at.store, at.files(), FIRST)
    assert at.run(20).files == []
    assert forget(at.store, at.files(), FIRST) == []


def test_days_go_also_where_a_file_of_them_is_gone(at: Archiving) -> None:
    held = next(file for file in Archive(at.url).manifest().files if file.day == DAY)
    Path(at.files().place.full(held.path)).unlink()
    assert check_archive(at.url).problems
    forget(at.store, at.files(), FIRST)
    assert check_archive(at.url).problems == []
    assert at.ids() == ["p2"]


def test_who_archives_meanwhile_loses_nothing(at: Archiving) -> None:
    take(store(at.engine), prediction("p3", hours=24), label("p3", hours=48))
    archive(
        Meddled(at.engine, lambda: forget(at.store, at.files(), FIRST)), at.files(), NOON + timedelta(days=9)
    )
    assert at.ids() == ["p2", "p3"]
    assert check_archive(at.url).problems == []


@pytest.mark.parametrize("name", ["commit", "sweep"])
def test_what_was_stopped_on_its_way_is_all_or_nothing(
    at: Archiving, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Before the manifest is replaced nothing has gone; afterwards the next round removes the files."""
    before = paths(at)
    with monkeypatch.context() as patched:
        patched.setattr(ArchiveFiles, name, _stopped(getattr(ArchiveFiles, name), first=name == "commit"))
        with pytest.raises(KeyboardInterrupt):
            forget(at.store, at.files(), FIRST)
    assert check_archive(at.url).problems == []
    assert (paths(at) == before) is (name == "commit")
    assert on_disk(at) == before
    forget(at.store, at.files(), FIRST)
    assert on_disk(at) == paths(at) < before


def _stopped(real: Callable[..., Any], *, first: bool) -> Callable[..., Any]:
    """Ends at its first call, or else at its second."""
    calls = 0

    def stopping(*args: Any) -> Any:  # noqa: ANN401 - a method's own
        nonlocal calls
        calls += 1
        if first or calls > 1:
            raise KeyboardInterrupt
        return real(*args)

    return stopping
