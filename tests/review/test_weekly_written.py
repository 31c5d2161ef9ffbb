"""The weekly report as files and pages: each week once, whole, with nothing in it that a name could break."""

import json
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.files.reports import write_report
from monitor.app.stores import Stores
from monitor.app.weekly import WeeklyReports
from monitor.cli.main import cli
from monitor.errors import ConfigError
from monitor.settings.settings import Settings
from reports.documents import weekly, weekly_object
from tests.fakes.clock import FakeClock
from tests.review.weeks import WEEK, report
from tests.stored import NOON
from tests.worlds import World


def test_names_from_events_can_bring_no_markup(world: World) -> None:
    world.outcomes("<script>|`x`", "h")
    world.evaluate()
    assert "<script>" not in weekly.html(report(world))
    assert "\\<script\\>\\|\\`x\\`" in weekly.markdown(report(world))


def test_the_command_writes_three_files_that_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_engine: Engine
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    done = CliRunner().invoke(cli, ["report", "weekly", "--week", "2026-W47", "--output", "out"])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in Path("out").iterdir()) == [
        f"reliability-2026-W47.{kind}" for kind in ("html", "json", "md")
    ]
    assert done.stdout.splitlines()[0] == str(Path("out") / "reliability-2026-W47.html")
    plain = CliRunner().invoke(cli, ["report", "weekly", "--week", "2026-W47", "--json"])
    written = json.loads(Path("out/reliability-2026-W47.json").read_text())
    assert {**json.loads(plain.stdout), "made_at": ""} == {**written, "made_at": ""}
    wrong = CliRunner().invoke(cli, ["report", "weekly", "--week", "W47"]).exception
    assert str(wrong) == "--week: 'W47' is no ISO week; write it as 2026-W47"


def test_the_agent_writes_each_week_once_and_makes_up_for_what_it_missed(
    world: World, tmp_path: Path
) -> None:
    clock = FakeClock(NOON)  # a Friday
    (tmp_path / "file").write_text("")
    settings = {"folder": tmp_path / "reports", "evidently": False}
    desk = WeeklyReports(Stores(Settings(reports=settings), world.engine), clock)
    desk.write_due()
    assert not (tmp_path / "reports").exists()  # what was due before the first start was never promised
    clock.forward(days=9)  # Sunday of the next week: Monday's was missed
    unwritable = Settings(reports={**settings, "folder": tmp_path / "file" / "x"})
    stuck = WeeklyReports(Stores(unwritable, world.engine), clock)
    with pytest.raises(ConfigError, match="name another folder"):
        stuck.write_due()
    desk.write_due()
    written = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "reports").iterdir()}
    assert set(written) == {f"reliability-2026-W47.{kind}" for kind in ("html", "json", "md")}
    desk.write_due()
    assert written == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "reports").iterdir()}
    WeeklyReports(Stores(Settings(), world.engine), clock).write_due()


def test_a_week_that_is_long_over_says_that_verdicts_are_later_and_gives_no_advice(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "hm" * 6)
    world.evaluate(NOON + timedelta(days=2))
    fresh = report(world)
    assert weekly_object.as_object(fresh)["next"]
    assert "What to do next" in weekly.markdown(fresh)
    assert [heading for heading, _ in weekly.digest(fresh)].count("to do")
    world.evaluate(WEEK.end + timedelta(days=6))
    assert not report(world).past
    world.evaluate(WEEK.end + timedelta(days=7))
    old = report(world)
    assert weekly_object.as_object(old)["next"] == []
    assert "What to do next" not in weekly.markdown(old)
    assert "This week is long over: verdicts, floors and recall since release are of later than its end" in (
        weekly.markdown(old)
    )
    assert {heading for heading, _ in weekly.digest(old)} <= {"pages", "changed"}


def test_two_agents_that_write_one_report_disturb_nobody_who_reads(tmp_path: Path) -> None:
    def writing(letter: str) -> None:
        for _ in range(100):
            write_report(tmp_path, {"a.md": letter * 50_000})

    writers = [threading.Thread(target=writing, args=(letter,)) for letter in "xy"]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        if (tmp_path / "a.md").exists():
            seen.add((tmp_path / "a.md").read_text())
    for writer in writers:
        writer.join()
    assert seen <= {"x" * 50_000, "y" * 50_000}
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_a_folder_that_can_t_be_written_is_reported_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"file can't be written: .*; name another folder"):
        write_report(tmp_path / "file", {"a.md": ""})


def test_the_page_names_nothing_that_a_browser_would_fetch(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "hhm")
    world.evaluate()
    page = weekly.html(report(world))
    assert "Recall of erasure week by week: " in page
    assert not re.search(r"https?://|src=|url\(|<script|<link", page)
