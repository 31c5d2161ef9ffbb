"""Pages that take seconds: at most two are made at once, beside the server, and each is kept until something changes.

Who asks for one that is not made yet is told so at once, by a page that loads again by itself; a program waits.
"""

import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Event, Lock, Thread
from typing import Final, NamedTuple

from monitor.app.costly_child import AskedCostly, CostlyView, NotMade, make, make_apart
from monitor.app.stores import Stores
from monitor.errors import UnavailableError
from monitor.settings.settings import Settings
from reports.render.blocks import LateView, View
from reports.web.being_made import AGAIN_S, busy, older, waiting
from reports.web.page import Form

AT_ONCE: Final = 2
KEPT: Final = 16
QUICK: Final = 10_000
"""A database of so few outcomes, and a tenth of that in cells, is no matter of seconds: its pages are made at once."""
PATIENCE_S: Final = 0.05
PROGRAMS_WAIT_S: Final = 100.0
TAKES_TOO_LONG_S: Final = 900.0

CostlyChild = Callable[[Settings, AskedCostly, Connection], None]


class ShownCostly(NamedTuple):
    """What is shown of a page by now; it is to be loaded again after `again_s` seconds, where that is not 0."""

    view: View | LateView
    forms: list[Form]
    again_s: int = 0


class _Made(NamedTuple):
    made: CostlyView
    mark: str
    at: datetime


class _Job:
    """One that is being made since `began`."""

    def __init__(self, mark: str, at: datetime, process: BaseProcess) -> None:
        self.mark, self.at, self.process = mark, at, process
        self.began = time.monotonic()
        self.done = Event()
        self.problem = ""


class CostlyPages:
    """Those of one server. May be asked from several threads. `child` is what runs in a process of its own."""

    def __init__(
        self,
        stores: Stores,
        mark: Callable[[], str],
        now: Callable[[], datetime],
        *,
        child: CostlyChild = make_apart,
        quick: int = QUICK,
    ) -> None:
        self._stores = stores
        self._mark = mark
        self._now = now
        self._child = child
        self._quick = quick
        self._lock = Lock()
        self._kept: dict[AskedCostly, _Made] = {}
        self._jobs: dict[AskedCostly, _Job] = {}
        self._problems: dict[AskedCostly, str] = {}  # of those that nobody waited for

    def page(self, asked: AskedCostly) -> ShownCostly:
        """It, or an older one, or that it is being made.

        Raises:
            NotFoundError, ConfigError, UnavailableError: it cannot be made.
        """
        if self._is_quick():
            made = make(self._stores, asked)
            return ShownCostly(made.view, made.buttons)
        fresh, job = self._fresh_or_begun(asked)
        if job is not None and job.done.wait(PATIENCE_S):
            fresh = self._outcome(asked, job)
        if fresh is not None:
            return ShownCostly(fresh.made.view, fresh.made.buttons)
        with self._lock:
            known = self._kept.get(asked)
        blocks, buttons = (
            [busy() if job is None else waiting(int(time.monotonic() - job.began))],
            list[Form](),
        )
        if known is not None:
            blocks, buttons = [older(known.at), *known.made.view.blocks], known.made.buttons
        view = LateView(lambda: blocks, lambda: self._awaited(asked).view.content)
        return ShownCostly(view, buttons, AGAIN_S)

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            for job in self._jobs.values():
                job.process.terminate()

    def _is_quick(self) -> bool:
        status = self._stores.status
        return sum(each.outcomes for each in status.labelling()) + 10 * len(status.cells()) <= self._quick

    def _fresh_or_begun(self, asked: AskedCostly) -> tuple[_Made | None, _Job | None]:
        """It, or what makes it; neither where two others are being made."""
        mark = self._mark()
        with self._lock:
            known, job = self._kept.get(asked), self._jobs.get(asked)
            if known is not None and known.mark == mark:
                return known, None
            if (why := self._problems.pop(asked, "")) and job is None:
                raise UnavailableError(why)
            if job is None and len(self._jobs) < AT_ONCE:
                job = self._begin(asked, mark)
            return None, job

    def _begin(self, asked: AskedCostly, mark: str) -> _Job:
        context = get_context("spawn")  # a fork would copy the locks of the server's threads as they are
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=self._child, args=(self._stores.settings, asked, theirs), daemon=True
        )
        process.start()
        theirs.close()
        job = self._jobs[asked] = _Job(mark, self._now(), process)
        Thread(target=self._listen, args=(asked, job, ours), daemon=True, name="costly page").start()
        return job

    def _listen(self, asked: AskedCostly, job: _Job, child: Connection) -> None:
        said: CostlyView | NotMade = NotMade("its process ended before it was made")
        with child:
            try:
                if child.poll(TAKES_TOO_LONG_S):
                    said = child.recv()
                else:
                    said = NotMade(f"it took longer than {TAKES_TOO_LONG_S / 60:.0f} minutes")
            except (EOFError, OSError):
                pass
        job.process.terminate()
        job.process.join()
        with self._lock:
            del self._jobs[asked]
            if isinstance(said, CostlyView):
                self._kept.pop(asked, None)
                self._kept[asked] = _Made(said, job.mark, job.at)
                for old in list(self._kept)[:-KEPT]:
                    del self._kept[old]
            else:
                job.problem = self._problems[asked] = said.why
        job.done.set()

    def _outcome(self, asked: AskedCostly, job: _Job) -> _Made:
        """What came of a job that is done."""
        with self._lock:
            made = self._kept.get(asked)
            self._problems.pop(asked, None)
        if job.problem or made is None:
            raise UnavailableError(job.problem or "others were asked for since: ask again")
        return made

    def _awaited(self, asked: AskedCostly) -> CostlyView:
        """It for who waits."""
        fresh, job = self._fresh_or_begun(asked)
        if fresh is not None:
            return fresh.made
        if job is None:
            raise UnavailableError("busy: this takes seconds, and two like it are being made; ask again")
        if not job.done.wait(PROGRAMS_WAIT_S):
            raise UnavailableError("this takes minutes, and is being made; ask again")
        return self._outcome(asked, job).made
