"""The job that draws, and its files: cut off anywhere, nothing is lost and nobody drawn twice."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.sql.labels.draws import DrawStore
from monitor.app import draws as app_draws
from monitor.app.draws import Draws
from monitor.app.stores import Stores
from monitor.app.wiring import App
from monitor.domain.sampling.formats import TaskFormatName
from monitor.errors import ConfigError
from monitor.settings.drawing import DrawSettings
from monitor.settings.judging import Labels
from monitor.settings.settings import Settings
from tests.contract.labels.draws import wait
from tests.fakes.clock import FakeClock
from tests.stored import NOON, counts, store


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


def draws(engine: Engine, folder: Path, clock: FakeClock) -> Draws:
    rules = DrawSettings(per_day=10, folder=folder, seed="s")
    return Draws(Stores(Settings(labels=Labels(draw=rules)), engine), clock)


def tickets(file: Path) -> list[str]:
    with file.open(newline="") as lines:
        return [row["prediction_id"] for row in csv.DictReader(lines)]


def test_each_draw_is_a_file_of_its_own_and_nobody_is_in_two(
    sqlite_engine: Engine, tmp_path: Path, clock: FakeClock
) -> None:
    ours = draws(sqlite_engine, tmp_path / "draws", clock)
    for day in range(3):
        wait(store(sqlite_engine), *(f"p{day}-{n}" for n in range(30)))
        ours.draw_when_due()
        clock.forward(days=1)
    files = sorted((tmp_path / "draws").iterdir())
    assert [file.name for file in files] == [f"draw-00000{n}.csv" for n in (1, 2, 3)]
    drawn = [ticket for file in files for ticket in tickets(file)]
    assert len(drawn) == len(set(drawn)) == counts(sqlite_engine, "draw")["draw"] > 10


def test_a_job_that_dies_before_its_file_writes_it_the_next_time(
    sqlite_engine: Engine, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = draws(sqlite_engine, tmp_path, clock)
    wait(store(sqlite_engine), *(f"p{n}" for n in range(30)))
    with monkeypatch.context() as cut:
        cut.setattr(app_draws, "write_tasks", die)
        with pytest.raises(KeyboardInterrupt):
            ours.draw_when_due()
    assert [each.written_at for each in ours.all()] == [None]
    assert list(tmp_path.glob("*.csv")) == []
    clock.forward(days=1)
    ours.draw_when_due()
    assert len(tickets(tmp_path / "draw-000001.csv")) == ours.all()[0].drawn > 0
    assert tickets(tmp_path / "draw-000002.csv") == []


def test_a_job_that_dies_after_its_file_writes_the_same_once_more(
    sqlite_engine: Engine, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = draws(sqlite_engine, tmp_path, clock)
    wait(store(sqlite_engine), *(f"p{n}" for n in range(30)))
    with monkeypatch.context() as cut:
        cut.setattr(DrawStore, "note_written", die)
        with pytest.raises(KeyboardInterrupt):
            ours.draw_when_due()
    before = (tmp_path / "draw-000001.csv").read_bytes()
    ours.draw_when_due()
    assert (tmp_path / "draw-000001.csv").read_bytes() == before


def test_where_nothing_can_be_written_nothing_is_drawn(
    sqlite_engine: Engine, tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "file").touch()
    ours = draws(sqlite_engine, tmp_path / "file", clock)
    wait(store(sqlite_engine), "p1")
    with pytest.raises(ConfigError, match=r"labels\.draw\.folder: .*file can't be made: File exists"):
        ours.draw_when_due()
    assert counts(sqlite_engine, "draw_candidate", "drawing") == {"draw_candidate": 1, "drawing": 0}


def die(*_anything: object) -> None:
    raise KeyboardInterrupt


def test_a_draw_can_be_written_again_and_one_that_was_not_made_cannot(
    sqlite_engine: Engine, tmp_path: Path, clock: FakeClock
) -> None:
    ours = draws(sqlite_engine, tmp_path, clock)
    with pytest.raises(ConfigError, match="there is no draw 1; there was none yet"):
        ours.write(1, tmp_path / "x.csv", TaskFormatName.CSV)
    wait(store(sqlite_engine), *(f"p{n}" for n in range(30)))
    ours.draw_when_due()
    ours.write(1, tmp_path / "again.csv", TaskFormatName.CSV)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "draw-000001.csv").read_bytes()
    with pytest.raises(ConfigError, match="there is no draw 2; the last is 1"):
        ours.write(2, tmp_path / "x.csv", TaskFormatName.CSV)


def test_the_agent_draws_only_where_it_is_configured(sqlite_engine: Engine, tmp_path: Path) -> None:
    rules = DrawSettings(per_day=10, folder=tmp_path, every_hours=6)
    app = App(Settings(labels=Labels(draw=rules)), sqlite_engine)
    (job,) = [each for each in app.seldom if each.name == "labels.draw"]
    assert job.look_every == timedelta(minutes=5)
    assert [each.name for each in App(Settings(), sqlite_engine).seldom] == ["retention", "audit"]


def test_what_waits_is_forgotten_where_draws_are_no_longer_configured(sqlite_engine: Engine) -> None:
    wait(store(sqlite_engine), "p1")
    App(Settings(), sqlite_engine).retain(NOON)
    assert counts(sqlite_engine, "draw_candidate") == {"draw_candidate": 0}
