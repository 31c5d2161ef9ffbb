"""`anchorwatch silence`: hear nothing of some cells for a while. They are judged as ever."""

from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.silencing import silence_members
from monitor.cli import completed
from monitor.cli.common import NUMBER_MAX, ByOption, ConfigOption, JsonOption, say, warn, who
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.show import show
from monitor.domain.telling.unfitting import unfitting
from monitor.errors import ConfigError
from monitor.incidents.silencing import add_silence
from reports.figures import moment
from reports.tables.silences import fits_nothing, matchers, silences_view


def add(
    match: Annotated[
        list[str] | None,
        typer.Option(
            "--match",
            metavar="FIELD=PATTERN",
            autocompletion=completed.matchers,
            help="What: model, version, environment, intent, slice or group; * and ? stand for anything. All must fit.",
        ),
    ] = None,
    *,
    incident: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=NUMBER_MAX,
            metavar="NUMBER",
            autocompletion=completed.incidents,
            help="The members of this incident and nothing else, each with its slice: a silence for each.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    until: Annotated[
        str, typer.Option("--until", metavar="WHEN", help="For how long (90m, 8h, 3d), or an ISO 8601 time.")
    ],
    config: ConfigOption = None,
    by: ByOption = "",
) -> None:
    """Keep quiet about what fits, until then. What is still broken afterwards is told."""
    if incident is not None and match:
        raise ConfigError(["--incident: it names the members already; leave --match out"])
    with opened_oncall(config, new_too=True) as stores:
        at = now()
        if incident is not None:
            several = silence_members(stores, incident, who(by), reason, until, at)
        else:
            several = [add_silence(stores.silences, match or [], who(by), reason, until, at)]
        known = stores.names.cells()
    for made in several:
        say(f"silence {made.id}: {matchers(made)} until {moment(made.ends)}")
    if incident is None and (unfit := unfitting(several[0].matchers, known)) is not None:
        warn(fits_nothing(unfit, known=bool(known)))


def list_(
    config: ConfigOption = None,
    *,
    as_json: JsonOption = False,
    over: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
) -> None:
    """The silences that hold now, newest first; below them Alertmanager's."""
    with opened_oncall(config) as stores:
        silences = [silence for silence in stores.silences.all() if over or silence.ends > now()]
        elsewhere = [silence for silence in stores.silences_elsewhere.all() if silence.ends > now()]
    show(silences_view(silences, now(), elsewhere), as_json=as_json)


def expire(
    number: Annotated[int, typer.Argument(min=1, max=NUMBER_MAX, help="The silence's number.")],
    config: ConfigOption = None,
) -> None:
    """End a silence now."""
    with opened_oncall(config) as stores:
        if stores.silences.expire(number, now()) is None:
            raise ConfigError([f"there is no silence {number} that holds; `anchorwatch silence list`"])
    say(f"silence {number} is over; what is still broken is told at the next evaluation")
