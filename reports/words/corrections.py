"""What agents' corrections say of an intent's recall, in a sentence."""

from monitor.domain.recall.acquiescence import ENOUGH, Acquiescence
from monitor.domain.recall.corrected import BoundsOnly, CorrectedRecall
from reports.figures import counted


def sentence(recall: CorrectedRecall) -> str:
    """How many tickets were corrected, what that says, and how far silence was priced.

    >>> few = Acquiescence(12, 7, 7 / 12, 0.31, 0.82)
    >>> words = sentence(CorrectedRecall(61, 39, 0, 0.39, few, bounds_only=BoundsOnly.TOO_FEW))
    >>> for part in words.split("; "):
    ...     print(part)
    agents re-routed 61 tickets to it: of the 100 of that time recall is at most 0.39
    bounds only: q measured on 12 of the 30 tickets it takes
    """
    begin = f"agents re-routed {counted(recall.corrected, 'ticket')} to it:"
    if recall.recall is None or recall.misses is None:
        why = f"; bounds only: {_why(recall)}" if recall.bounds_only is not None else ""
        tickets = max(recall.predicted - recall.away, 0) + recall.corrected
        return f"{begin} of the {tickets:,} of that time recall is at most {recall.at_most:.2f}{why}"
    estimate, misses = recall.recall, recall.misses
    return (
        f"{begin} recall {estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f}),"
        f" {misses.value:,.0f} missed ({misses.low:,.0f} to {misses.high:,.0f}), as {_measured(recall.acquiescence)};"
        f" {recall.at_most:.2f} if silence were believed"
    )


def _measured(known: Acquiescence) -> str:
    whose = "of its own" if known.own else "of all intents"
    return (
        f"agents left {_share(known)} of wrong routings (q, measured on"
        f" {counted(known.tickets, 'drawn ticket')} {whose})"
    )


def _why(recall: CorrectedRecall) -> str:
    known = recall.acquiescence
    match recall.bounds_only:
        case BoundsOnly.DIFFERS:
            few = f"q measured on {known.tickets} of the {ENOUGH} tickets it takes of its own"
            return f"{few}, as agents leave other intents' more, or less, often"
        case BoundsOnly.NONE_CORRECTED:
            return f"agents corrected none of the {known.tickets:,} drawn tickets that were routed wrongly"
        case _:
            return f"q measured on {known.tickets} of the {ENOUGH} tickets it takes"


def _share(known: Acquiescence) -> str:
    return f"{known.q or 0.0:.2f} ({known.low:.2f} to {known.high:.2f})"
