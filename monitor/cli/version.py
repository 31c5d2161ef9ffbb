"""`anchorwatch version`: which versions answer requests, how they compare, and which are out of the budget."""

from typing import Annotated

import typer

from monitor.app import versions
from monitor.app.clock import now
from monitor.app.overviews import overview_now
from monitor.cli.common import ByOption, ConfigOption, JsonOption, say, who
from monitor.cli.completed import environment_option, model_option, version_option
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.events.names import named_model
from monitor.review.in_use import in_use
from monitor.review.narrowing import CellsAsked, narrowed
from reports.tables.services import services_view
from reports.tables.side_by_side import side_by_side_view

ModelOption = Annotated[str, model_option(help="The model's name.")]
VersionOption = Annotated[str, version_option(help="The version.")]
EnvironmentOption = Annotated[str, environment_option(help="Where it runs.")]


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every version: whether it answers requests, since when, and who retired it."""
    with opened(config) as stores:
        view = services_view(stores.status.services(), stores.status.labelling(), now())
    show(view, as_json=as_json)


def compare(
    model: Annotated[str, model_option(metavar="PATTERN", help="Only these models.")] = "",
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Each watched intent's recall of two or more versions side by side, and whether they differ."""
    with opened(config) as stores:
        here = overview_now(stores)
        view = side_by_side_view(narrowed(in_use(here), CellsAsked(model=model)))
    show(view, as_json=as_json)


def retire(
    model: ModelOption,
    version: VersionOption,
    environment: EnvironmentOption = "prod",
    config: ConfigOption = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")] = "",
    by: ByOption = "",
) -> None:
    """Take a version out of the budget, of `status` and of advice. Labels that still come are counted."""
    retired = named_model(model, version, environment)
    with opened(config) as stores:
        versions.retire(stores, retired, who(by), reason)
    say(f"{retired} is retired by {who(by)}; its money goes to the others from the next evaluation on")


def revive(
    model: ModelOption,
    version: VersionOption,
    environment: EnvironmentOption = "prod",
    config: ConfigOption = None,
) -> None:
    """Take a retired version back; its bets go on as they were."""
    revived = named_model(model, version, environment)
    with opened(config) as stores:
        versions.revive(stores, revived)
    say(f"{revived} is back in service; its bets go on with the next evaluation")
