"""`anchorwatch status`: every cell, how it is doing against its anchor, and why."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

import typer

from monitor.app.clock import now
from monitor.app.overviews import overview_now
from monitor.cli.common import ConfigOption, JsonOption, SetOption
from monitor.cli.completed import intents, model_option, verdicts, version_option
from monitor.cli.opened import opened
from monitor.cli.show import show, show_each, show_long
from monitor.review.in_use import in_use
from monitor.review.narrowing import CellsAsked, narrowed
from monitor.review.ports.status import Overview
from reports.tables.status import status_objects, status_pages, status_view

PATIENCE = timedelta(minutes=15)
ROWS = 200  # of a table that is printed in pieces
_PATTERN = "`*` and `?` stand for anything."


def status(
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
    every_row: Annotated[
        bool, typer.Option("--all", help="Show every row, and why each is not as one would wish.")
    ] = False,
    model: Annotated[str, model_option(metavar="PATTERN", help=f"Only these models; {_PATTERN}")] = "",
    version: Annotated[str, version_option(metavar="PATTERN", help="Only these versions.")] = "",
    intent: Annotated[
        str,
        typer.Option(
            metavar="PATTERN",
            help="Every row of these intents; of groups as `group NAME`.",
            autocompletion=intents,
        ),
    ] = "",
    slice_: Annotated[
        str, typer.Option("--slice", metavar="PATTERN", help="Every row of these slices, as NAME=VALUE.")
    ] = "",
    verdict: Annotated[
        str,
        typer.Option(
            metavar="WORD",
            autocompletion=verdicts,
            help="Every row that is degraded, suspect, ok or unanchored; or blind, stale, seen.",
        ),
    ] = "",
    search: Annotated[
        str,
        typer.Option(
            metavar="LETTERS", help="Every row that has them anywhere in its intent, group or slice."
        ),
    ] = "",
    budget: Annotated[
        bool,
        typer.Option(
            "--budget", help="Show who has which part of the false pages, and how soon a fall pages."
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Exit 1 if a watched cell is degraded, 3 if labels are not judged."),
    ] = False,
) -> None:
    """Print on one screen what broke, what is suspected, and what cannot be seen, as it was last judged."""
    asked = CellsAsked(
        model=model, version=version, intent=intent, slice_text=slice_, verdict=verdict, search=search
    )
    with _uncollected():
        with opened(config, overrides) as stores:
            everything = overview_now(stores)
        shown = everything if every_row or as_json or version else in_use(everything)
        asked_for = narrowed(shown, asked)
        every_row = every_row or asked.names_cells
        if budget:
            _show_budget(asked_for, every_row=every_row, as_json=as_json)
        elif as_json:
            show_each(status_objects(asked_for))
        else:
            _show_cells(asked_for, every_row=every_row, narrowed=asked != CellsAsked())
        if check and in_use(asked_for).degraded:
            raise typer.Exit(1)
        if check and _stands_still(everything):
            raise typer.Exit(3)


def _show_budget(overview: Overview, *, every_row: bool, as_json: bool) -> None:
    from reports.tables.budget import budget_view  # the others need none of what it does

    show(budget_view(overview, every_row=every_row), as_json=as_json)


def _show_cells(overview: Overview, *, every_row: bool, narrowed: bool) -> None:
    show_long(
        len(overview.cells) if every_row else 0,
        lambda: status_view(overview, every_row=every_row, narrowed=narrowed),
        lambda: status_pages(overview, narrowed=narrowed, rows=ROWS),
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage is looked for: all that is read stays to the end, and there may be a million values of it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _stands_still(overview: Overview) -> bool:
    """Whether labels have waited for a judgement for longer than it takes."""
    if not overview.unjudged:
        return False
    return overview.judged_at is None or now() - overview.judged_at > PATIENCE
