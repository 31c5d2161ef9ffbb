"""Records that were refused, as ingest noted them."""

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.review.status import StatusStore
from monitor.domain.events.fates import FateKind
from monitor.domain.events.microseconds import from_us
from monitor.review.ports import dead_letters as ports
from monitor.review.ports.dead_letters import RefusedRecord


class DeadLetterRecords(ports.DeadLetterRecords):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def newest(self, most: int) -> list[RefusedRecord]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                'SELECT topic, "partition", "offset", code, detail, failed_at_us FROM dead_letter'
                ' ORDER BY failed_at_us DESC, topic, "partition", "offset" DESC LIMIT ?',
                most,
            )
        return [
            RefusedRecord(topic, partition, offset, code, detail, from_us(at_us))
            for topic, partition, offset, code, detail, at_us in rows
        ]

    @override
    def by_code(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for each in StatusStore(self._engine).event_counts():
            if each.fate.kind is FateKind.REJECTED:
                counts[each.fate.code] = counts.get(each.fate.code, 0) + each.events
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
