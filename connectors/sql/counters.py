"""Numbers that are kept by name: the last one given out, how often something was done, or when, in microseconds."""

from connectors.sql.dialect import Dialect

JUDGED_AT = "judged_at_us"
"""The time as of which it was judged last."""
_INSERT = "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name)"


def counter(sql: Dialect, name: str) -> int | None:
    """The number of that name; None where there is none."""
    row = sql.row("SELECT value FROM counter WHERE name = ?", name)
    return None if row is None else int(row[0])


def value_of(name: str) -> str:
    """The number of that name, a constant of ours, as an expression of SQL."""
    return f"(SELECT value FROM counter WHERE name = '{name}')"


def count_up(sql: Dialect, name: str, by: int) -> int:
    """Take `by` numbers; the row stays locked until the commit, so numbers show up in their order."""
    row = sql.row(f"{_INSERT} DO UPDATE SET value = counter.value + excluded.value RETURNING value", name, by)
    value: int = row[0]
    return value


def put_counter(sql: Dialect, name: str, value: int) -> None:
    """Keep a number in the place of the one before."""
    sql.run(f"{_INSERT} DO UPDATE SET value = excluded.value", name, value)


def raise_counter(sql: Dialect, name: str, value: int) -> None:
    """Keep a number, or the one before where that is larger."""
    larger = "CASE WHEN excluded.value > counter.value THEN excluded.value ELSE counter.value END"
    sql.run(f"{_INSERT} DO UPDATE SET value = {larger}", name, value)


def begin_counter(sql: Dialect, name: str, value: int) -> None:
    """Keep a number where there is none yet: the first one stays."""
    sql.run(f"{_INSERT} DO NOTHING", name, value)


def drop_counter(sql: Dialect, name: str) -> None:
    """Keep no number of that name any more."""
    sql.run("DELETE FROM counter WHERE name = ?", name)
