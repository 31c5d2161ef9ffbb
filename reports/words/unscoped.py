"""How tickets of no intent were answered in a week, in a sentence."""

import math
from collections.abc import Sequence

from monitor.domain.weekly.counts import WeekCount
from reports.figures import percent


def sentences(weeks: Sequence[WeekCount]) -> list[str]:
    """This week's and the last week's; nothing where neither has one.

    >>> (words,) = sentences([WeekCount(), WeekCount(hits=16, misses=4, weighed_hits=16.0, weighed=20.0)])
    >>> words.split("; ")[0]
    'Tickets of no intent: this week 4 of 20 were wrongly accepted (20 %, 5.7 % to 44 %)'
    >>> words.split("; ")[1]
    'the week before none was labelled'
    """
    now, before = weeks[-1:], weeks[-2:-1]
    if not any(count.support for count in (*now, *before)):
        return []
    words = [f"this week {_accepted(count)}" for count in now]
    words += [f"the week before {_accepted(count)}" for count in before]
    return [f"Tickets of no intent: {'; '.join(words)}"]


def _accepted(count: WeekCount) -> str:
    """How many were taken for an intent, as a share of those labelled, with its 95 % interval of one look.

    Where tickets stand for different numbers of others, the share counts those, and has no interval.
    """
    if not count.support:
        return "none was labelled"
    words = f"{count.misses:,} of {count.support:,} were wrongly accepted"
    if count.weighed and not math.isclose(count.weighed_hits / count.weighed, count.hits / count.support):
        return f"{words} ({percent(count.weighed - count.weighed_hits, count.weighed)}, weighed)"
    answered = count.interval(weighted=False)
    if answered is None:
        return words
    low, high = (f"{100 * share:.2g} %" for share in (1 - answered.high, 1 - answered.low))
    return f"{words} ({percent(count.misses, count.support)}, {low} to {high})"
