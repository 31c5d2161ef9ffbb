"""Outcomes that two people read, counted by what the first said, what holds and what was predicted."""

from collections.abc import Sequence

from connectors.sql.dialect import Dialect
from monitor.domain.labelling.readings import ReadAgainCount


def read_again_counts(sql: Dialect, model_id: int) -> Sequence[ReadAgainCount]:
    """Those of a model. Cost: an index that holds them alone."""
    return [
        ReadAgainCount(first, intent, predicted, bool(agreed), tickets)
        for first, intent, predicted, agreed, tickets in sql.rows(
            "SELECT first_intent, intent, predicted, agreed, count(*) FROM outcome WHERE model_id = ?"
            " AND first_intent IS NOT NULL AND intent IS NOT NULL"
            " GROUP BY first_intent, intent, predicted, agreed",
            model_id,
        )
    ]
