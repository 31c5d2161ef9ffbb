"""`anchorwatch report`: what people read once a week."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.weekly import weekly_reports
from monitor.cli.common import ArchiveOption, ConfigOption, EngineOption, JsonOption
from monitor.cli.opened import opened
from monitor.cli.problems import CommandProblems, engine_named
from monitor.cli.progress import busy
from monitor.cli.show import show
from monitor.domain.weekly.calendar import Week
from monitor.errors import ConfigError
from reports.documents.weekly import view
from reports.tables.files import files_view


def weekly(
    week: Annotated[
        str | None,
        typer.Option("--week", metavar="2026-W47", help="An ISO week; without it the last whole one."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Write HTML, Markdown and JSON there.")
    ] = None,
    config: ConfigOption = None,
    archive: ArchiveOption = None,
    engine: EngineOption = None,
    *,
    evidently: Annotated[
        bool, typer.Option(help="With --output: let Evidently render recall and drift beside it.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Every model and intent, the incidents, what changed, and what to do next.

    Without --output: tables in a terminal, Markdown in a pipe. With --archive labelled tickets and traffic are counted
    there, also those that the database has dropped; verdicts, incidents and pages are the database's, and Evidently,
    which reads single tickets, renders nothing. A week that the archive does not hold whole is refused.
    """
    problems = CommandProblems()
    wanted = problems.of(lambda: _week(week)) if week else None
    reader = problems.of(lambda: engine_named(archive, engine)) or ""
    problems.tell()
    with (
        opened(config) as stores,
        busy("making the report"),
        weekly_reports(stores, now, archive, reader, wanted) as reports,
    ):
        done = reports.make(wanted, output, with_evidently=evidently and archive is None)
    show(files_view(done.files) if done.files else view(done.report), as_json=as_json)


def _week(words: str) -> Week:
    try:
        return Week.parse(words)
    except ValueError as err:
        raise ConfigError([f"--week: {words!r} is no ISO week; write it as 2026-W47"]) from err
