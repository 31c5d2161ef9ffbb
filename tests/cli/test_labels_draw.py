"""`anchorwatch labels draw` and `drawn`: tickets into a file, once more on request, and what went wrong in words."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.app.clock import now
from tests.cli.commanding import command
from tests.contract.labels.draws import wait
from tests.stored import NOON, counts, prediction, store, take_in


@pytest.fixture
def url(sqlite_engine: Engine) -> dict[str, str]:
    arrived = now() - timedelta(hours=1)
    hours = (arrived - NOON).total_seconds() / 3_600
    with store(sqlite_engine).transaction(arrived) as transaction:
        take_in(transaction, *(prediction(f"p{n}", hours=hours) for n in range(40)))
    sqlite_engine.dispose()
    return {"ANCHORWATCH_DATABASE__URL": str(sqlite_engine.url)}


def tickets(file: Path) -> set[str]:
    with file.open(newline="") as lines:
        return {row["prediction_id"] for row in csv.DictReader(lines)}


def test_tickets_are_drawn_once_and_written_as_often_as_one_likes(
    tmp_path: Path, url: dict[str, str]
) -> None:
    done = command(["labels", "draw", "--per-day", "20", "--output", "a.csv"], tmp_path, **url)
    drawn = tickets(tmp_path / "a.csv")
    assert done.stdout == f"{len(drawn)} tickets of draw 1 written to a.csv\n"
    assert done.stderr.startswith("draw 1: 40 tickets had a chance, 20.0 were to be expected,")
    again = command(["labels", "draw", "--again", "1", "--output", "b.csv"], tmp_path, **url)
    assert (again.stderr, tickets(tmp_path / "b.csv")) == ("", drawn)
    command(["labels", "draw", "--per-day", "20", "--output", "c.csv"], tmp_path, **url)
    assert tickets(tmp_path / "c.csv") == set()
    listed = json.loads(command(["labels", "drawn", "--json"], tmp_path, **url).stdout)
    assert [(each["number"], each["candidates"], each["drawn"]) for each in listed] == [
        (1, 40, len(drawn)),
        (2, 0, 0),
    ]
    assert "seed" not in listed[0]
    assert "had a chance" in command(["labels", "drawn"], tmp_path, **url).stdout


def test_a_file_that_cannot_be_written_loses_no_draw(tmp_path: Path, url: dict[str, str]) -> None:
    done = command(["labels", "draw", "--per-day", "20", "--output", "none/a.csv"], tmp_path, **url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "none/a.csv can't be written: No such file or directory; name another file" in done.stderr
    later = command(["labels", "draw", "--per-day", "20", "--output", "b.csv"], tmp_path, **url)
    assert "draw 1 is in no file yet; write it with --again 1 --output FILE" in later.stderr


def test_a_configured_draw_is_made_of_those_that_wait(
    tmp_path: Path, url: dict[str, str], sqlite_engine: Engine
) -> None:
    (tmp_path / "aw.yaml").write_text("labels: {draw: {per_day: 50, folder: draws}}\n")
    wait(store(sqlite_engine), *(f"q{n}" for n in range(5)))
    sqlite_engine.dispose()
    command(["labels", "draw", "-c", "aw.yaml", "--output", "a.csv"], tmp_path, **url)
    assert tickets(tmp_path / "a.csv") == {f"q{n}" for n in range(5)}
    assert counts(sqlite_engine, "draw_candidate") == {"draw_candidate": 0}


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "--per-day: say how many tickets a day, or set labels.draw.per_day"),
        (["--again", "1", "--per-day", "2"], "--again: writes an old draw; leave --per-day out"),
        (["--again", "7"], "there is no draw 7; there was none yet"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: list[str], problem: str, tmp_path: Path, url: dict[str, str]
) -> None:
    done = command(["labels", "draw", "--output", "a.csv", *words], tmp_path, **url)
    assert (done.returncode, done.stderr) == (2, f"problem: {problem}\n")
