"""What releases take from, as it was last left."""

from connectors.sql.dialect import Dialect
from monitor.domain.detection.money import Purse
from monitor.domain.events.microseconds import from_us


def read_purse(sql: Dialect) -> Purse | None:
    """The purse; None before the first release."""
    row = sql.row("SELECT amount, as_of_us FROM purse")
    return Purse(row[0], from_us(row[1])) if row else None
