"""`anchorwatch anchor`: import the offline numbers, activate them, look at them."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.anchors import anchoring
from monitor.app.clock import now
from monitor.app.wiring import read_anchor_file
from monitor.cli.common import ConfigOption, JsonOption, out, print_json, say, warn
from monitor.cli.opened import opened
from monitor.domain.anchors.promise import Provenance
from monitor.domain.events.names import named_model
from reports.tables import anchors as shown

FileArgument = Annotated[
    Path,
    typer.Argument(
        help="A classification_report as JSON, a CSV intent,recall,support, or examples as CSV or Parquet."
    ),
]


def import_(
    file: FileArgument,
    model: Annotated[str, typer.Option(help="The model's name, as its events give it.")],
    version: Annotated[str, typer.Option(help="The model's version, as its events give it.")],
    environment: Annotated[str, typer.Option(help="Where it runs.")] = "prod",
    config: ConfigOption = None,
    *,
    activate: Annotated[bool, typer.Option("--activate", help="Hold the model to it at once.")] = False,
    intents: Annotated[str | None, typer.Option(help="Only these intents, with commas between.")] = None,
    intent: Annotated[
        list[str] | None, typer.Option(help="One of them, as often as needed; its name may hold a comma.")
    ] = None,
) -> None:
    """Keep the offline recall of a model version. Importing the same numbers again changes nothing."""
    wanted = [*(intents.split(",") if intents else ()), *(intent or ())]
    read = read_anchor_file(file, wanted or None)
    for warning in read.warnings:
        warn(warning)
    with opened(config) as stores:
        provenance = Provenance(file.name, read.sha256, read.importer, now(), len(read.examples))
        anchor, new = anchoring.import_anchor(
            stores.anchors,
            named_model(model, version, environment),
            read.promises,
            read.examples,
            provenance,
            keep_text=stores.settings.privacy.keep_text,
        )
        say(
            f"anchor {anchor.id[:12]} of {anchor.model}: {shown.size(anchor)}"
            + ("" if new else ", imported before")
        )
        if activate:
            anchoring.activate(stores.anchors, anchor, now())
            out.print("active: the next evaluation holds the model to it")
        else:
            out.print(f"next: anchorwatch anchor activate {anchor.id[:12]}")


def attach_examples(
    file: FileArgument,
    anchor: Annotated[str, typer.Option(help="The beginning of its id.")],
    config: ConfigOption = None,
) -> None:
    """Add the evaluated examples behind an anchor that was made from a report."""
    read = read_anchor_file(file)
    with opened(config) as stores:
        listed = anchoring.find(stores.anchors, anchor)
        anchoring.attach_examples(
            stores.anchors,
            listed,
            read.promises,
            read.examples,
            read.sha256,
            keep_text=stores.settings.privacy.keep_text,
        )
        out.print(f"anchor {listed.anchor.id[:12]}: {len(read.examples)} examples attached")


def activate(
    anchor: Annotated[str, typer.Argument(help="The beginning of its id.")], config: ConfigOption = None
) -> None:
    """Hold a model to an anchor from the next evaluation on."""
    with opened(config) as stores:
        listed = anchoring.find(stores.anchors, anchor)
        anchoring.activate(stores.anchors, listed.anchor, now())
        say(f"{listed.anchor.model} is held to anchor {listed.anchor.id[:12]}")


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every anchor, and which ones are active."""
    with opened(config) as stores:
        listed = stores.anchors.all()
        if as_json:
            print_json([shown.as_object(each) for each in listed])
        else:
            out.print(shown.table(listed, plain=not out.is_terminal))


def show(
    anchor: Annotated[str, typer.Argument(help="The beginning of its id.")],
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """What an anchor promises, intent by intent, and where its numbers came from."""
    with opened(config) as stores:
        listed = anchoring.find(stores.anchors, anchor)
        if as_json:
            print_json(shown.as_object(listed, promises=True))
        else:
            out.print(shown.details(listed, plain=not out.is_terminal))
