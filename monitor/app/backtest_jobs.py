"""Backtests begun by people: one at a time in a child process, the last few remembered."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock, Thread

from monitor.app.backtest_child import Failed, Message, OutcomesCounted, OutcomesReplayed, replay
from monitor.domain.backtest.job import BacktestJob, JobState
from monitor.domain.backtest.pages import Backtest
from monitor.domain.judging.what_if import WhatIf
from monitor.errors import ConfigError, NotFoundError
from monitor.evaluate.budgeting import asked_settings
from monitor.settings.settings import Settings

KEPT = 5

Child = Callable[[Settings, Connection], None]


class BacktestJobs:
    """May be used from several threads. `child` is what runs in a process of its own."""

    def __init__(self, settings: Settings, now: Callable[[], datetime], child: Child = replay) -> None:
        self._settings = settings
        self._now = now
        self._child = child
        self._lock = Lock()
        self._jobs: dict[str, BacktestJob] = {}
        self._processes: dict[str, BaseProcess] = {}

    def begin(self, asked: WhatIf, who: str) -> BacktestJob:
        """Begin one.

        Raises:
            ConfigError: one is running.
        """
        context = get_context("spawn")  # a fork would copy the locks of the server's threads as they are
        ours, theirs = context.Pipe(duplex=False)
        with self._lock:
            for job in self._jobs.values():
                if job.state is JobState.RUNNING:
                    raise ConfigError(
                        [
                            f"a backtest of {job.by} is running, and there is one at a time: /backtests/{job.name}"
                        ]
                    )
            job = BacktestJob(secrets.token_hex(4), asked, who, self._now())
            process = context.Process(
                target=self._child, args=(asked_settings(self._settings, asked), theirs), daemon=True
            )
            process.start()
            self._jobs[job.name], self._processes[job.name] = job, process
            for old in list(self._jobs)[:-KEPT]:
                del self._jobs[old], self._processes[old]
        theirs.close()
        Thread(target=self._listen, args=(job.name, ours, process), daemon=True, name="backtest").start()
        return job

    def job(self, name: str) -> BacktestJob:
        """One of them, as it is now.

        Raises:
            NotFoundError: there is none of that name.
        """
        with self._lock:
            return self._known(name)

    def cancel(self, name: str, who: str) -> None:
        """End one.

        Raises:
            NotFoundError: there is none of that name.
            ConfigError: it is over.
        """
        with self._lock:
            job = self._known(name)
            if job.state is not JobState.RUNNING:
                raise ConfigError([f"the backtest is {job.state} already"])
            self._jobs[name] = job._replace(state=JobState.CANCELLED, problem=f"cancelled by {who}")
            self._processes[name].terminate()

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            for process in self._processes.values():
                process.terminate()

    def mark(self) -> str:
        """A few characters that change with what became of any, and at every tenth of one."""
        with self._lock:
            return ",".join(f"{job.name}{job.state[0]}{job.tenths}" for job in self._jobs.values())

    def _known(self, name: str) -> BacktestJob:
        if name not in self._jobs:
            raise NotFoundError(
                [
                    f"there is no backtest {name}: the last {KEPT} are kept, until the process that ran them ends"
                ]
            )
        return self._jobs[name]

    def _listen(self, name: str, child: Connection, process: BaseProcess) -> None:
        """Take in what the child says until it is gone."""
        with child:
            while True:
                try:
                    message: Message = child.recv()
                except (EOFError, OSError):
                    break
                self._take(name, message)
        process.join()
        self._take(name, Failed(f"its process ended before it was done (exit code {process.exitcode})"))

    def _take(self, name: str, message: Message) -> None:
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.state is not JobState.RUNNING:
                return
            match message:
                case OutcomesCounted(outcomes):
                    changes: Mapping[str, object] = {"outcomes": outcomes}
                case OutcomesReplayed(outcomes):
                    changes = {"replayed": job.replayed + outcomes}
                case Failed(why):
                    changes = {"state": JobState.FAILED, "problem": why}
                case Backtest():
                    changes = {"state": JobState.DONE, "result": message}
            self._jobs[name] = job._replace(**changes)  # type: ignore[arg-type]
