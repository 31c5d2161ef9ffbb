"""A configured rate of wrong labels comes in; how much lower an intent's floor is for it goes out.

The share of an intent is told by its labels alone, never by hits: so the bet stays fair, whatever they turn out to be.
"""

import msgspec

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.recall.intervals import clopper_pearson_lower

FIRST = 10  # labels of an intent from which on they tell its share; until then the anchor's examples do


class Slack(msgspec.Struct, frozen=True, array_like=True):
    """What wrong labels make of an intent's recall: of its labels a part are slips, at a `rate` among the others.

    `own` is at least the part of its labels that are right, `likely` about that; `called` the share of other tickets
    that the model predicts as this intent. It was found with so many `labels` of the intent (0: by the anchor).
    """

    rate: float
    own: float
    likely: float
    called: float
    labels: int = 0

    def under(self, floor: float) -> float:
        """The floor that slips leave: `f' = own f + (1 - own) h`, as in `slipped_recall`.

        By what `own` is at least; but one that is likely above `MIN_FLOOR`, below which nothing can be judged, is
        not lower than that.

        >>> Slack(0.005, own=0.5, likely=0.7, called=0.02).under(0.78)
        0.4
        """
        least, likely = (own * floor + (1 - own) * self.called for own in (self.own, self.likely))
        return round(max(least, min(likely, MIN_FLOOR)), 12)


def slack_by_labels(rate: float, labels: int, everything: int, called: float) -> Slack:
    """By so many labels of an intent among all of its model's: `own = (p - e) / ((1 - e) p)`.

    p is their share, e the rate. For what `own` is at least, p is the one-sided 95 % Clopper-Pearson lower limit.
    """
    least = clopper_pearson_lower(labels, everything)
    return Slack(rate, _own(rate, least), _own(rate, labels / everything), called, labels)


def _own(rate: float, share: float) -> float:
    return max(0.0, (share - rate) / ((1 - rate) * share)) if share else 0.0


def slack_by_examples(rate: float, share: float, called: float) -> Slack:
    """By an intent's share of the anchor's examples, among which no label is wrong: `own = pi / (pi + (1 - pi) e)`."""
    own = share / (share + (1 - share) * rate)
    return Slack(rate, own, own, called)


def due(known: Slack | None, rate: float, labels: int) -> bool:
    """Whether it must be found anew: with ten labels, and then whenever they have doubled, or for another rate.

    Seldom, as the bet begins anew with each new floor.
    """
    return known is None or known.rate != rate or labels >= max(2 * known.labels, FIRST)
