"""A backtest that was begun in the watch room in, what its page shows out."""

from collections.abc import Iterator

from monitor.domain.backtest.job import BacktestJob, JobState
from reports.figures import moment, percent
from reports.render.blocks import Block, View
from reports.tables import backtest


def job_view(job: BacktestJob) -> View:
    """How far it has come; when it is done, what `anchorwatch backtest` shows."""
    done = backtest.backtest_view(job.result) if job.result is not None else None
    options = [
        f"--set {key}={value:g}"
        for key, value in (("drop", job.asked.drop), ("false_pages_per_year", job.asked.false_pages))
        if value is not None
    ]
    command = " ".join(["anchorwatch backtest", *options])
    return View(
        [
            Block(lines=list(_state(job)), verbatim=[command]),
            *(done.blocks if done is not None else ()),
        ],
        {
            "name": job.name,
            "state": job.state.value,
            "asked": {"drop": job.asked.drop, "false_pages_per_year": job.asked.false_pages},
            "by": job.by,
            "begun": job.begun.isoformat(),
            "replayed": job.replayed,
            "outcomes": job.outcomes,
            "problem": job.problem or None,
            "result": done.content if done is not None else None,
        },
    )


def _state(job: BacktestJob) -> Iterator[str]:
    yield f"begun by {job.by}, {moment(job.begun)}; it is kept until the process that shows this page ends"
    match job.state:
        case JobState.RUNNING if not job.outcomes:
            yield "running: the outcomes are being counted"
        case JobState.RUNNING:
            share = percent(job.replayed, job.outcomes or 1)
            yield f"running: {job.replayed:,} of {job.outcomes:,} outcomes replayed ({share}); then come healthy ones"
        case JobState.DONE:
            yield "done"
        case JobState.FAILED | JobState.CANCELLED:
            yield f"{job.state.value}: {job.problem}"
