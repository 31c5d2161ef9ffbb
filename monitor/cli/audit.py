"""`anchorwatch anchor audit` and `compare-generated`: does the offline number deserve to be believed?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from monitor.anchors import anchoring
from monitor.app.audits import anchor_named, audit_anchor, audit_file, compare_generated, references
from monitor.app.stores import Stores
from monitor.cli.common import ConfigOption, JsonOption, note, warn
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.anchors.audit import IntentAudit, ReferenceTexts
from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.promise import Anchor
from monitor.domain.anchors.worksheet import RedFlag, flags_of_audited
from monitor.settings.load import load
from monitor.settings.worksheets import read_worksheet
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
    against = references(production, train, generated, real)
    wanted = [name.strip() for name in intents.split(",")] if intents else []
    if file is None:
        with opened(config) as stores:
            held = anchor_named(stores, anchor)
            audits = audit_anchor(stores, held, against, wanted)
            _keep(stores, held, audits)
    else:
        if against == ReferenceTexts(real=against.real):
            warn("only sizes and origins can be looked at; give --production too")
        audits = audit_file(file, against, wanted)
        if anchor is not None:
            with opened(config) as stores:
                _keep(stores, anchor_named(stores, anchor), audits)
    flags = _red_flags([*(worksheet or []), *load(config).worksheets], audits)
    show(audit_view(audits, flags), as_json=as_json)
    if any(audit.graded.grade is Grade.UNTRUSTED for audit in audits):
        raise typer.Exit(1)


def _red_flags(paths: Sequence[Path], audits: Sequence[IntentAudit]) -> dict[str, list[RedFlag]]:
    """The red flags of each worksheet that names an audited intent, by its file."""
    audited = {audit.intent: audit.promise for audit in audits}
    flags = {path.name: flags_of_audited(read_worksheet(path), audited) for path in dict.fromkeys(paths)}
    return {name: of_file for name, of_file in flags.items() if of_file}


def _keep(stores: Stores, anchor: Anchor, audits: Sequence[IntentAudit]) -> None:
    if poorer := anchoring.keep_grades(stores.anchors, anchor, audits):
        note(f"the grade of {', '.join(poorer)} was not replaced: an audit before looked at production too")


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
