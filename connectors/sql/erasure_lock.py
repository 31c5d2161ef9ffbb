"""The lock by which an erasure and what writes predictions take turns on PostgreSQL. On SQLite there is one for all."""

from connectors.sql.dialect import Dialect


def let_writers_finish(sql: Dialect) -> None:
    """Wait for every batch that is being written, and let the next one wait, which then sees what was erased.

    Each batch writes to this table, also one of labels. Like the lease, the lock comes before any view of the data:
    a view taken before a batch is committed would hold none of it.
    """
    if sql.postgresql:
        sql.run("LOCK TABLE prediction IN SHARE ROW EXCLUSIVE MODE")


def wait_for_erasure(sql: Dialect) -> None:
    """Wait for an erasure, or let it wait: before anything else, for whoever locks rows of predictions to change them.

    Else each could wait for what the other has locked.
    """
    if sql.postgresql:
        sql.run("LOCK TABLE prediction IN ROW EXCLUSIVE MODE")
