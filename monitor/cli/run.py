"""`anchorwatch run`: take events in, judge, page; as a service, or once for cron and back-fills."""

import signal
import threading
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from monitor.app import agent as loops
from monitor.app import schedule as jobs
from monitor.app import wiring
from monitor.app.agent import Role
from monitor.app.wiring import App, open_app
from monitor.cli.common import ConfigOption, SetOption, err, note, parsed
from monitor.cli.logs import log_to_stderr
from monitor.cli.progress import progress
from monitor.errors import AnchorwatchError
from monitor.ingest.ingest import Taken
from monitor.ingest.ports import DeadLetters, EventSource
from monitor.settings.load import load

MISSED_SECONDS = 1_800.0  # how often it is looked whether a weekly report is owed


def run(
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    only: Annotated[
        Role | None,
        typer.Option(help="Do one part of the work; other agents on the same database do the rest."),
    ] = None,
    once: Annotated[
        bool,
        typer.Option("--once", help="Take in what is there, judge as of its latest event, page, and exit."),
    ] = False,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="Events as JSON lines instead of Kafka; .gz too; - is standard input.",
        ),
    ] = None,
    dead_letters: Annotated[
        Path | None, typer.Option("--dead-letters", help="With --input: append rejected lines to this file.")
    ] = None,
    reset_positions: Annotated[
        bool,
        typer.Option(
            "--reset-positions",
            help="Where the log can't serve our position (a topic made anew, records expired unread), go on"
            " at its oldest record; what was counted stays counted once.",
        ),
    ] = False,
) -> None:
    """Watch the configured topics, or files with --input.

    Exit codes: 0 done, also when it paged; 2 configuration; 4 stopped by poison; 5 a service is out of reach.
    """
    log_to_stderr()
    with closing(open_app(load(config, parsed(overrides)))) as app:
        if inputs:
            _once(app, inputs, dead_letters)
        elif once:
            _once(app, None, None, reset=reset_positions)
        else:
            _serve(app, only, reset=reset_positions)


def _once(app: App, inputs: list[str] | None, dead_letters: Path | None, *, reset: bool = False) -> None:
    source, letters = wiring.files(inputs, dead_letters) if inputs else _kafka(app, reset=reset)
    total = Taken()
    try:
        with progress() as bar:
            task = bar.add_task("events", total=None)

            def show(taken: Taken) -> None:
                total.records += taken.records
                total.rejected += taken.rejected
                bar.update(task, advance=taken.records)

            loops.drain(app, source, letters, show)
            bar.update(task, description="judging")
            app.evaluate_once()
    finally:
        source.close()
    _tell(app, total, kept=not inputs or dead_letters is not None or "-" in inputs)
    loops.deliver_all(app)
    app.reporting.explain_new()


def _tell(app: App, total: Taken, *, kept: bool) -> None:
    """What came of it, on standard error: silence would look the same as success."""
    err.print(f"{total.records:,} records taken in, {total.rejected:,} of them rejected")
    if total.rejected:
        err.print(
            "`anchorwatch status` counts the rejected by code"
            + ("" if kept else "; --dead-letters FILE keeps them")
        )
    states = [status.state for status in app.status.cells()]
    for model in sorted({s.cell.model for s in states} - {s.cell.model for s in states if s.held.anchor_id}):
        note(f"{model} has no active anchor: nothing of it can page")


def _serve(app: App, only: Role | None, *, reset: bool) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    schedule = app.settings.schedule
    rounds = {
        Role.INGEST: loops.POLL_S,
        Role.EVALUATE: schedule.evaluate_seconds,
        Role.DELIVER: schedule.deliver_seconds,
    }
    ours = [role for role in Role if only in (None, role)]
    app.vitals.watch({role.value: rounds[role] for role in ours})
    table = [
        (
            Role.EVALUATE,
            jobs.Job("evaluate", app.vitals.noted("evaluate", app.evaluate), schedule.evaluate_seconds),
        ),
        (
            Role.DELIVER,
            jobs.Job("deliver", app.vitals.noted("deliver", app.deliver), schedule.deliver_seconds),
        ),
        (Role.EVALUATE, jobs.Job("explain", app.reporting.explain_new, schedule.evaluate_seconds)),
        (Role.EVALUATE, jobs.Job("retention", app.retain, schedule.retention_hours * 3600)),
        (Role.EVALUATE, jobs.Job("audit", app.reporting.audit_ungraded, schedule.retention_hours * 3600)),
        (Role.EVALUATE, jobs.Job("weekly report", app.reporting.write_weekly, weekly=schedule.weekly)),
        (Role.EVALUATE, jobs.Job("a missed weekly report", app.reporting.write_weekly, MISSED_SECONDS)),
        (ours[-1], jobs.Job("heartbeat", app.vitals.heartbeat, schedule.evaluate_seconds)),
    ]
    with app.vitals.serve() or nullcontext():
        scheduler = jobs.start([job for role, job in table if role in ours], app.vitals.health.missed)
        try:
            if Role.INGEST in ours:
                _ingest(app, stop, reset=reset)
            else:
                stop.wait()
        finally:
            scheduler.shutdown(wait=True)


def _ingest(app: App, stop: threading.Event, *, reset: bool) -> None:
    source, letters = _kafka(app, reset=reset)
    try:
        loops.watch(app, source, letters, stop)
    finally:
        source.close()


def _kafka(app: App, *, reset: bool) -> tuple[EventSource, DeadLetters]:
    source, letters = app.kafka()
    if reset:
        try:
            told = app.reset_positions(source)
        except AnchorwatchError:
            source.close()
            raise
        for reason in told:
            note(f"{reason}; going on at the oldest record there is")
        if not told:
            err.print("every position can be served; none was reset")
    return source, letters
