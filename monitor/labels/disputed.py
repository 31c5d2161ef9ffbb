"""Which tickets to have read again: where two people differ, then the misses that would tell most."""

from collections.abc import Iterator, Sequence

from monitor.domain.judging.state import CellState
from monitor.domain.labelling.by_annotator import concentrated
from monitor.domain.labelling.readings import misses_read_again
from monitor.domain.slices.cells import Cell
from monitor.labels.ports.disputed import Disputed, DisputedTickets, DoubtfulTicket, WhyDisputed

PILOT = 25  # misses of each watched intent, read again before anything happens
NEWEST = 5  # of an intent that is suspected
SUSPECTED = 0.01
"""The share of a page from which on an intent's newest misses are worth reading again."""


def newest_suspected(evidence: float) -> int:
    """How many of an intent's newest misses are worth reading again by what its bet has won, in pages."""
    return NEWEST if evidence >= SUSPECTED else 0


def unconfirmed(read: int) -> int:
    """How many more of an intent's misses are to be read again, of which so many were."""
    return max(PILOT - read, 0)


def disputed(store: DisputedTickets, cells: Sequence[CellState], limit: int) -> list[Disputed]:
    """Tickets to have read again, the most telling first, each once; so many at most.

    First those on which two people differ and nobody decided. Then misses that one person read: since the onset of a
    page that stands; the five newest of an intent whose bet has won a hundredth of a page; and of every watched intent
    until 25 were read again (docs/statistics.md says what that brings). Within an intent the newest come first, but
    before them those by an annotator whose misses of it are more than chance.
    """
    found: dict[str, Disputed] = {}
    for each in _in_turn(store, cells, limit):
        found.setdefault(each.ticket.prediction_id, each)
        if len(found) == limit:
            break
    return list(found.values())


def _in_turn(store: DisputedTickets, cells: Sequence[CellState], limit: int) -> Iterator[Disputed]:
    for model in sorted({state.cell.model for state in cells}):
        yield from (Disputed(each, WhyDisputed.DIFFER) for each in store.differing(model, limit))
    judged = [state for state in cells if state.held.watched and not state.cell.slice]
    judged.sort(key=lambda state: (-state.evidence, str(state.cell)))
    for state in judged:
        if state.bet.broken:
            for intent in _intents(state):
                cell = Cell(state.cell.model, intent)
                misses = store.misses_read_once(cell, state.bet.onset, limit)
                yield from _suspects_first(store, cell, misses, WhyDisputed.IN_INCIDENT)
    single = [state for state in judged if state.cell.group is None and not state.bet.broken]
    for state in single:
        if newest := newest_suspected(state.evidence):
            misses = store.misses_read_once(state.cell, None, newest)
            yield from _suspects_first(store, state.cell, misses, WhyDisputed.SUSPECTED)
    read = {model: store.read_again(model) for model in {state.cell.model for state in single}}
    for state in single:
        so_far = misses_read_again(state.cell.intent, read[state.cell.model], 0, 0).read
        if more := unconfirmed(so_far):
            misses = store.misses_read_once(state.cell, None, more)
            yield from _suspects_first(store, state.cell, misses, WhyDisputed.UNCONFIRMED)


def _intents(state: CellState) -> Sequence[str]:
    return state.held.members.intents if state.held.members is not None else (state.cell.intent,)


def _suspects_first(
    store: DisputedTickets, cell: Cell, misses: Sequence[DoubtfulTicket], why: WhyDisputed
) -> Iterator[Disputed]:
    if not misses:
        return
    suspects = [each.annotator for each in concentrated(store.by_annotator(cell.model, cell.intent))]

    def rank(ticket: DoubtfulTicket) -> int:
        return suspects.index(given) if (given := _by(ticket)) in suspects else len(suspects)

    for ticket in sorted(misses, key=rank):
        given = _by(ticket)
        yield Disputed(ticket, why, given if given in suspects else None)


def _by(ticket: DoubtfulTicket) -> str | None:
    """Who gave the label that holds."""
    return next((each.annotator for each in reversed(ticket.labels) if each.intent == ticket.intent), None)
