"""The reasons of a verdict in; a sentence each out."""

from datetime import timedelta

from monitor.domain.judging.reasons import (
    BelowFloor,
    BlindCause,
    CutWeights,
    FloorTooLow,
    MissesDoubted,
    NoAnchor,
    NoMoney,
    OnlyMature,
    PageEnded,
    Reason,
    StreamStopped,
    Suspicion,
    TooFewLabels,
    VerificationBias,
)
from reports.figures import YEAR, counted, duration, of_what_pages, rate
from reports.words import labelling


def sentence(reason: Reason) -> str:
    """Why a cell has its verdict. What an earlier version stored as a sentence is shown as it stands."""
    match reason:
        case NoAnchor():
            return "no active anchor for this cell: import one and activate it"
        case BelowFloor():
            return (
                f"recall is below the floor {reason.floor:.3g}: the bet against the promise won"
                f" {of_what_pages(reason.evidence / reason.pages_at)}"
            )
        case PageEnded():
            return "its page was ended by a person: it is judged anew with the next evaluation"
        case VerificationBias():
            gaps = "; ".join(labelling.gap(gap) for gap in reason.gaps)
            known = f"all that is known is that recall is at least {reason.at_least:.2g}"
            return f"{BlindCause.VERIFICATION_BIAS}: {gaps}; {known}"
        case CutWeights():
            return _cut(reason)
        case FloorTooLow():
            return f"floor too low: {reason.floor:.3g} is below {reason.least:g}, there is no room for a fall"
        case NoMoney():
            return "no money to bet with: this cell has no part of the false pages a year"
        case TooFewLabels():
            return _too_few(reason)
        case StreamStopped():
            return _stopped(reason)
        case Suspicion():
            share = of_what_pages(reason.evidence / reason.pages_at)
            return f"the bet against the promise stands at {share}"
        case MissesDoubted():
            return (
                f"second readers confirm {reason.right} of {reason.read} misses: one that nobody read again counts for"
                f" {reason.counts:.2f} of a miss"
            )
        case OnlyMature():
            return (
                "misses are labelled sooner than hits: only predictions older than"
                f" {reason.days:.1f} days are judged"
            )
        case str():
            return reason


def _cut(reason: CutWeights) -> str:
    mend = (
        f"set it to {reason.smallest:.2g} or less"
        if reason.smallest is not None and reason.smallest < reason.min_probability
        else "lower it to the smallest chance that your sampling uses"
    )
    return (
        f"{BlindCause.CUT_WEIGHTS}: {reason.labels} of {reason.of} labels were chosen with a smaller chance than"
        f" sampling.min_probability ({reason.min_probability:g}), so what they stand for is not known, and labels of"
        f" their design are not bet on; {mend}"
    )


def _too_few(reason: TooFewLabels) -> str:
    seen = "would never be seen" if reason.days is None else f"would take {_days(reason.days)} to page"
    few = f"with {rate(reason.per_day)}" if reason.per_day else "without labels"
    return (
        f"{BlindCause.TOO_FEW_LABELS}: {few} a fall to {reason.fallen:.2f} {seen};"
        f" {reason.needed:g} a day would do it in {reason.within:g}"
    )


def _days(days: float) -> str:
    return "over a year" if days >= YEAR else counted(round(days), "day")


def _stopped(reason: StreamStopped) -> str:
    stream = f"{reason.stream} of {reason.intent}" if reason.intent else reason.stream
    limit = "by its own rhythm they were due after" if reason.by_rhythm else "the longest tolerated is"
    silent, allowed = timedelta(hours=reason.silent_h), timedelta(hours=reason.allowed_h)
    return f"no {stream} for {duration(silent)}: {limit} {duration(allowed)}"
