"""What became of events is counted by topic, or file; beyond a thousand of them the counts of the rest are one."""

from sqlalchemy import Engine

from connectors.sql.ingest.topics import TOPICS_MAX
from monitor.domain.events.fates import Became, EventFate, Limit
from monitor.domain.slices.cells import OTHER
from tests.stored import rows, store

FATES = (EventFate.taken(Became.LABEL), EventFate.rejected("not_json"))


def counted(engine: Engine, *topics: str) -> dict[Limit, int]:
    with store(engine).transaction() as transaction:
        return dict(transaction.count({(topic, fate): 3 for topic in topics for fate in FATES}))


def test_the_first_topics_count_apart_for_ever_and_the_rest_together(engine: Engine) -> None:
    first = [f"day-{number:04}" for number in range(TOPICS_MAX - 1)]
    assert counted(engine, *first) == {Limit.TOPICS: 0}
    assert counted(engine, "y", "x", "z") == {Limit.TOPICS: 12}
    assert counted(engine, "day-0000", "x", "new") == {Limit.TOPICS: 6}
    found = rows(engine, "SELECT topic, sum(count) FROM event_count GROUP BY topic")
    sums = {topic: int(count) for topic, count in found}
    assert len(sums) == TOPICS_MAX + 2
    assert {topic: sums[topic] for topic in ("day-0000", "day-0001", "x", OTHER, "limits")} == {
        "day-0000": 12,
        "day-0001": 6,
        "x": 12,
        OTHER: 18,
        "limits": 18,
    }
