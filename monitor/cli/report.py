"""`anchorwatch report`: what people read once a week."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.publishing import Reporting
from monitor.cli.common import ConfigOption, JsonOption, out, print_json, say
from monitor.cli.opened import opened
from monitor.cli.progress import progress
from monitor.domain.weekly.calendar import Week
from monitor.errors import ConfigError
from reports.documents import weekly as shown


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
        reporting = Reporting(stores.settings, stores.engine, now)
        if output is not None:
            with progress() as bar:
                bar.add_task("writing", total=None)
                files = reporting.publish_weekly(wanted, output, with_evidently=evidently)
            for file in files:
                say(str(file), soft_wrap=True)
            return
        report = reporting.weekly(wanted)
    if as_json:
        print_json(shown.as_object(report))
    elif out.is_terminal:
        out.print(shown.terminal(report))
    else:
        out.print(shown.markdown(report), soft_wrap=True, end="")
