"""A broken cell's labels and those of the model's other intents come in; whether labels explain the fall goes out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from monitor.domain.judging.state import CellState
from monitor.domain.labelling.batches import miss_batches
from monitor.domain.labelling.signature import signature
from monitor.domain.labelling.slips import Elsewhere, slips_behind
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.caveats import WrongLabels


class Answered(Protocol):
    """A labelled ticket: what the model said, and whether the label says the same."""

    @property
    def predicted(self) -> str:
        """The intent that the model said."""
        ...

    @property
    def hit(self) -> bool:
        """Whether the label says the same."""
        ...

    @property
    def agreed(self) -> bool:
        """Whether two people read it so."""
        ...

    @property
    def labeled_at(self) -> datetime:
        """When the label was made."""
        ...


def elsewhere(
    state: CellState,
    cells: Iterable[CellState],
    labelled_since_onset: float,
    intents: Sequence[str] = (),
) -> Elsewhere:
    """The labelled tickets of the model's other intents; in a cell's slice, where it has one.

    `labelled_since_onset` are all of the model's since the onset: the others' part is taken to be as it is since the
    release. `intents` are its own where it is a group that may be gone by now.
    """
    members = state.held.members
    own = tuple(intents) or (members.intents if members is not None else (state.cell.intent,))
    predicted: Counter[str] = Counter()
    labels = 0
    for other in cells:
        if other.cell.model != state.cell.model or other.cell.group is not None:
            continue
        tally = other.labels.tally
        if not other.cell.slice:
            labels += tally.support
        if other.cell.slice_text == _slice_text(state.cell) and other.cell.intent not in own:
            predicted.update(tally.misses_to)
            predicted[other.cell.intent] += tally.hits
    others = predicted.total() / labels * labelled_since_onset if labels else 0.0
    return Elsewhere(own, {name: count for name, count in sorted(predicted.items()) if count > 0}, others)


def _slice_text(cell: Cell) -> str:
    return cell.slice_text if cell.group is None else ""


def wrong_labels(
    since_onset: Sequence[Answered],
    recall: float,
    usual: Mapping[str, int],
    others: Elsewhere,
    design_effect: float = 1.0,
) -> WrongLabels | None:
    """The wrong labels that would explain all of a fall from `recall`; None where none would.

    `usual` are the misses of before by what was predicted: the anchor's, and those ahead of the onset. A batch of
    labels is what was made on one day (UTC); so many tickets of a customer say as much as one (`design_effect`).
    """
    misses = Counter(ticket.predicted for ticket in since_onset if not ticket.hit)
    missed = misses.total()
    hits = len(since_onset) - missed
    slips = slips_behind(hits, missed, others.labels, recall, others.called)
    if slips is None:
        return None
    alone = others.own[0] if len(others.own) == 1 else None
    traffic, before = (
        {name: count for name, count in counts.items() if name != alone and count > 0}
        for counts in (others.predicted, usual)
    )
    found = signature(misses, traffic, before, 1 - slips.part)
    days = [str(ticket.labeled_at.astimezone(UTC).date()) for ticket in since_onset]
    batches = miss_batches(days, [ticket.hit for ticket in since_onset], design_effect)
    confirmed = sum(ticket.agreed for ticket in since_onset if not ticket.hit)
    return WrongLabels(slips.rate, slips.wrong, missed, found.spread, found.likelier, batches, confirmed)
