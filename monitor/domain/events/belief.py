"""Which labels of a topic are believed: a label and its topic in, whether it counts for anything out."""

from collections.abc import Set
from datetime import datetime

import msgspec

from monitor.domain.events.types import Design, Kind, Label
from monitor.domain.telling.patterns import fits_pattern


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed of the topics (or files) that fit the pattern `topic`; what is None is not asked.

    `since` and `until` bound when the label says that it was made: from then on, and before then.
    """

    topic: str
    kinds: Set[Kind] | None = None
    designs: Set[Design] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, topic: str, label: Label) -> bool:
        """Whether the label is none of this topic's, or what is believed of it."""
        return not fits_pattern(topic, self.topic) or (
            (self.kinds is None or label.kind in self.kinds)
            and (self.designs is None or label.design in self.designs)
            and (self.since is None or label.labeled_at >= self.since)
            and (self.until is None or label.labeled_at < self.until)
        )
