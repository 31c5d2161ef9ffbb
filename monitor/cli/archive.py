"""`anchorwatch archive`: write what is due, read the archive again to see that it is whole, or let it forget days."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer

from monitor.app.archiving import (
    archive_due,
    archive_url,
    check_archive,
    due_now,
    forget_days,
    forget_trouble,
    held_of,
)
from monitor.app.clock import now
from monitor.app.oncall_stores import OnCallStores
from monitor.cli.common import ConfigOption, JsonOption, SetOption, parsed
from monitor.cli.opened_oncall import opened_oncall
from monitor.cli.progress import progress
from monitor.cli.show import show
from monitor.errors import ConfigError
from monitor.settings.load import load
from reports.tables.archive import archived_view, checked_view, due_view, forgotten_view

_ARCHIVE = "retention.archive"


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
    forget_before: Annotated[
        str,
        typer.Option(
            "--forget-before",
            metavar="DAY",
            help="Remove every day before this one from the archive; only days older than retention.predictions_days.",
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written or removed; change nothing.")
    ] = False,
    by_day: Annotated[bool, typer.Option("--days", help="A row for each day, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write what retention will drop, and every new label, into the archive; each once, however often it runs."""
    if check:
        if until or dry_run or forget_before:
            raise ConfigError(["--check writes nothing; leave --until, --dry-run and --forget-before out"])
        _check(archive_url(load(config, parsed(overrides))), by_day=by_day, as_json=as_json)
        return
    if forget_before:
        if until:
            raise ConfigError(["--until is for writing; leave it or --forget-before out"])
        before_day = _day("--forget-before", forget_before)
        with opened_oncall(config, overrides=overrides) as stores:
            _forget(stores, before_day, dry_run=dry_run, by_day=by_day, as_json=as_json)
        return
    day = _day("--until", until) if until else None
    with opened_oncall(config, overrides=overrides) as stores:
        keep = timedelta(days=stores.settings.retention.predictions_days)
        # What is not made yet is not archived: nobody shall read that all before a later day is in it.
        before = now() - keep if day is None else min(now(), datetime.combine(day, time(), UTC))
        if dry_run:
            due = due_now(stores, before)
            show(due_view(archive_url(stores.settings), before, due, by_day=by_day), as_json=as_json)
            return
        with progress() as bar:
            task = bar.add_task("rows archived", total=None)
            done = archive_due(stores, before, lambda rows: bar.advance(task, rows))
        if _ARCHIVE not in parsed(overrides):  # of another archive nobody asked whether it is in trouble
            forget_trouble(stores)
    show(archived_view(done, by_day=by_day), as_json=as_json)


def _check(url: str, *, by_day: bool, as_json: bool) -> None:
    with progress() as bar:
        task = bar.add_task("files read again", total=None)
        found = check_archive(url, lambda number, total: bar.update(task, completed=number, total=total))
    show(checked_view(found, by_day=by_day), as_json=as_json)
    if found.problems:
        raise typer.Exit(1)


def _forget(stores: OnCallStores, before: date, *, dry_run: bool, by_day: bool, as_json: bool) -> None:
    keep = timedelta(days=stores.settings.retention.predictions_days)
    dropped = (now() - keep).date()
    if before > dropped:
        raise ConfigError(
            [
                f"--forget-before {before}: not after {dropped}: what came since is in the database still"
                " (retention.predictions_days), and is archived only once"
            ]
        )
    files = held_of(stores, before) if dry_run else forget_days(stores, before)
    url = archive_url(stores.settings)
    show(forgotten_view(url, before, files, by_day=by_day, only_asked=dry_run), as_json=as_json)


def _day(option: str, words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as err:
        raise ConfigError([f"{option} {words}: write a day, such as 2026-11-20"]) from err
