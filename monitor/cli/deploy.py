"""`anchorwatch deploy`: say what went live, so that a fall soon after it stands beside it."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.cli import completed
from monitor.cli.common import ByOption, ConfigOption, JsonOption, say, who
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.show import show
from monitor.domain.text.times import span_of, time_of
from monitor.errors import ConfigError
from monitor.incidents.deploying import NewDeploy, note_deploy
from reports.figures import moment
from reports.tables.deploys import deploys_view
from reports.words.deploys import sentence


def note(
    text: Annotated[str, typer.Argument(help="What went live.")],
    config: ConfigOption = None,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            metavar="NAME",
            autocompletion=completed.models,
            help="Whose; * and ? stand for anything. Every model's, if not given.",
        ),
    ] = "",
    version: Annotated[str, typer.Option("--version", metavar="NAME", help="Which version.")] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="WHEN", help="When, as an ISO 8601 time; now, if not given.")
    ] = "",
    mute: Annotated[
        str,
        typer.Option(
            "--mute", metavar="SPAN", help="Hear nothing of its cells for so long after it (30m, 2h)."
        ),
    ] = "",
    by: ByOption = "",
) -> None:
    """Note a deploy: incidents that begin within a day after it show it."""
    here = now()
    new = NewDeploy(text, who(by), _time(at) if at else here, model, version, _span(mute) if mute else None)
    with opened_oncall(config, new_too=True) as stores:
        made, muted = note_deploy(stores.deploys, stores.silences, new, here)
    say(f"noted {made.id}: {sentence(made)}")
    if muted is not None:
        say(f"silence {muted.id}: nothing is told of it until {moment(muted.ends)}; it ends by itself")


def list_(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every deploy that is noted, the latest first."""
    with opened_oncall(config) as stores:
        deploys = stores.deploys.all()
    show(deploys_view(deploys), as_json=as_json)


def _time(words: str) -> datetime:
    if (at := time_of(words)) is None:
        raise ConfigError([f"--at {words}: write a time, such as 2026-12-01T09:00"])
    return at


def _span(words: str) -> timedelta:
    if not (span := span_of(words)):
        raise ConfigError([f"--mute {words}: write how long, such as 30m or 2h"])
    return span
