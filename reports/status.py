"""Cells in, what `anchorwatch status` shows out: a table for eyes, objects for programs."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table

from monitor.domain.anchors import Promise
from monitor.domain.cellstate import CellState
from monitor.domain.intervals import confidence_sequence
from monitor.domain.judge import Verdict
from monitor.ports import EventCount

_COLOURS = {Verdict.DEGRADED: "bold red", Verdict.BLIND: "magenta", Verdict.STALE: "yellow",
            Verdict.WATCH: "yellow", Verdict.OK: "green", Verdict.UNANCHORED: "dim"}


def as_object(state: CellState, promise: Promise | None) -> dict[str, Any]:
    """One cell with every number unrounded. Recall and its limits are None without outcomes."""
    tally = state.tally
    low, high = confidence_sequence(tally.hits, tally.misses) if tally.support else (None, None)
    detector = state.detector
    return {
        "model": state.cell.model.name, "version": state.cell.model.version,
        "environment": state.cell.model.environment, "intent": state.cell.intent, "slice": state.cell.slice or None,
        "verdict": state.judgement.verdict.value, "reasons": list(state.judgement.reasons),
        "watched": state.watched or None,
        "offline": {"recall": promise.shipped.recall, "support": promise.shipped.support} if promise else None,
        "offline_real": ({"recall": promise.real.recall, "support": promise.real.support}
                         if promise and promise.real and promise.real.support else None),
        "floor": state.floor,
        "live": {"recall": tally.recall, "low": low, "high": high, "hits": tally.hits, "misses": tally.misses},
        "evidence": detector.evidence if detector else None,
        "threshold": state.threshold,
        "since_release": detector.since_release if detector else None,
        "onset": state.onset.isoformat() if state.onset else None,
        "misses_to": dict(sorted(tally.misses_to.items(), key=lambda item: (-item[1], item[0]))),
    }


def table(cells: Sequence[tuple[CellState, Promise | None]], *, plain: bool) -> Table:
    """The table of intents, the worst verdict first within each model."""
    grid = Table(box=None if plain else box.SIMPLE_HEAD, pad_edge=False, header_style="" if plain else "bold")
    several = len({state.cell.model for state, _ in cells}) > 1
    if several:
        grid.add_column("model")
    grid.add_column("intent", no_wrap=True)
    for name in ("offline", "real rows", "floor", "live", "95 % interval", "labelled", "evidence", "pages at"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("verdict", no_wrap=True)
    order = list(Verdict)
    for state, promise in sorted(cells, key=lambda pair: (
            pair[0].cell.model, order.index(pair[0].judgement.verdict) if pair[0].watched else len(order),
            pair[0].cell)):
        row = _row(state, promise, plain=plain)
        grid.add_row(*([str(state.cell.model)] if several else []), *row)
    return grid


def _row(state: CellState, promise: Promise | None, *, plain: bool) -> list[str]:
    tally = state.tally
    low, high = confidence_sequence(tally.hits, tally.misses)
    real = promise.real if promise and promise.real and promise.real.support else None
    verdict = state.judgement.verdict
    colour = "" if plain else _COLOURS[verdict]
    name = str(state.cell).replace("[", r"\[")
    return [
        name if plain or state.watched else f"[dim]{name}[/dim]",
        f"{promise.shipped.recall:.2f} of {promise.shipped.support}" if promise else "-",
        f"{real.recall:.2f} of {real.support}" if real else "-",
        f"{state.floor:.2f}" if state.floor is not None else "-",
        f"{tally.recall:.2f}" if tally.recall is not None else "-",
        f"{low:.2f} to {high:.2f}" if tally.support else "-",
        f"{tally.support:,}",
        _stake(state.detector.evidence) if state.detector else "-",
        _stake(state.threshold) if state.threshold is not None and state.watched else "-",
        (f"[{colour}]{verdict}[/{colour}]" if colour else str(verdict)) + ("" if state.watched else " (not paging)"),
    ]


def _stake(value: float) -> str:
    if value >= 1e7:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def notes(cells: Sequence[CellState], counts: Sequence[EventCount], labels_waiting: int) -> list[str]:
    """What the table leaves open: why, and what became of the events."""
    lines = []
    if not cells:
        lines.append("nothing has been judged yet: `anchorwatch run` takes events in, `anchorwatch anchor import`"
                     " says what to hold the model to")
    for state in cells:
        if state.watched and state.judgement.verdict is not Verdict.OK:
            lines += [f"{str(state.cell).replace('[', chr(92) + '[')}: {reason}" for reason in state.judgement.reasons]
    unanchored = sorted({str(state.cell.model) for state in cells if state.anchor_id is None})
    lines += [f"{model}: has cells without a promise; intents that its anchor never measured cannot be judged"
              for model in unanchored]
    rejected: dict[str, int] = {}
    for _, became, count in counts:
        if became.startswith("rejected:"):
            code = became.removeprefix("rejected:")
            rejected[code] = rejected.get(code, 0) + count
    if rejected:
        told = ", ".join(f"{count:,} {code}" for code, count in sorted(rejected.items(), key=lambda i: -i[1]))
        lines.append(f"dead letters: {told}")
    if labels_waiting:
        lines.append(f"{labels_waiting:,} predictions are named by labels but have not come yet")
    return lines
