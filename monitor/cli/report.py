"""`anchorwatch report`: what people read once a week."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.weekly import WeeklyReports
from monitor.cli.common import ConfigOption, JsonOption, out, say
from monitor.cli.opened import opened
from monitor.cli.progress import progress
from monitor.cli.show import show
from monitor.domain.weekly.calendar import Week
from monitor.errors import ConfigError
from reports.documents import weekly as document


def weekly(
    week: Annotated[
        str | None,
        typer.Option("--week", metavar="2026-W47", help="An ISO week; without it the last whole one."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Write HTML, Markdown and JSON there.")
    ] = None,
    config: ConfigOption = None,
    *,
    evidently: Annotated[
        bool, typer.Option(help="With --output: let Evidently render recall and drift beside it.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Every model and intent, the incidents, what changed, and what to do next.

    Without --output: tables in a terminal, Markdown in a pipe.
    """
    try:
        wanted = Week.parse(week) if week else Week.of(now() - timedelta(days=7))
    except ValueError as err:
        raise ConfigError([f"--week: {week!r} is no ISO week; write it as 2026-W47"]) from err
    with opened(config) as stores:
        reports = WeeklyReports(stores, now)
        if output is not None:
            with progress() as bar:
                bar.add_task("writing", total=None)
                files = reports.publish(wanted, output, with_evidently=evidently)
            for file in files:
                say(str(file), soft_wrap=True)
            return
        report = reports.report(wanted)
    if as_json or out.is_terminal:
        show(document.view(report), as_json=as_json)
    else:
        out.print(document.markdown(report), soft_wrap=True, end="")
