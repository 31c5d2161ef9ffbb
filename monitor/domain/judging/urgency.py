"""Cells in; in which order people look at them out: what broke, what is suspected, what cannot be seen."""

from monitor.domain.judging.judge import Coverage, Judgement, Verdict, blindness
from monitor.domain.judging.reasons import BlindCause
from monitor.domain.judging.standing import Standing, standing
from monitor.domain.judging.state import CellState

Urgency = tuple[int, float]
_BEHIND_SUSPECTS = (1, 1.0)
_CAUSES = list(BlindCause)


def urgency(judgement: Judgement, evidence: float) -> Urgency:
    """A key to sort by, the most urgent first; `evidence` is the share of a page that the cell's bet has won.

    Degraded cells and then suspects come by their evidence, whatever their coverage; then blind ones by cause, stale
    ones, those that keep their promise, and last those without one.

    >>> suspect, blind = Judgement(Verdict.SUSPECT), Judgement(Verdict.OK, coverage=Coverage.BLIND)
    >>> urgency(suspect, 0.4) < urgency(suspect, 0.2) < urgency(blind, 0.0)
    True
    """
    match judgement.verdict, judgement.coverage:
        case Verdict.DEGRADED, _:
            return 0, -evidence
        case Verdict.SUSPECT, _:
            return 1, -evidence
        case Verdict.UNANCHORED, _:
            return 5, 0.0
        case _, Coverage.BLIND:
            blind = blindness(judgement)
            return 2, float(_CAUSES.index(blind[0]) if blind else len(_CAUSES))
        case _, Coverage.STALE:
            return 3, 0.0
    return 4, 0.0


def urgency_of(state: CellState) -> Urgency:
    """The same of a cell; one whose page a person ended comes behind suspects, until labels confirm it."""
    if standing(state) is Standing.UNCONFIRMED:
        return _BEHIND_SUSPECTS
    return urgency(state.judgement, state.evidence)
