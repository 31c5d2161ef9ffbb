"""Cells and counts in; the lines below the table of status out: why, what counts together, what became of events."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from monitor.domain.events.near_names import near_names
from monitor.domain.events.types import Design, Model
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.reasons import PageEnded
from monitor.domain.judging.state import CellState
from monitor.domain.judging.urgency import urgency
from monitor.domain.slices.cells import OTHER, Cell, Slice
from monitor.review.ports.status import EventCount, ModelLimits
from reports.tables import designs, intake
from reports.words.reasons import sentence
from reports.words.slices import in_slices


def notes(
    cells: Sequence[CellState],
    counts: Sequence[EventCount],
    labels_waiting: int,
    most_intents: int = 0,
    caps: Mapping[str, int] = MappingProxyType({}),
    limits: Mapping[Model, ModelLimits] = MappingProxyType({}),
    broken: Mapping[Cell, Sequence[CellState]] = MappingProxyType({}),
    *,
    reasons: Sequence[CellState] | None = None,
    narrowed: bool = False,
) -> list[str]:
    """What the table leaves open: the `reasons` of its rows (None: of all), and what became of the events.

    `narrowed`: only some of the cells were asked for.

    `most_intents` and `caps`, by slice, tell what is counted together from an intent or a value of that name; `limits`
    are those of models that have their own. An intent is named with its slices that are `broken`.
    """
    lines = []
    if not cells and narrowed:
        lines.append("no cell fits all of these")
    elif not cells:
        lines.append(
            "nothing has been judged yet: `anchorwatch run` takes events in, `anchorwatch anchor import`"
            " says what to hold the model to"
        )
    lines += _reasons(cells if reasons is None else reasons, broken)
    if unknown := sorted({str(state.cell.model) for state in cells if _of_unknown_design(state)}):
        lines.append(
            f"{few(unknown)}: labels of unknown sampling design: if misses are labelled more often than hits, recall"
            " is better than shown; send `sampling` with each label"
        )
    clipped = sum(
        state.labels.tally.weighed.clipped
        for state in cells
        if not state.cell.slice_text and state.cell.group is None and state.bet.weighted
    )
    if clipped:
        lines.append(
            f"{clipped:,} labels had a smaller chance than sampling.min_probability: their weight is capped there"
        )
    lines += designs.lines(cells)
    if unanchored := sorted({str(state.cell.model) for state in cells if not state.anchored}):
        lines.append(
            f"{few(unanchored)}: has cells without a promise; intents that its anchor never measured cannot be judged"
        )
    together = sum(
        state.labels.tally.support
        for state in cells
        if state.cell.intent == OTHER and not state.cell.slice_text and _intents(cells, state) >= most_intents
    )
    if together:
        lines.append(
            f"{together:,} outcomes are counted together as {OTHER}: there are more intents than limits.intents"
        )
    lines += [
        f"slice {name} has more values than its cap; the rest is counted as {OTHER}"
        for name in sorted(_too_many(cells, caps, limits))
    ]
    lines += intake.lines(counts)
    lines += near(cells)
    if labels_waiting:
        lines.append(f"{labels_waiting:,} predictions are named by labels but have not come yet")
    return lines


def _reasons(cells: Sequence[CellState], broken: Mapping[Cell, Sequence[CellState]]) -> list[str]:
    several = len({state.cell.model for state in cells}) > 1
    named: dict[tuple[str, str], list[str]] = {}  # what holds for many cells is said once
    for state in sorted(cells, key=lambda state: (urgency(state.judgement, state.evidence), state.cell)):
        if state.held.watched and not _as_wished(state.judgement):
            for reason in state.judgement.reasons:
                of = f" of {state.cell.model}" if several else ""
                slices = in_slices(
                    (each.cell, each.judgement.verdict is Verdict.DEGRADED)
                    for each in broken.get(state.cell, ())
                )
                name = f"{state.cell} ({slices})" if slices else str(state.cell)
                named.setdefault((of, sentence(reason)), []).append(name)
    return [f"{few(names)}{of}: {reason}" for (of, reason), names in named.items()]


def near(cells: Sequence[CellState]) -> list[str]:
    """Intents, predicted or labelled, that a person would take for one."""
    names: dict[str, set[str]] = {}
    for state in cells:
        if not state.cell.slice_text and state.cell.group is None:
            names.setdefault(str(state.cell.model), set()).update(
                [state.cell.intent, *state.labels.tally.misses_to]
            )
    return [
        f"{model}: {pair}; they are counted as two intents"
        for model, intents in sorted(names.items())
        for pair in near_names(intents)
    ]


def _as_wished(judgement: Judgement) -> bool:
    seen_to_hold = judgement.verdict is Verdict.OK and judgement.coverage is Coverage.SEEN
    return seen_to_hold and not any(isinstance(reason, PageEnded) for reason in judgement.reasons)


def _intents(cells: Sequence[CellState], of: CellState) -> int:
    return sum(
        s.cell.model == of.cell.model
        and not s.cell.slice_text
        and s.cell.group is None
        and s.cell.intent != OTHER
        for s in cells
    )


def _too_many(
    cells: Sequence[CellState], caps: Mapping[str, int], limits: Mapping[Model, ModelLimits]
) -> set[str]:
    """The slices that have more values than their cap in some model."""
    values: dict[tuple[Model, str], set[str]] = {}
    for model, text in {(state.cell.model, state.cell.slice_text) for state in cells}:
        if (within := Slice.parse(text)) is not None:
            values.setdefault((model, within.name), set()).add(within.value)
    return {
        name
        for (model, name), found in values.items()
        if OTHER in found and len(found) > (limits[model].caps if model in limits else caps).get(name, 0)
    }


def _of_unknown_design(state: CellState) -> bool:
    return not state.cell.slice_text and Design.UNKNOWN in state.labels.tally.weighed.designs


def few(names: Sequence[str]) -> str:
    """Names in a row, or the first two and how many more."""
    return ", ".join(names) if len(names) <= 3 else f"{names[0]}, {names[1]} and {len(names) - 2} more"
