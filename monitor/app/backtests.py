"""The backtests of the watch room: begun with what is asked of the budget, and a page for each."""

from collections.abc import Mapping

from typing_extensions import override

from monitor.app.backtest_jobs import BacktestJobs
from monitor.app.clock import now
from monitor.app.what_if import asked_of
from monitor.domain.backtest.job import JobState
from monitor.errors import InputError
from monitor.review.ports import backtests
from monitor.settings.settings import Settings
from reports.tables.backtest_job import job_view
from reports.web.page import WHO, Form, RoomPage


class Backtests(backtests.Backtests):
    """Those of one process. May be used from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._jobs = BacktestJobs(settings, now)

    @override
    def begin(self, asked: Mapping[str, str], who: str) -> str:
        question = asked_of(asked.get("drop", ""), asked.get("false_pages", ""))
        if not who.strip():
            raise InputError({"--by": "say who you are: it is kept beside what you did"})
        return self._jobs.begin(question, who).name

    @override
    def page(self, name: str) -> RoomPage:
        job = self._jobs.job(name)
        forms = [Form(f"/backtests/{name}/cancel", "cancel", (WHO,))] if job.state is JobState.RUNNING else []
        return RoomPage(f"backtest {name}", job_view(job), forms, links=[("/budget", "the budget")])

    @override
    def cancel(self, name: str, who: str) -> None:
        self._jobs.cancel(name, who or "somebody")

    def mark(self) -> str:
        """A few characters that change when a page of one does."""
        return self._jobs.mark()
