"""How often a model gives no answer, in a sentence."""

from monitor.domain.recall.unanswered import Abstentions
from reports.figures import cut, percent

SHOWN = 3
NAME = 40


def sentence(known: Abstentions) -> str:
    """Of all predictions, and of which intents' labelled tickets most, three of them at most.

    >>> from monitor.domain.recall.unanswered import Unanswered
    >>> sentence(Abstentions(2_000, 60, {"refund": Unanswered(12, 38)}))
    'no answer on 60 of 2,000 predictions (3 %); of labelled tickets on 12 of 38 of refund'
    """
    total = known.predictions
    share = f" ({percent(known.abstained, total)})" if total else ""
    words = f"no answer on {known.abstained:,} of {total:,} predictions{share}"
    if not known.intents:
        return words
    shown = list(known.intents.items())[:SHOWN]
    intents = ", ".join(f"{each.misses:,} of {each.support:,} of {cut(name, NAME)}" for name, each in shown)
    more = f" and {len(known.intents) - SHOWN} intents more" if len(known.intents) > SHOWN else ""
    return f"{words}; of labelled tickets on {intents}{more}"
