"""Tickets that belong to no intent: how many of them a model took for one, with an interval."""

from collections.abc import Mapping

import msgspec

from monitor.domain.recall.estimate import Estimate
from monitor.domain.recall.reading import reading
from monitor.domain.recall.tally import Tally


class OutOfScope(msgspec.Struct, frozen=True):
    """A model's labelled tickets of no intent. `accepted` of them were wrongly taken for one, the rest got no answer.

    `share` is the part that is accepted, weighed where labels are, with a 95 % interval: at any time, or, where it is
    not `at_all_times`, at one look. `accepted_as` counts the intents that they were taken for, the most frequent first.
    """

    tickets: int
    accepted: int
    share: Estimate
    at_all_times: bool
    accepted_as: Mapping[str, int]

    @property
    def abstained(self) -> int:
        """Those that rightly got no answer."""
        return self.tickets - self.accepted


def out_of_scope(tally: Tally, min_probability: float, design_effect: float = 1.0) -> OutOfScope | None:
    """What a tally of them says, in which no answer is a hit; None without a ticket.

    It is the reading of a recall turned round, with the same intervals and the same promises.
    """
    if not tally.support:
        return None
    answered = reading(tally.weighed, min_probability, design_effect=design_effect)
    right, (low, high) = answered.recall, answered.interval
    share = 1 - right if right is not None else tally.misses / tally.support
    named = dict(sorted(tally.misses_to.items(), key=lambda each: (-each[1], each[0])))
    return OutOfScope(
        tally.support, tally.misses, Estimate(share, 1 - high, 1 - low), answered.method.at_all_times, named
    )
