"""`anchorwatch labels plan`: how many labels, and of which tickets."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.label_plans import plan_for
from monitor.cli.common import ConfigOption, JsonOption, SetOption, note
from monitor.cli.completed import environment_option, model_option, version_option
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.errors import ConfigError
from monitor.labels.ports.plans import PlanQuestion
from monitor.settings.section import CENTURY_DAYS
from reports.tables.label_picture import days_against_labels
from reports.tables.label_plan import label_plan_view


def plan(
    per_day: Annotated[
        float | None,
        typer.Option("--per-day", metavar="N", min=0.001, help="Labels a day: how soon is a fall seen?"),
    ] = None,
    within_days: Annotated[
        float | None,
        typer.Option(
            "--within-days",
            metavar="DAYS",
            min=0.01,
            max=CENTURY_DAYS,
            help="In time; else judge.detect_within_days.",
        ),
    ] = None,
    fall_to: Annotated[
        float | None,
        typer.Option("--fall-to", metavar="RECALL", min=0, max=0.99, help="The recall after the fall."),
    ] = None,
    fall_by: Annotated[
        float | None,
        typer.Option("--fall-by", metavar="RECALL", min=0.01, max=1, help="Or by how much it falls."),
    ] = None,
    model: Annotated[str, model_option(help="The model's name, where there are several.")] = "",
    version: Annotated[str, version_option(help="Its version.")] = "",
    environment: Annotated[str, environment_option(help="Where it runs.")] = "",
    auc: Annotated[
        float, typer.Option("--auc", min=0.5, max=0.999, help="How well scores tell misses from the rest.")
    ] = 0.95,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="An SVG of days against labels a day.")
    ] = None,
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """How many labels a day see a fall of each intent in time, by which design; or how soon so many a day do."""
    if fall_to is not None and fall_by is not None:
        raise ConfigError(["--fall-to and --fall-by: say one of them"])
    with opened(config, overrides) as stores:
        days = within_days if within_days is not None else stores.settings.judge.detect_within_days
        question = PlanQuestion(days, per_day, fall_to, fall_by, auc)
        answer = plan_for(stores, (model, version, environment), question, now())
    show(label_plan_view(answer), as_json=as_json)
    if picture is not None:
        try:
            picture.write_text(days_against_labels(answer), encoding="utf-8")
        except OSError as err:
            raise ConfigError([f"--picture {picture}: can't be written: {err.strerror}"]) from err
        note(f"picture written to {picture}")
