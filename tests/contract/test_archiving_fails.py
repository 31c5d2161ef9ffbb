"""An archive that can't be written: nothing is dropped, it is said, and the next time goes on where it stopped."""

import errno
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.app.schedule import Job, logged
from monitor.app.wiring import App, open_app
from monitor.archive.ports import ArchiveKind
from monitor.errors import AnchorwatchError, ConfigError, UnavailableError
from monitor.settings.settings import Settings
from monitor.settings.storage import Database, Retention
from tests.lakes import Archiving
from tests.stored import NOON, counts, label, prediction, rows, store, take

LATER = NOON + timedelta(days=99)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = Settings(
        database=Database(url=f"sqlite:///{tmp_path / 'watch.db'}"),
        retention=Retention(archive=f"file:{tmp_path / 'archive'}"),
        sinks=(),
    )
    with closing(open_app(settings)) as opened:
        take(store(opened.engine), prediction("p1"), prediction("p2", hours=24), label("p1"))
        yield opened


def at(app: App, tmp_path: Path) -> Archiving:
    return Archiving(app.engine, tmp_path)


def test_retention_archives_what_it_drops(app: App, tmp_path: Path) -> None:
    assert app.retain(LATER) == 2
    assert at(app, tmp_path).ids() == ["p1", "p2"]
    assert counts(app.engine, "prediction", "archived_prediction") == {
        "prediction": 0,
        "archived_prediction": 0,
    }
    assert app.status.archive_trouble() is None


def test_without_an_archive_retention_drops_as_ever(app: App) -> None:
    settings = app.settings.model_copy(update={"retention": Retention()})
    with closing(App(settings, app.engine)) as without:
        assert without.retain(LATER) == 2


class Failing:
    """Makes the disk refuse, from its `nth` call on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, number: int, nth: int) -> None:  # noqa: ANN401
        self._real, self._number, self._left = getattr(owner, name), number, nth
        monkeypatch.setattr(owner, name, self)

    def __call__(self, *args: Any, **more: Any) -> Any:  # noqa: ANN401
        self._left -= 1
        if self._left < 0:
            raise OSError(self._number, os.strerror(self._number))
        return self._real(*args, **more)

    def __get__(self, instance: object, owner: type) -> Any:  # noqa: ANN401
        return lambda *args, **more: self(instance, *args, **more)


@pytest.mark.parametrize("nth", range(9))
def test_a_full_disk_drops_nothing_and_leaves_nothing_half_written(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    with monkeypatch.context() as patched:
        Failing(patched, os, "fsync", errno.ENOSPC, nth)
        with pytest.raises(UnavailableError, match="No space left on device"):
            app.retain(LATER)
    assert counts(app.engine, "prediction") == {"prediction": 2}
    assert app.status.archive_trouble() is not None
    assert list(tmp_path.rglob("*.part")) == []

    assert app.retain(LATER) == 2
    assert at(app, tmp_path).ids() == ["p1", "p2"]
    assert at(app, tmp_path).ids(ArchiveKind.LABELS) == ["label-p1"]
    assert app.status.archive_trouble() is None


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (errno.EROFS, UnavailableError, "Read-only file system"),
        (errno.EACCES, ConfigError, "not allowed"),
        (errno.EIO, UnavailableError, "Input/output error"),
    ],
)
def test_a_folder_that_may_not_be_written_is_said_and_nothing_is_dropped(
    app: App, monkeypatch: pytest.MonkeyPatch, number: int, error: type[AnchorwatchError], words: str
) -> None:
    Failing(monkeypatch, Path, "mkdir", number, 0)
    with pytest.raises(error, match=words):
        app.retain(LATER)
    assert counts(app.engine, "prediction") == {"prediction": 2}


def test_the_rest_of_retention_is_done_all_the_same(app: App, tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(ConfigError, match="is a file, not a folder"):
        app.retain(LATER)
    assert rows(app.engine, "SELECT hour % 24 FROM traffic") == [(0,), (0,)], "hours are days by now"


def test_the_agent_goes_on_and_tries_it_again(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "archive").write_text("a file")
    (retention,) = (each for each in app.seldom if each.name == "retention")
    logged(Job("retention", retention.when_due))()
    assert "job failed; it runs again at its next time" in capsys.readouterr().out
    (tmp_path / "archive").unlink()
    logged(Job("retention", retention.when_due))()
    assert app.status.archive_trouble() is None
