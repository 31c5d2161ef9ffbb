"""`anchorwatch anchor`: import the offline numbers, compare and activate them, look at them."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.anchors import anchoring
from monitor.app.anchor_diffs import anchor_difference
from monitor.app.anchor_sources import Released, import_source
from monitor.app.anchors import attach_file
from monitor.app.clock import now
from monitor.cli.common import (
    ArchiveOption,
    ByOption,
    ConfigOption,
    EngineOption,
    JsonOption,
    SetOption,
    say,
    time_of,
    warn,
    who,
)
from monitor.cli.completed import environment_option, model_option, version_option
from monitor.cli.opened import opened
from monitor.cli.problems import CommandProblems, engine_named
from monitor.cli.show import show as show_view
from monitor.domain.anchors.metric_names import MetricNames
from monitor.domain.anchors.promise import Anchor
from monitor.domain.events.names import named_model
from monitor.errors import ConfigError
from reports.tables.anchor_diff import anchor_diff_view
from reports.tables.anchors import anchor_view, anchors_view, size

if TYPE_CHECKING:
    from monitor.app.anchor_archives import PastPeriod


def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="A classification_report as JSON, a CSV intent,recall,support, examples as CSV or Parquet, or"
            " mlflow:models:/NAME@ALIAS, mlflow:models:/NAME/VERSION, mlflow:runs:/RUN. None with --archive."
        ),
    ] = "",
    model: Annotated[
        str, model_option(help="The model's name, as its events give it. [default: as in MLflow]")
    ] = "",
    version: Annotated[
        str, version_option(help="The model's version, as its events give it. [default: as in MLflow]")
    ] = "",
    environment: Annotated[str, environment_option(help="Where it runs.")] = "prod",
    config: ConfigOption = None,
    by: ByOption = "",
    *,
    activate: Annotated[bool, typer.Option("--activate", help="Hold the model to it at once.")] = False,
    recall: Annotated[
        str | None,
        typer.Option(
            help="How an intent's recall is named, such as 'recall_{intent}', in any JSON, YAML or model card, or"
            " among a run's metrics."
        ),
    ] = None,
    support: Annotated[
        str | None, typer.Option(help="How the number of its examples is named, such as 'support_{intent}'.")
    ] = None,
    intents: Annotated[str | None, typer.Option(help="Only these intents, with commas between.")] = None,
    intent: Annotated[
        list[str] | None, typer.Option(help="One of them, as often as needed; its name may hold a comma.")
    ] = None,
    archive: ArchiveOption = None,
    engine: EngineOption = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="TIME", help="With --archive, which needs both: predictions from then on."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="TIME", help="With --archive, which needs both: those made before then."
        ),
    ] = None,
) -> None:
    """Keep the offline recall of a model version. Importing the same numbers again changes nothing.

    With --archive it is what the version showed in production from --since until --until, on tickets that were drawn
    uniformly.
    """
    wanted = [*(intents.split(",") if intents else ()), *(intent or ())]
    if archive is not None:
        problems = CommandProblems()
        if source or recall or support:
            problems.add("anchor import --archive: its numbers are counted; no file, --recall or --support")
        released = (model, version, environment)
        period = _period(archive, engine, (since, until), released, problems)
        _import_period(period, wanted, config, who(by) if activate else "")
        return
    _require_no_archive(source, engine, since, until)
    usual = MetricNames()
    names = MetricNames(recall or usual.recall, support or usual.support) if recall or support else None
    with opened(config, new_too=True) as stores:
        anchor, new, warnings = import_source(
            stores,
            source,
            Released(model, version, environment),
            wanted,
            names=names,
            activated_by=who(by) if activate else "",
        )
        held = anchoring.active(stores.anchors, anchor.model)
    _say_imported(anchor, held, new=new, warnings=warnings)


def _require_no_archive(source: str, engine: str | None, since: str | None, until: str | None) -> None:
    """See to it that a file or a run is named, and nothing beside it that only an archive heeds.

    Raises:
        ConfigError: all that is missing, or would not be heeded.
    """
    problems = CommandProblems()
    if not source:
        problems.add("anchor import: name a file or a run of MLflow, or give --archive, --since and --until")
    for option, given in (("--since", since), ("--until", until)):
        if given is not None:
            problems.add(f"{option}: is for --archive; give that, or leave {option} out")
    problems.of(lambda: engine_named(None, engine))
    problems.tell()


def _period(
    archive: str,
    engine: str | None,
    span: tuple[str | None, str | None],
    released: tuple[str, str, str],
    problems: CommandProblems,
) -> "PastPeriod":
    """The past period of a model that the options name, as far as the archive reaches; else all that is wrong."""
    from monitor.app.anchor_archives import PastPeriod, require_period
    from monitor.app.archive_reach import archive_reach

    name, version, environment = released
    given = {"--since": span[0], "--until": span[1], "--model": name, "--version": version}
    problems.add(
        *(f"anchor import --archive: {option} is missing" for option, value in given.items() if not value)
    )
    since, until = (
        problems.of(partial(time_of, option, words)) if words else None
        for option, words in zip(("--since", "--until"), span, strict=True)
    )
    model = problems.of(lambda: named_model(name, version, environment)) if name and version else None
    reader = problems.of(lambda: engine_named(archive, engine))
    reach = problems.of(lambda: archive_reach(archive))
    if since is not None and until is not None:
        problems.of(lambda: require_period(archive, reach, since, until))
    if since is None or until is None or model is None or reader is None or problems:
        raise problems.error()
    return PastPeriod(archive, reader, since, until, model)


def _import_period(
    period: "PastPeriod", wanted: Sequence[str], config: list[Path] | None, activated_by: str
) -> None:
    from monitor.app.anchor_archives import import_period

    with opened(config, new_too=True) as stores:
        done = import_period(stores, period, wanted, activated_by=activated_by)
        held = anchoring.active(stores.anchors, done.anchor.model)
    _say_imported(done.anchor, held, new=done.new, warnings=done.warnings)


def _say_imported(anchor: Anchor, held: Anchor | None, *, new: bool, warnings: Sequence[str]) -> None:
    for warning in warnings:
        warn(warning)
    say(f"anchor {anchor.id[:12]} of {anchor.model}: {size(anchor)}" + ("" if new else ", imported before"))
    if held is not None and held.id == anchor.id:
        say("active: the next evaluation holds the model to it")
    else:
        say(f"next: anchorwatch anchor activate {anchor.id[:12]}")


def attach_examples(
    file: Annotated[Path, typer.Argument(help="The evaluated examples as CSV or Parquet.")],
    anchor: Annotated[str, typer.Option(help="The beginning of its id.")],
    config: ConfigOption = None,
) -> None:
    """Add the evaluated examples behind an anchor that was made from a report."""
    with opened(config) as stores:
        attached, count = attach_file(stores, file, anchor)
    say(f"anchor {attached.id[:12]}: {count} examples attached")


def activate(
    anchor: Annotated[str, typer.Argument(help="The beginning of its id.")],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Hold a model to an anchor from the next evaluation on."""
    with opened(config) as stores:
        listed = anchoring.find(stores.anchors, anchor)
        anchoring.activate(stores.anchors, listed.anchor, now(), who(by))
        say(f"{listed.anchor.model} is held to anchor {listed.anchor.id[:12]}")


def diff(
    anchors: Annotated[
        list[str],
        typer.Argument(
            metavar="[BEFORE] AFTER",
            help="The beginnings of their ids; with one, it is held against what its model is held to now.",
        ),
    ],
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """What changes, intent by intent, if an anchor is activated; nothing is written."""
    if len(anchors) > 2:
        raise ConfigError(
            [f"anchor diff: {len(anchors)} anchors are named; name the one before, and the one after"]
        )
    with opened(config, overrides) as stores:
        done = anchor_difference(stores, anchors[-1], "".join(anchors[:-1]))
        view = anchor_diff_view(done, stores.status.judged_at())
    show_view(view, as_json=as_json)


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every anchor, and which ones are active."""
    with opened(config) as stores:
        view = anchors_view(stores.anchors.all())
    show_view(view, as_json=as_json)


def show(
    anchor: Annotated[str, typer.Argument(help="The beginning of its id.")],
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """What an anchor promises, intent by intent, and where its numbers came from."""
    with opened(config) as stores:
        view = anchor_view(anchoring.find(stores.anchors, anchor))
    show_view(view, as_json=as_json)
