"""Intents that fall, and what people do about it."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.incidents.oncall import OnCallStore
from connectors.sql.notices import decode_notice
from monitor.domain.telling.notices import Notice
from monitor.incidents import resolving
from monitor.incidents.oncall import OnCall
from tests.stored import NOON, rows
from tests.worlds import World

HOUR = timedelta(hours=1)


def broken(world: World, intent: str = "erasure", at: datetime = NOON + 48 * HOUR) -> None:
    """Twenty misses in a row, judged at this time."""
    world.outcomes(intent, "m" * 20)
    world.evaluate(at)


def oncall(world: World) -> OnCall:
    """The people of this world."""
    return OnCall(OnCallStore(world.engine), world.settings)


def resolve(world: World, number: int, who: str, why: str, at: datetime) -> None:
    """Somebody says that an incident is over."""
    resolving.resolve(EvaluationStore(world.engine), world.settings, number, who, why, at)


def notices(engine: Engine) -> list[Notice]:
    """Every notice, in the order in which they were written."""
    return [
        decode_notice(text) for (text,) in rows(engine, "SELECT notice FROM notification ORDER BY number")
    ]
