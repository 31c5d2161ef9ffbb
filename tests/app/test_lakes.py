"""What was archived from a database is asked as the database itself would be, by the commands that take `--archive`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.lake.archive import Archive
from connectors.sql.anchors import AnchorStore
from monitor.app.anchor_archives import PastPeriod
from monitor.app.backtesting import PastInArchive, Trial, run
from monitor.domain.anchors.promise import Measured
from monitor.domain.events.archive_reach import ArchiveReach
from monitor.domain.weekly.calendar import Week
from monitor.errors import ConfigError
from tests.archived_worlds import DAY, archived_world, configuration, typed
from tests.stored import NOON, TICKETS
from tests.worlds import World


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def world(sqlite_engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("monitor.app.archiving.now", lambda: NOON + 40 * DAY)
    return archived_world(sqlite_engine, folder)


@pytest.fixture
def configured(world: World, tmp_path: Path) -> Path:
    return configuration(world, tmp_path / "watch.yaml")


def test_a_backtest_on_the_archive_finds_what_one_on_the_database_finds(world: World, folder: Path) -> None:
    trial = Trial(histories=5)
    on_archive = run(
        world.settings, PastInArchive(str(folder), "duckdb"), trial, lambda _: None, lambda _: None
    )
    assert on_archive.archive == ArchiveReach(datetime(2026, 11, 19, tzinfo=UTC), NOON + 40 * DAY)
    on_database = run(world.settings, None, trial, lambda _: None, lambda _: None)
    assert msgspec.structs.replace(on_archive, archive=None) == on_database
    assert {page.cell.intent for page in on_archive.pages} == {"erasure", "export"}


def test_each_cell_s_own_pages_are_those_that_the_evaluation_found(
    world: World, configured: Path, folder: Path
) -> None:
    done = typed(configured, "backtest", "--archive", str(folder), "--by-cell", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    pages = said["pages"]
    found = {(page["cell"], page["at"]) for page in pages}
    theirs = run(world.settings, None, Trial(histories=0), lambda _: None, lambda _: None)
    assert found == {(str(page.cell), page.at.isoformat()) for page in theirs.pages}
    assert theirs.begin is not None
    assert theirs.end is not None
    assert (said["begin"], said["end"]) == (theirs.begin.isoformat(), theirs.end.isoformat())
    recovered = {page["cell"] for page in pages if page["over"] == "recovered"}
    assert recovered == {intent for intent in ("erasure", "export") if not world.cell(intent).bet.broken}
    assert len(found) == 2


def test_a_weekly_report_counts_in_the_archive_what_the_database_counts(
    configured: Path, folder: Path
) -> None:
    week = ("report", "weekly", "--week", str(Week.of(NOON + 8 * DAY)), "--json")
    ours, theirs = typed(configured, *week, "--archive", str(folder)), typed(configured, *week)
    assert ours.exit_code == theirs.exit_code == 0, ours.output
    found, expected = json.loads(ours.stdout), json.loads(theirs.stdout)
    assert found | {"made_at": ""} == expected | {"made_at": ""}
    assert found["models"][0]["predictions"] > 40


def test_a_period_of_production_becomes_an_anchor_of_what_was_drawn_uniformly(
    world: World, configured: Path, folder: Path
) -> None:
    """Six good days of erasure: 54 tickets, 48 of them hit, one of which was corrected into another intent."""
    done = typed(
        configured,
        *("anchor", "import", "--archive", str(folder), "--model", "tickets", "--version", "7"),
        *("--since", "2026-11-19", "--until", "2026-11-25", "--activate", "--by", "ana"),
    )
    assert done.exit_code == 0, done.output
    (anchor,) = [
        listed.anchor
        for listed in AnchorStore(world.engine).all()
        if listed.anchor.provenance.importer == "archive"
    ]
    assert anchor.model == TICKETS
    assert anchor.provenance.source == f"{folder} 2026-11-19T00:00Z/2026-11-25T00:00Z"
    erasure = anchor.promise("erasure")
    assert erasure is not None
    assert erasure.shipped == Measured(47 / 53, 53)
    assert erasure.misses_to == {"other": 6}
    assert anchor.promise("export") == anchor.promises["export", ""]
    assert "were drawn by_prediction, not uniformly; left out" in done.output


def test_a_period_without_tickets_drawn_uniformly_is_refused(configured: Path, folder: Path) -> None:
    released = ("--archive", str(folder), "--model", "tickets", "--version", "7")
    done = typed(configured, "anchor", "import", *released, "--since", "2026-12-20", "--until", "2026-12-28")
    assert isinstance(done.exception, ConfigError)
    assert "no labelled ticket of tickets v7 (prod) was drawn" in str(done.exception)


def test_an_archive_that_lost_a_file_is_refused(world: World, folder: Path) -> None:
    archive = Archive(f"file:{folder}")
    Path(archive.location(archive.manifest().files[0])).unlink()
    with pytest.raises(ConfigError, match="is not there"):
        run(world.settings, PastInArchive(str(folder), "duckdb"), Trial(), lambda _: None, lambda _: None)


def test_a_folder_may_have_a_colon_in_its_name(configured: Path, folder: Path) -> None:
    renamed = folder.rename(folder.with_name("of:2026"))
    week = ("report", "weekly", "--week", str(Week.of(NOON + 8 * DAY)), "--json")
    done = typed(configured, *week, "--archive", str(renamed))
    assert done.exit_code == 0, done.output


def test_an_archive_with_a_key_in_its_url_is_refused_and_not_repeated(configured: Path) -> None:
    words = ("--archive", "s3://AKIAKEY:TOPSECRET@bucket/x", "--model", "tickets", "--version", "7")
    done = typed(configured, "anchor", "import", *words, "--since", "2026-11-18", "--until", "2026-11-25")
    assert isinstance(done.exception, ConfigError)
    assert "must not hold a key" in str(done.exception)
    assert "SECRET" not in str(done.exception) + done.output


def test_a_period_is_named_without_the_options_of_its_url() -> None:
    past = PastPeriod("s3://key:secret@bucket/x?endpoint_override=h:9", "duckdb", NOON, NOON + DAY, TICKETS)
    assert str(past) == "s3://***@bucket/x 2026-11-20T12:00Z/2026-11-21T12:00Z"


@pytest.mark.parametrize("engine", ["sqlite", "http://spark:7077"])
def test_an_engine_that_is_none_is_refused(world: World, folder: Path, engine: str) -> None:
    with pytest.raises(ConfigError, match="write duckdb, or where Spark is"):
        run(world.settings, PastInArchive(str(folder), engine), Trial(), lambda _: None, lambda _: None)
