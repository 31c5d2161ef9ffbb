"""What wrong labels would explain, in; a sentence out."""

from monitor.domain.labelling.slips import MissBatches, MissSpread
from monitor.domain.telling.caveats import WrongLabels


def sentence(doubt: WrongLabels) -> str:
    """How few wrong labels would explain a fall, what second readers say, and what the misses look like."""
    once = doubt.misses - doubt.confirmed
    confirmed = f"second readers confirm {doubt.confirmed} of {_these(doubt.misses)}"
    if once < doubt.wrong:
        return f"{confirmed}: wrong labels do not explain all of it"
    of = f"of {_these(doubt.misses)}" if not doubt.confirmed else f"of the other {once}"
    return (
        f"labels wrong in {_share(doubt.rate)} of other tickets would explain all of it:"
        f"{f' {confirmed};' * bool(doubt.confirmed)} have {doubt.wrong} {of} read again;"
        f" {_spread(doubt)}{_batches(doubt.batches)}"
    )


def _share(rate: float) -> str:
    """To two figures: `0.2 %`, `0.0031 %`, `12 %`."""
    return f"{100 * rate:.2g} %" if rate < 0.995 else "all"


def _these(misses: int) -> str:
    return f"these {misses} misses" if misses > 1 else "1 miss"


def _spread(doubt: WrongLabels) -> str:
    match doubt.spread:
        case MissSpread.FEW_NEIGHBOURS:
            return f"the misses went to a few intents, {_times(doubt)} likelier if recall fell than otherwise"
        case MissSpread.LIKE_TRAFFIC:
            times = _times(doubt)
            return f"the misses spread like the traffic, {times} likelier if labels changed than otherwise"
        case MissSpread.UNCLEAR:
            return "where the misses went cannot tell whether recall fell or labels changed"


def _batches(few: MissBatches | None) -> str:
    if few is None:
        return ""
    days = f"{', '.join(few.names[:-1])} and {few.names[-1]}" if len(few.names) > 1 else few.names[0]
    times = _likelier(few.likelier)
    return (
        f"; {few.misses} of the {few.labels} labels made on {days} are misses and {few.other_misses} of the other"
        f" {few.other_labels}, {times} likelier if that is no chance: either recall fell then alone, or look at who"
        " labelled"
    )


def _times(doubt: WrongLabels) -> str:
    return _likelier(doubt.likelier)


def _likelier(times: float) -> str:
    return "over 1,000 times" if times >= 1000 else f"{times:.0f} times"
