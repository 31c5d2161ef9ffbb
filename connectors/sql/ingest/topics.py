"""The topics, and files, whose events are counted apart; what comes beyond the first thousand counts together."""

from collections import Counter
from collections.abc import Mapping

from connectors.sql.dialect import Dialect
from monitor.domain.events.fates import LIMITS, EventFate, Limit
from monitor.domain.slices.cells import OTHER

TOPICS_MAX = 1_000  # each is some series of /metrics; whoever reads a file a day has room for three years


class Topics:
    """Counts what became of events, by topic. Which topics are counted apart is what the database holds."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def count(self, sql: Dialect, counts: Mapping[tuple[str, EventFate], int]) -> int:
        """Add to the counts, keyed by (topic, what became of them); how many events have no topic of their own."""
        given = {topic for topic, _ in counts} - {LIMITS}
        if not given <= self._known:
            self._known = {topic for (topic,) in sql.rows("SELECT DISTINCT topic FROM event_count")}
        room = max(TOPICS_MAX - len(self._known - {LIMITS, OTHER}), 0)
        apart = self._known | set(sorted(given - self._known)[:room])
        together: Counter[tuple[str, EventFate]] = Counter()
        for (topic, fate), number in counts.items():
            together[topic if topic in apart or topic == LIMITS else OTHER, fate] += number
        folded = sum(
            number for (topic, _), number in counts.items() if topic != LIMITS and topic not in apart
        )
        together[LIMITS, EventFate.folded(Limit.TOPICS)] += folded
        sql.many(
            "INSERT INTO event_count (topic, became, count) VALUES (?, ?, ?)"
            " ON CONFLICT (topic, became) DO UPDATE SET count = event_count.count + excluded.count",
            sorted((topic, str(fate), number) for (topic, fate), number in together.items() if number),
        )
        return folded
