"""`anchorwatch run`: take events in, judge, page; as a service, or once for cron and back-fills."""

import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from monitor.app import agent
from monitor.app.agent import FilesToTake, OnProgress
from monitor.app.schedule import Role
from monitor.app.sources import total_of
from monitor.app.weekly import DueReport
from monitor.app.wiring import App, open_app
from monitor.archive.ports import Archived
from monitor.cli.common import ConfigOption, RecordKind, SetOption, note, parsed
from monitor.cli.logs import log_to_stderr
from monitor.cli.progress import progress
from monitor.errors import ConfigError, JudgingError
from monitor.ingest.taken import Taken
from monitor.settings.load import load
from reports.figures import counted


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
        typer.Option(
            "--once",
            help="Take in what is there, judge as of its latest event, page, do what is due (the weekly report,"
            " audits, retention), and exit.",
        ),
    ] = False,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="Events in files instead of Kafka: JSON lines (.gz too; - is standard input), Parquet or Avro. A"
            " pattern such as 'part-*.parquet' names several. With --once what is due is done, too.",
        ),
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="Further files of --input, as a shell spells a pattern out."
        ),
    ] = None,
    kind: Annotated[
        RecordKind | None,
        typer.Option(
            help="With --input: read the files as the topic of this kind is configured, by its map; else as canonical"
            " events."
        ),
    ] = None,
    dead_letters: Annotated[
        Path | None, typer.Option("--dead-letters", help="With --input: append rejected lines to this file.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="With --input: read each file on from where the last run had read it, and not from its beginning.",
        ),
    ] = False,
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
    if (more or resume) and not inputs:
        raise ConfigError(
            [f"{'--resume' if resume else more and more[0]}: is for files; name one with --input FILE"]
        )
    on_reset = _say_reset if reset_positions else None
    with closing(open_app(load(config, parsed(overrides)))) as app:
        if inputs:
            patterns = [*inputs, *(more or ())]
            files = FilesToTake(patterns, dead_letters, kind.value if kind else None, resume)
            kept = dead_letters is not None or "-" in patterns
            due = partial(agent.make_up, app, _say_written, of_files=True) if once else None
            total = None if resume else total_of(patterns)
            as_ours = kind is None
            _once(
                app,
                lambda show: agent.take_files(app, files, show),
                due,
                kept=kept,
                total=total,
                as_ours=as_ours,
            )
        elif once:
            due = partial(agent.make_up, app, _say_written)
            _once(app, lambda show: agent.take_waiting(app, show, on_reset), due, kept=True)
        else:
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            agent.serve(app, only, stop, on_reset)


def _once(
    app: App,
    take: Callable[[OnProgress], JudgingError | None],
    make_up: Callable[[], None] | None,
    *,
    kept: bool,
    total: int | None = None,
    as_ours: bool = False,
) -> None:
    app.on_archived = _say_archived
    came = Taken()
    with progress() as bar:
        task = bar.add_task("events", total=total)

        def show(taken: Taken | None) -> None:
            if taken is None:
                bar.update(task, description="judging")
                return
            came.add(taken)
            bar.update(task, advance=taken.records)

        unjudged = take(show)
    _say_taken(app, came, kept=kept)
    if as_ours and came.records and came.rejected == came.records:
        _say_kind(app)
    if make_up is not None:
        make_up()
    if held := agent.follow_up(app):
        note(
            f"{held} notices wait for the end of the quiet hours; an agent, or the next run after them, sends them"
        )
    if unjudged is not None:
        raise unjudged


def _say_written(report: DueReport) -> None:
    for file in report.files[:1]:
        note(f"the weekly report of {report.week} is written: {file}")
    if report.sent_to:
        note(f"the digest of {report.week} goes to {', '.join(report.sent_to)}")


def _say_archived(done: Archived) -> None:
    if rows := sum(file.rows for file in done.files):
        note(f"{counted(rows, 'row')} archived in {done.url}")


def _say_taken(app: App, total: Taken, *, kept: bool) -> None:
    """What came of it, on standard error: silence would look the same as success."""
    passed_over = f"{total.passed_over:,} passed over, " if total.passed_over else ""
    note(
        f"{total.records:,} records read: {total.new:,} new, {total.seen_before:,} seen before, {passed_over}"
        f"{total.rejected:,} rejected"
    )
    if total.rejected:
        note(
            "`anchorwatch status` counts the rejected by code"
            + ("" if kept else "; --dead-letters FILE keeps them")
        )
    for model in app.unanchored():
        note(f"{model} has no active anchor: nothing of it can page")


def _say_kind(app: App) -> None:
    """Files were read as events of our own shape and all refused: where topics have a shape of theirs, it is meant."""
    of_theirs = [
        kind for kind, topic in app.settings.kafka.topics.each if topic.map or topic.format != "canonical"
    ]
    if of_theirs:
        note(
            "every record was refused, read as an event of docs/events.md. To read files as a topic of this"
            f" configuration is read: {' or '.join(f'--kind {kind}' for kind in of_theirs)}"
        )


def _say_reset(problems: Sequence[str]) -> None:
    for problem in problems:
        note(f"{problem}; going on at the oldest record there is")
    if not problems:
        note("every position can be served; none was reset")
