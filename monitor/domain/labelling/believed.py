"""What part of an intent's misses a second reader confirmed, in; how far its other misses are believed, out.

A labeller who puts a ticket of another intent under this one makes a miss of it. So a miss counts for less, by what
second readings of others say; one that was read again counts as what it turned out to be.
"""

from math import ceil

import msgspec

from monitor.domain.recall.intervals import clopper_pearson_lower

FIRST = 10  # misses read again, below which nothing is said: every miss is believed
LEVEL = 0.9875  # of each of two limits at each look; `weight` says how often one is ever too high
MORE = 1.5  # it is found anew at so many times as many


class Believed(msgspec.Struct, frozen=True, array_like=True):
    """What the first readings of an intent's misses by somebody else say, so many as were `read`.

    Of those `right` are confirmed. `least` of the others are right, at least; of all labels by one reader `own_least`
    are the intent's own, at least, and `own` about that.
    """

    intent: str
    read: int
    right: int
    least: float
    own_least: float
    own: float

    def weight(self, floor: float) -> float:
        """What a miss counts that nobody read again: at least the part of such misses that are right at the `floor`.

        The larger of two lower limits: `least`, as it is, and what `own_least` makes of it at the floor f:
        `o (1 - f) / (o (1 - f) + 1 - o)`.

        Why the bet stays fair with it: of the labels let a part o be right, and R of these be hits. With weight t an
        unread miss multiplies the money by `1 + lam t f`, a hit by `1 - lam (1 - f)`, and the mean is at most 1 where
        `t (1 - o R) f <= o R (1 - f)`: at R = f where t is the part of the misses that are right, and at any R above,
        as the right part of the misses falls with R. A miss that was read again is bet on as what it is, which is
        fair by itself. Up to 200 readings the weight is ever too high at under 5 of 100 intents, up
        to 1,000 at 8, however often it is found anew (`looks`; simulated, tests/simulation/test_believed.py).
        Costs: after many slips a fall is seen late, until misses since then are read again. With each look the whole
        past is bet on anew, and a page of any of these bets counts: false pages are bounded by the money times how
        often it is bet anew, not by the money.

        >>> round(believed("erasure", read=60, right=60, hits=140, misses=60).weight(0.78), 2)
        0.93
        >>> round(believed("erasure", read=60, right=24, hits=140, misses=60).weight(0.78), 2)  # .82 are its own
        0.36

        Source: the product's own; Waudby-Smith & Ramdas 2024 for bets whose size was set before.
        """
        own = self.own_least * (1 - floor)
        return max(self.least, own / (own + 1 - self.own_least))

    def as_read(self, floor: float, misses: int = 0) -> float:
        """The recall, as it is read, at which the bet neither gains nor loses: `t f / (t f + 1 - f)`, t the weight.

        Of `misses`, those that are confirmed count wholly: t is the mean over them all.

        >>> known = Believed("erasure", 60, 24, 0.29, 0.7, 0.8)
        >>> round(known.as_read(0.78), 2), round(known.as_read(0.78, misses=24), 2)
        (0.55, 0.78)
        """
        weight = self.weight(floor)
        if misses:
            weight += (1 - weight) * min(self.right / misses, 1.0)
        weighed = weight * floor
        return weighed / (weighed + 1 - floor)


def believed(intent: str, read: int, right: int, hits: int, misses: int) -> Believed:
    """By the misses that were read again, and all hits and misses by the first reader.

    A sample of the misses says what part of the misses is right; so many of all labels are misses. Hits are taken to be
    right: a ticket that two have called the same, the labeller and the model. That is right for readings that were
    chosen because a ticket was a miss, and for those drawn at random. Misses that were picked for looking wrong make it
    lower than it is: that delays a page, and brings none.
    """
    least = clopper_pearson_lower(right, read, LEVEL) if read else 0.0
    labels = hits + misses
    hit = clopper_pearson_lower(hits, labels, LEVEL) if labels else 0.0
    share = hits / labels if labels else 0.0
    return Believed(
        intent,
        read,
        right,
        least,
        hit + (1 - hit) * least,
        share + (1 - share) * (right / read if read else 1.0),
    )


def looks(read: int) -> list[int]:
    """After how many of so many readings it was found: fixed steps, each half as many again as the one before.

    So it never depends on how many came at once.

    >>> looks(9), looks(60)
    ([], [10, 15, 23, 35, 53])
    """
    steps = []
    step = FIRST
    while step <= read:
        steps.append(step)
        step = ceil(step * MORE)
    return steps
