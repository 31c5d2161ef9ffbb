"""Backtests as jobs: one at a time, in a process of its own, with progress, an end by a person, words for a crash."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from monitor.app.backtest_child import Failed, OutcomesCounted, OutcomesReplayed
from monitor.app.backtest_jobs import KEPT, BacktestJobs
from monitor.domain.backtest.job import BacktestJob, JobState
from monitor.domain.backtest.pages import Backtest
from monitor.domain.judging.what_if import WhatIf
from monitor.errors import ConfigError, NotFoundError
from monitor.settings.settings import Settings

NOW = datetime(2026, 11, 27, tzinfo=UTC)
RESULT = Backtest(100, None, None, [], [], [])
ASKED = WhatIf(drop=0.05, false_pages=4.0)


def at_once(settings: Settings, to: Connection) -> None:
    assert (settings.judge.drop, settings.judge.false_pages_per_year) == (0.05, 4.0)
    to.send(OutcomesCounted(100))
    to.send(OutcomesReplayed(60))
    to.send(OutcomesReplayed(40))
    to.send(RESULT)


def for_long(_: Settings, to: Connection) -> None:
    to.send(OutcomesCounted(100))
    to.send(OutcomesReplayed(35))
    time.sleep(600)


def refused(_: Settings, to: Connection) -> None:
    to.send(Failed("the database is out of reach"))


def crashing(_: Settings, __: Connection) -> None:
    os._exit(9)


@pytest.fixture
def begun() -> Iterator[Callable[..., BacktestJobs]]:
    made: list[BacktestJobs] = []

    def begin(child: Callable[[Settings, Connection], None]) -> BacktestJobs:
        made.append(BacktestJobs(Settings(), lambda: NOW, child))
        return made[-1]

    yield begin
    for jobs in made:
        jobs.close()


def until(jobs: BacktestJobs, name: str, fits: Callable[[BacktestJob], bool]) -> BacktestJob:
    deadline = time.monotonic() + 120
    while not fits(jobs.job(name)):
        assert time.monotonic() < deadline, jobs.job(name)
        time.sleep(0.05)
    return jobs.job(name)


def is_over(job: BacktestJob) -> bool:
    return job.state is not JobState.RUNNING


def test_it_is_done_by_the_settings_that_were_asked(begun: Callable[..., BacktestJobs]) -> None:
    jobs = begun(at_once)
    job = jobs.begin(ASKED, "ana")
    assert (job.state, job.by, job.begun, job.asked) == (JobState.RUNNING, "ana", NOW, ASKED)
    done = until(jobs, job.name, is_over)
    assert (done.state, done.replayed, done.outcomes, done.result) == (JobState.DONE, 100, 100, RESULT)


def test_there_is_one_at_a_time_and_whoever_ends_it_is_named(begun: Callable[..., BacktestJobs]) -> None:
    jobs = begun(for_long)
    job = until(jobs, jobs.begin(ASKED, "ana").name, lambda each: each.replayed == 35)
    assert (job.outcomes, job.tenths) == (100, 3)
    running = jobs.mark()
    with pytest.raises(ConfigError, match=f"a backtest of ana is running.*/backtests/{job.name}"):
        jobs.begin(ASKED, "ben")
    jobs.cancel(job.name, "ben")
    ended = jobs.job(job.name)
    assert (ended.state, ended.problem) == (JobState.CANCELLED, "cancelled by ben")
    assert jobs.mark() != running
    with pytest.raises(ConfigError, match="cancelled already"):
        jobs.cancel(job.name, "ben")
    assert jobs.begin(ASKED, "ben").state is JobState.RUNNING


def test_what_cannot_be_done_says_why_and_a_crash_too(begun: Callable[..., BacktestJobs]) -> None:
    jobs = begun(refused)
    done = until(jobs, jobs.begin(ASKED, "ana").name, is_over)
    assert (done.state, done.problem) == (JobState.FAILED, "the database is out of reach")
    jobs = begun(crashing)
    done = until(jobs, jobs.begin(ASKED, "ana").name, is_over)
    assert (done.state, "exit code 9" in done.problem) == (JobState.FAILED, True)


def test_the_last_few_are_kept(begun: Callable[..., BacktestJobs]) -> None:
    jobs = begun(refused)
    names = []
    for _ in range(KEPT + 1):
        names.append(jobs.begin(ASKED, "ana").name)
        until(jobs, names[-1], is_over)
    with pytest.raises(NotFoundError, match=f"there is no backtest {names[0]}"):
        jobs.job(names[0])
    assert jobs.job(names[1]).state is JobState.FAILED


def test_ending_one_leaves_no_scratch_behind(
    begun: Callable[..., BacktestJobs], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    jobs = begun(scratching)
    name = jobs.begin(ASKED, "ana").name
    until(jobs, name, lambda job: job.replayed == 1)
    assert list(tmp_path.glob("anchorwatch-*"))
    jobs.cancel(name, "ana")
    deadline = time.monotonic() + 60
    while list(tmp_path.glob("anchorwatch-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def scratching(settings: Settings, to: Connection) -> None:
    """The real child, whose replay holds a scratch for long."""
    from tempfile import TemporaryDirectory

    from monitor.app import backtest_child, backtesting

    def long(*_: object, on_day: Callable[[int], None], **__: object) -> Backtest:
        with TemporaryDirectory(prefix="anchorwatch-"):
            on_day(1)
            time.sleep(600)
        return RESULT

    backtesting.run = long  # type: ignore[assignment]
    backtest_child.replay(settings, to)
