"""`anchorwatch anchor audit` and `compare-generated`: does the offline number deserve to be believed?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from monitor.anchors import anchoring
from monitor.app.stores import Stores
from monitor.app.wiring import read_tickets
from monitor.cli.common import ConfigOption, JsonOption, note, out, print_json, say, warn
from monitor.cli.opened import opened
from monitor.domain.anchors.audit import IntentAudit, ReferenceTexts
from monitor.domain.anchors.audit import audit as grade_intents
from monitor.domain.anchors.generated import compare_generated
from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.promise import Anchor
from monitor.domain.anchors.worksheet import RedFlag, flags_of_audited
from monitor.errors import ConfigError
from monitor.settings.load import load
from monitor.settings.worksheets import read_worksheet
from reports.tables import audit as shown

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
    sources = ReferenceTexts(
        production=read_tickets(production, by_prediction=True) if production else None,
        training=read_tickets(train) if train else None,
        generated=read_tickets(generated) if generated else None,
        real=read_tickets(real) if real else None,
    )
    wanted = [name.strip() for name in intents.split(",")] if intents else []
    if file is None:
        found = _of_the_database(config, anchor, wanted, sources)
    else:
        found = _of_a_file(file, config, anchor, wanted, sources)
    flags = _red_flags([*(worksheet or []), *load(config).worksheets], found)
    if as_json:
        print_json([shown.as_object(one, flags) for one in found])
    else:
        out.print(shown.table(found, plain=not out.is_terminal))
        for line in (*shown.reasons(found), *shown.flagged(flags)):
            say(line, soft_wrap=True)
    if any(one.graded.grade is Grade.UNTRUSTED for one in found):
        raise typer.Exit(1)


def _red_flags(paths: Sequence[Path], found: Sequence[IntentAudit]) -> dict[str, list[RedFlag]]:
    """The red flags of each worksheet that names an audited intent, by its file."""
    audited = {one.intent: one.promise for one in found}
    flags = {path.name: flags_of_audited(read_worksheet(path), audited) for path in dict.fromkeys(paths)}
    return {name: some for name, some in flags.items() if some}


def _of_a_file(
    file: Path, config: Sequence[Path] | None, anchor: str | None, wanted: list[str], sources: ReferenceTexts
) -> list[IntentAudit]:
    if sources == ReferenceTexts(real=sources.real):
        warn("only sizes and origins can be looked at; give --production too")
    rows = read_tickets(file)
    if missing := sorted(set(wanted) - {row.intent for row in rows}):
        raise ConfigError([f"--intents: {', '.join(missing)} is not in {file}; correct the list"])
    found = grade_intents(rows, sources, wanted)
    if anchor is not None:
        with opened(config) as stores:
            _keep(stores, anchoring.find(stores.anchors, anchor).anchor, found)
    return found


def _of_the_database(
    config: Sequence[Path] | None, anchor: str | None, wanted: list[str], sources: ReferenceTexts
) -> list[IntentAudit]:
    with opened(config) as stores:
        if anchor is not None:
            held = anchoring.find(stores.anchors, anchor).anchor
        else:
            active = [listed.anchor for listed in stores.anchors.all() if listed.active_since]
            if len(active) != 1:
                raise ConfigError(
                    [f"{len(active)} anchors are active; name one with --anchor, or give a file of examples"]
                )
            held = active[0]
        if missing := sorted(set(wanted) - {intent for intent, _ in held.promises}):
            raise ConfigError(
                [f"--intents: anchor {held.id[:12]} never measured {', '.join(missing)}; correct the list"]
            )
        found = anchoring.audit_stored(stores.audits, held, wanted, sources)
        _keep(stores, held, found)
        return found


def _keep(stores: Stores, anchor: Anchor, found: Sequence[IntentAudit]) -> None:
    if poorer := anchoring.keep_grades(stores.anchors, anchor, found):
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
    made, lived = read_tickets(generated), read_tickets(real)
    if intent is not None:
        made, lived = ([one for one in rows if one.intent == intent] for rows in (made, lived))
        if not made or not lived:
            raise ConfigError([f"--intent: {intent} is not in both files; correct it"])
    found = compare_generated(made, lived, intent or "")
    if as_json:
        print_json(shown.compared_object(found))
        return
    for line in shown.compared_lines(found):
        say(line, soft_wrap=True)
    out.print(shown.compared_table(found, plain=not out.is_terminal))
