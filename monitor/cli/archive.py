"""`anchorwatch archive`: write what is due into the archive, or read the archive again to see that it is whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from monitor.app.archiving import archive_due, archive_url, check_archive
from monitor.app.clock import now
from monitor.cli.common import ConfigOption, JsonOption, SetOption, parsed
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.progress import progress
from monitor.cli.show import show
from monitor.errors import ConfigError
from monitor.settings.load import load
from reports.tables.archive import archived_view, checked_view


def archive(
    config: ConfigOption = None,
    overrides: SetOption = None,
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="DAY",
            help="Archive every prediction made before this day (UTC), also what is not due to be dropped yet.",
        ),
    ] = "",
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write nothing: read every file again, and exit 1 where one is not sound."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write what retention will drop, and every new label, into the archive; each once, however often it runs."""
    if check:
        if until:
            raise ConfigError(["--check writes nothing; leave --until out"])
        _check(archive_url(load(config, parsed(overrides))), as_json=as_json)
        return
    day = _day(until) if until else None
    with opened_oncall(config, overrides=overrides) as stores, progress() as bar:
        task = bar.add_task("rows archived", total=None)
        keep = timedelta(days=stores.settings.retention.predictions_days)
        before = now() - keep if day is None else day
        done = archive_due(stores, before, lambda rows: bar.advance(task, rows))
    show(archived_view(done), as_json=as_json)


def _check(url: str, *, as_json: bool) -> None:
    with progress() as bar:
        task = bar.add_task("files read again", total=None)
        found = check_archive(url, lambda number, total: bar.update(task, completed=number, total=total))
    show(checked_view(found), as_json=as_json)
    if found.problems:
        raise typer.Exit(1)


def _day(words: str) -> datetime:
    try:
        day = date.fromisoformat(words)
    except ValueError as err:
        raise ConfigError([f"--until {words}: write a day, such as 2026-11-20"]) from err
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
