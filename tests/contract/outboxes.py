"""Notices in an outbox, as short as a test wants to write them."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.outbox import Outbox
from monitor.domain.telling.kinds import NoticeKind
from tests.notices import notice
from tests.stored import NOON

SECOND = timedelta(seconds=1)


def write(engine: Engine, *written: tuple[str, int, str], kind: NoticeKind = NoticeKind.ACKNOWLEDGED) -> None:
    """Write notices as (id, incident, sink); this kind supersedes nothing."""
    for name, incident, sink in written:
        with EvaluationStore(engine).evaluation() as transaction:
            transaction.enqueue(notice(id=name, incident=incident, kind=kind), [sink])


def claimed(outbox: Outbox, at: int = 0) -> str | None:
    due = outbox.claim(NOON + at * SECOND)
    return due.id if due else None
