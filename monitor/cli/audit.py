"""`anchorwatch anchor audit` and `compare-generated`: does the offline number deserve to be believed?"""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app.audits import References, compare_generated, grade
from monitor.cli.common import ConfigOption, JsonOption, note, warn
from monitor.cli.show import show
from monitor.settings.load import load
from reports.tables.audit import audit_view, comparison_view

_TICKETS = "CSV or Parquet with `text` and `intent`"


def audit(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The evaluated examples: CSV or Parquet with text,y_true[,y_pred,origin]. Without it, what the"
            " database keeps of the anchor's examples and of live tickets."
        ),
    ] = None,
    production: Annotated[
        Path | None, typer.Option(help=f"Live tickets: {_TICKETS} (or y_pred), as the model predicted them.")
    ] = None,
    train: Annotated[Path | None, typer.Option(help=f"The training set: {_TICKETS}, and `origin`.")] = None,
    generated: Annotated[Path | None, typer.Option(help=f"What the generator wrote: {_TICKETS}.")] = None,
    real: Annotated[Path | None, typer.Option(help=f"Real tickets: {_TICKETS}.")] = None,
    intents: Annotated[str | None, typer.Option(help="Only these intents, with commas between.")] = None,
    anchor: Annotated[
        str | None,
        typer.Option(
            help="Keep the grades with this anchor (the beginning of its id); pages quote them. Without FILE: audit"
            " it; not needed where only one is active."
        ),
    ] = None,
    worksheet: Annotated[
        list[Path] | None,
        typer.Option(help="A worksheet of a generated set; those of the configuration are looked at too."),
    ] = None,
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Grade each intent's offline number: untrusted, soft or trusted, with the reasons. No label is needed.

    Exit code 1 where one is untrusted.
    """
    done = grade(
        load(config),
        file,
        References(production, train, generated, real),
        [name.strip() for name in intents.split(",")] if intents else [],
        anchor=anchor,
        worksheets=worksheet or [],
    )
    if done.alone:
        warn("only sizes and origins can be looked at; give --production too")
    if done.not_replaced:
        names = ", ".join(done.not_replaced)
        note(f"the grade of {names} was not replaced: an audit before looked at production too")
    show(audit_view(done.intents, done.flags), as_json=as_json)
    if done.untrusted:
        raise typer.Exit(1)


def compare(
    generated: Annotated[Path, typer.Argument(help=f"What the generator wrote: {_TICKETS}.")],
    real: Annotated[Path, typer.Argument(help=f"Real tickets: {_TICKETS}.")],
    intent: Annotated[
        str | None, typer.Option(help="Only this intent of both; its own words count too.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Hold a generated set against real examples: does it simulate them, or the generator's own habits?"""
    show(comparison_view(compare_generated(generated, real, intent)), as_json=as_json)
