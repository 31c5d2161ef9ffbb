"""`anchorwatch status`: every cell, how it is doing against its anchor, and why."""

from typing import Annotated

import typer

from monitor.cli.common import ConfigOption, JsonOption, SetOption, opened, out, print_json
from monitor.domain.judge import Verdict
from reports import status as shown


def status(
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if a watched cell is degraded.")] = False,
) -> None:
    """Print the table of intents as they were last judged."""
    with opened(config, overrides) as app:
        cells = app.status.cells()
        if as_json:
            print_json([shown.as_object(cell.state, cell.promise) for cell in cells])
        else:
            out.print(
                shown.table(
                    [(cell.state, cell.promise) for cell in cells], plain=not out.is_terminal, width=out.width
                )
            )
            if not cells:
                out.print(f"database: {app.engine.url.render_as_string(hide_password=True)}", markup=False)
            for line in shown.notes(
                [cell.state for cell in cells], app.status.event_counts(), app.status.labels_waiting()
            ):
                out.print(line)
        if check and any(
            cell.state.watched and cell.state.judgement.verdict is Verdict.DEGRADED for cell in cells
        ):
            raise typer.Exit(1)
