"""With which probabilities labelled predictions had been drawn for labelling."""

from collections.abc import Mapping
from datetime import datetime

from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import to_us


def drawn(
    sql: Dialect, model_id: int, since: datetime, seq: int, until: datetime | None = None
) -> Mapping[float | None, int]:
    """How many outcomes, from `seq` on, of a model's predictions since then had each probability of being drawn.

    Costs: all outcomes from `seq` on are read. Where labels are weighed, a broken cell asks for them.
    """
    rows = sql.rows(
        "SELECT CASE WHEN design = 'unknown' THEN NULL ELSE probability END, count(*) FROM outcome"
        " WHERE seq >= ? AND model_id = ? AND ts_us >= ? AND intent IS NOT NULL"
        + (" AND ts_us <= ?" if until is not None else "")
        + " GROUP BY 1",
        seq,
        model_id,
        to_us(since),
        *([to_us(until)] if until is not None else []),
    )
    return {None if probability is None else float(probability): int(n) for probability, n in rows}
