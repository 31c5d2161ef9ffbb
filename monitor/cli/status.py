"""`anchorwatch status`: every cell, how it is doing against its anchor, and why."""

from collections.abc import Sequence
from typing import Annotated

import typer

from monitor.app.stores import Stores
from monitor.cli.common import ConfigOption, JsonOption, SetOption, out, print_json, say
from monitor.cli.opened import opened
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.state import CellState
from reports.tables import budget as budgets
from reports.tables import complaints as complained
from reports.tables import status as shown
from reports.tables import versions


def status(
    config: ConfigOption = None,
    overrides: SetOption = None,
    *,
    as_json: JsonOption = False,
    budget: Annotated[
        bool,
        typer.Option(
            "--budget", help="Show who has which part of the false pages, and how soon a fall pages."
        ),
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if a watched cell is degraded.")] = False,
) -> None:
    """Print the table of intents as they were last judged."""
    with opened(config, overrides) as stores:
        cells = stores.status.cells()
        if budget:
            _show_budget(stores, [cell.state for cell in cells], as_json=as_json)
        elif as_json:
            complaints = stores.status.complaints()
            compared = versions.by_cell(versions.comparisons([cell.state for cell in cells]))
            print_json(
                [
                    shown.as_object(cell.state, cell.promise)
                    | {
                        "compared": compared.get(cell.state.cell),
                        "complaints": complained.as_object(complaints.get(cell.state.cell)),
                    }
                    for cell in cells
                ]
            )
        else:
            out.print(
                shown.table(
                    [(cell.state, cell.promise) for cell in cells], plain=not out.is_terminal, width=out.width
                )
            )
            if not cells:
                say(f"database: {stores.address}")
            for line in shown.notes(
                [cell.state for cell in cells],
                stores.status.event_counts(),
                stores.status.labels_waiting(),
                stores.settings.limits.intents,
                {rule.name: rule.cap for rule in stores.settings.slices},
            ):
                say(line)
            for line in complained.notes(stores.status.complaints()):
                say(line)
            for one in versions.comparisons([cell.state for cell in cells]):
                say(versions.line(one))
        if check and any(
            cell.state.held.watched and cell.state.judgement.verdict is Verdict.DEGRADED for cell in cells
        ):
            raise typer.Exit(1)


def _show_budget(stores: Stores, states: Sequence[CellState], *, as_json: bool) -> None:
    rules = stores.settings.judge
    observed = stores.status.days_observed()
    parts = [
        budgets.as_object(
            state,
            rules.false_pages_per_year,
            rules.detect_within_days,
            observed.get(state.cell.model, 0.0),
        )
        for state in states
        if state.held.watched and state.held.threshold
    ]
    if as_json:
        print_json({"false_pages_per_year": rules.false_pages_per_year, "cells": parts})
        return
    out.print(budgets.table(parts, rules.detect_within_days, plain=not out.is_terminal))
    out.print(budgets.summary(parts, rules.false_pages_per_year, rules.detect_within_days))
