"""The transaction that this thread is in, where several stores write together; `connectors.sql.database` begins it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from sqlalchemy import Connection, Engine


class Joint(NamedTuple):
    """A transaction that several stores share. As an `evaluation` it has the lease."""

    engine: Engine
    connection: Connection
    evaluation: bool


_joint: ContextVar[Joint | None] = ContextVar("joint", default=None)


@contextmanager
def joining(joint: Joint) -> Iterator[None]:
    """Have what this thread does with that engine done in that transaction."""
    before = _joint.set(joint)
    try:
        yield
    finally:
        _joint.reset(before)


def joint_of(engine: Engine) -> Joint | None:
    """The transaction with this engine that this thread is in; None where it is in none."""
    joint = _joint.get()
    return joint if joint is not None and joint.engine is engine else None
