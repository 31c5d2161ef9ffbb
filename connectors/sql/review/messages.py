"""What was sent about an incident, as the outbox has it; and whether anything changed."""

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.changes import CHANGES, JUDGED
from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.notices import decode_notice
from monitor.domain.events.microseconds import from_us
from monitor.review.ports import messages as ports
from monitor.review.ports.messages import SentMessage

NEWEST = 100
_MARKS = (
    JUDGED,
    *CHANGES,
    "(SELECT max(id) FROM incident_event)",
    "(SELECT max(number) FROM notification)",
    "(SELECT max(sent_us) FROM notification)",
    "(SELECT max(failed_us) FROM notification)",
    "(SELECT max(id) FROM silence)",
    "(SELECT sum(ends_us) FROM silence)",
    "(SELECT max(id) FROM deploy)",
)


class MessageRecords(ports.MessageRecords):
    """The same on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def of_incident(self, number: int) -> list[SentMessage]:
        with reading(self._engine) as connection:
            rows = Dialect(connection).rows(
                "SELECT sink, notice, created_us, state, attempts, sent_us, next_attempt_us, last_error"
                f" FROM notification WHERE incident_id = ? ORDER BY number DESC LIMIT {NEWEST}",
                number,
            )
        return [
            SentMessage(
                sink,
                decode_notice(notice),
                from_us(created_us),
                state,
                attempts,
                None if sent_us is None else from_us(sent_us),
                from_us(next_us) if state == "pending" and next_us > created_us else None,
                error,
            )
            for sink, notice, created_us, state, attempts, sent_us, next_us, error in reversed(rows)
        ]

    @override
    def mark(self) -> str:
        with reading(self._engine) as connection:
            row = Dialect(connection).row(f"SELECT {', '.join(_MARKS)}")
        return "-".join("" if value is None else str(int(value)) for value in row or ())
