"""What an archive does not hold yet is no answer: each command says how far it reaches, and what to do."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.errors import ConfigError
from monitor.settings.engine_names import require_engine
from tests.archived_worlds import DAY, archived_world, configuration, typed
from tests.stored import NOON
from tests.worlds import World

UNTIL = datetime(2026, 11, 30, tzinfo=UTC)
RELEASED = ("--model", "tickets", "--version", "7")
PERIOD = ("--since", "2026-11-20", "--until", "2026-11-25")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def world(sqlite_engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The database has predictions until 2026-12-08, the archive those before 2026-11-30."""
    monkeypatch.setattr("monitor.app.archiving.now", lambda: NOON + 40 * DAY)
    return archived_world(sqlite_engine, folder, UNTIL)


@pytest.fixture
def configured(world: World, tmp_path: Path) -> Path:
    return configuration(world, tmp_path / "watch.yaml")


def problems(configured: Path, *words: str) -> list[str]:
    """What a command refuses to do, and why."""
    done = typed(configured, *words)
    assert isinstance(done.exception, ConfigError), done.output
    return done.exception.problems


def test_a_week_that_the_archive_does_not_hold_whole_is_refused(configured: Path, folder: Path) -> None:
    read = ("report", "weekly", "--archive", str(folder), "--week")
    assert typed(configured, *read, "2026-W48").exit_code == 0
    (beyond,) = problems(configured, *read, "2026-W49")
    assert beyond == (
        f"the archive {folder} holds predictions made before 2026-11-30 00:00 UTC, and week 2026-W49 ends 2026-12-07"
        " 00:00 UTC; `report weekly` without --archive reads the database"
    )
    (early,) = problems(configured, *read, "2026-W46")
    assert "holds predictions made from 2026-11-19 00:00 UTC on, and week 2026-W46 ends 2026-11-16" in early


def test_the_last_whole_week_is_refused_too_where_none_is_named(
    configured: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.cli.report.now", lambda: NOON + 20 * DAY)
    (beyond,) = problems(configured, "report", "weekly", "--archive", str(folder))
    assert "week 2026-W49 ends" in beyond


def test_what_is_archived_ahead_of_time_is_whole_until_now_alone(
    sqlite_engine: Engine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.app.archiving.now", lambda: NOON + 5 * DAY)
    world = archived_world(sqlite_engine, folder, NOON + 400 * DAY)
    configured = configuration(world, tmp_path / "watch.yaml")
    (beyond,) = problems(configured, "report", "weekly", "--archive", str(folder), "--week", "2026-W48")
    assert "made before 2026-11-25 12:00 UTC" in beyond


@pytest.mark.parametrize("by_cell", [(), ("--by-cell",)])
def test_a_backtest_says_how_far_the_archive_s_predictions_reach(
    configured: Path, folder: Path, by_cell: tuple[str, ...]
) -> None:
    read = ("backtest", "--archive", str(folder), *by_cell)
    said = " ".join(typed(configured, *read).stdout.split())
    assert (
        "from 2026-11-19 00:00 UTC on and before 2026-11-30 00:00 UTC; what was predicted later is not in"
        in said
    )
    assert ("as if nobody had ended a page" in said) is bool(by_cell)
    told = json.loads(typed(configured, *read, "--json").stdout)
    reach = {
        "predictions_from": "2026-11-19T00:00:00+00:00",
        "predictions_until": "2026-11-30T00:00:00+00:00",
    }
    assert told["archive"] == reach
    assert told["by_cell"] is bool(by_cell)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (
            "2026-11-18",
            "2026-11-25",
            ["--since 2026-11-18 00:00 UTC: the archive {} holds predictions made from 2026-11-19"],
        ),
        (
            "2026-11-20",
            "2026-12-01",
            ["--until 2026-12-01 00:00 UTC: the archive {} holds predictions made before 2026-11-30"],
        ),
        ("2026-11-20", "2026-11-20", ["--since 2026-11-20 00:00 UTC is not before --until"]),
    ],
)
def test_a_period_beyond_the_archive_is_refused(
    configured: Path, folder: Path, since: str, until: str, expected: list[str]
) -> None:
    found = problems(
        configured,
        "anchor",
        "import",
        "--archive",
        str(folder),
        *RELEASED,
        "--since",
        since,
        "--until",
        until,
    )
    assert len(found) == len(expected)
    for problem, beginning in zip(found, expected, strict=True):
        assert problem.startswith(beginning.format(folder))


@pytest.mark.parametrize(
    ("released", "expected"),
    [
        (("--model", "ticket", "--version", "7"), "--model ticket: there is none; did you mean tickets?"),
        (("--model", "tickets", "--version", "6"), "--version 6: there is none; there is 7"),
        ((*RELEASED, "--environment", "prd"), "--environment prd: there is none; did you mean prod?"),
    ],
)
def test_a_model_that_the_archive_does_not_know_is_asked_back(
    configured: Path, folder: Path, released: tuple[str, ...], expected: str
) -> None:
    found = problems(configured, "anchor", "import", "--archive", str(folder), *released, *PERIOD)
    assert found == [expected]


def test_all_that_is_wrong_with_an_import_is_told_at_once(configured: Path, tmp_path: Path) -> None:
    found = problems(
        configured,
        *(
            "anchor",
            "import",
            "--archive",
            str(tmp_path / "nowhere"),
            "--since",
            "yesterday",
            "--model",
            "tickets",
        ),
        *("--engine", "local[0]"),
    )
    assert [problem.partition(";")[0].partition(": write")[0] for problem in found][:4] == [
        "anchor import --archive: --until is missing",
        "anchor import --archive: --version is missing",
        "--since yesterday",
        "--engine local[0]",
    ]
    assert "there is no such folder" in found[4]
    assert len(found) == 5


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("anchor", "import", "x.json", "--since", "2026-11-20"), ["--since: is for --archive"]),
        (
            ("anchor", "import", "x.json", *PERIOD, "--engine", "duckdb"),
            ["--since: is for", "--until: is for", "--engine: reads an archive"],
        ),
        (("report", "weekly", "--engine", "duckdb"), ["--engine: reads an archive"]),
        (
            ("report", "weekly", "--engine", "duckdb", "--week", "x"),
            ["--week: 'x'", "--engine: reads an archive"],
        ),
        (("backtest", "--engine", "local[2]"), ["--engine: reads an archive"]),
        (("backtest", "--by-cell"), ["--by-cell: --archive is missing"]),
        (
            ("backtest", "--by-cell", "--healthy", "200", "--set", "judge.drop=0.1"),
            [
                "--by-cell: --archive is missing",
                "--by-cell: takes --archive, --engine, --config and --json alone",
            ],
        ),
    ],
)
def test_an_option_that_would_not_be_heeded_is_refused(
    configured: Path, words: tuple[str, ...], expected: list[str]
) -> None:
    found = problems(configured, *words)
    assert len(found) == len(expected)
    for problem, beginning in zip(found, expected, strict=True):
        assert problem.startswith(beginning)


def test_by_cell_names_the_options_that_it_does_not_take(configured: Path, folder: Path) -> None:
    (problem,) = problems(
        configured,
        *("backtest", "--archive", str(folder), "--by-cell", "--healthy", "200", "--set", "judge.drop=0.1"),
    )
    assert problem.endswith("leave --set, --healthy out")


def test_an_archive_without_predictions_is_no_history(
    configured: Path, sqlite_engine: Engine, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "manifest.json").write_text('{"format":1,"number":1,"owner":1,"rows":{},"files":[]}')
    (problem,) = problems(configured, "backtest", "--archive", str(empty))
    assert "holds no predictions yet" in problem


@pytest.mark.parametrize(
    "name",
    [
        "duckdb",
        "local",
        "local[1]",
        "local[*]",
        "local[4,2]",
        "yarn",
        "spark://h:7077",
        "sc://h",
        "k8s://h:1",
    ],
)
def test_engines_that_there_may_be_are_taken(name: str) -> None:
    assert require_engine(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "local[0]",
        "local[-1]",
        "local[]",
        "local[x]",
        "local4",
        "spark://",
        "sc:///x",
        "http://h",
        "",
        "yarns",
    ],
)
def test_engines_that_can_not_be_are_refused_before_anything_starts(name: str) -> None:
    with pytest.raises(ConfigError, match="write duckdb, or where Spark is"):
        require_engine(name)
