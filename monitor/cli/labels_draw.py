"""`anchorwatch labels draw` and `labels drawn`: which tickets to label next, and what was drawn before."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.draws import Draws
from monitor.cli.common import NUMBER_MAX, ConfigOption, JsonOption, SetOption, note, say
from monitor.cli.opened import opened
from monitor.cli.show import show
from monitor.domain.sampling.formats import TaskFormatName
from monitor.errors import ConfigError
from reports.tables.draws import drawn_lines, draws_view


def draw(
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="Where the tickets are written.")],
    config: ConfigOption = None,
    overrides: SetOption = None,
    per_day: Annotated[
        float | None,
        typer.Option(
            "--per-day", metavar="N", help="How many tickets a day; else labels.draw.per_day.", min=0.001
        ),
    ] = None,
    again: Annotated[
        int | None,
        typer.Option(
            "--again", metavar="NUMBER", help="Draw nothing; write this draw once more.", max=NUMBER_MAX
        ),
    ] = None,
    as_format: Annotated[
        TaskFormatName | None,
        typer.Option("--format", help="Else as the file's name ends, else labels.draw.format, else csv."),
    ] = None,
) -> None:
    """Draw tickets to label among those that came since the last draw. Each keeps the chance that it had."""
    if again is not None and per_day is not None:
        raise ConfigError(["--again: writes an old draw; leave --per-day out"])
    with opened(config, overrides) as stores:
        rules, draws = stores.settings.labels.draw, Draws(stores, now)
        rate = per_day if per_day is not None or rules is None else rules.per_day
        kind = as_format or draws.format_of(output)
        if again is None and rate is None:
            raise ConfigError(["--per-day: say how many tickets a day, or set labels.draw.per_day"])
        number = again
        if number is None and rate is not None:
            made = draws.draw(rate)
            for line in drawn_lines(made, draws.all()):
                note(line)
            number = made.number
        written = draws.write(number or 0, output, kind)
    say(f"{written:,} tickets of draw {number} written to {output}", soft_wrap=True)


def drawn(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Every draw: when, how many tickets had a chance, and how many it came to."""
    with opened(config) as stores:
        draws = Draws(stores, now)
        view = draws_view(draws.all(), draws.answered())
    show(view, as_json=as_json)
