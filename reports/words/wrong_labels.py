"""What wrong labels would explain, in; a sentence out."""

from monitor.domain.labelling.slips import MissSpread
from monitor.domain.telling.caveats import WrongLabels


def sentence(doubt: WrongLabels) -> str:
    """How few wrong labels would explain a fall, and what the misses look like."""
    return (
        f"labels wrong in {_share(doubt.rate)} of other tickets would explain all of it: have {doubt.wrong} of"
        f" {_these(doubt.misses)} read again; {_spread(doubt)}"
    )


def _share(rate: float) -> str:
    """To two figures: `0.2 %`, `0.0031 %`, `12 %`."""
    return f"{100 * rate:.2g} %" if rate < 0.995 else "all"


def _these(misses: int) -> str:
    return f"these {misses} misses" if misses > 1 else "1 miss"


def _spread(doubt: WrongLabels) -> str:
    match doubt.spread:
        case MissSpread.FEW_NEIGHBOURS:
            return f"the misses went to a few intents, {_times(doubt)} likelier if recall fell: recall fell"
        case MissSpread.LIKE_TRAFFIC:
            times = _times(doubt)
            return f"the misses spread like the traffic, {times} likelier if labels changed: they may have"
        case MissSpread.UNCLEAR:
            return "where the misses went cannot tell whether recall fell or labels changed"


def _times(doubt: WrongLabels) -> str:
    return "over 1,000 times" if doubt.likelier >= 1000 else f"{doubt.likelier:.0f} times"
