"""Outcomes that two people read: each, or counted by what the first said, what holds and what was predicted."""

from collections.abc import Sequence

from connectors.sql.dialect import Dialect
from monitor.domain.labelling.readings import ReadAgainCount, TicketReadAgain


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


def tickets_read_again(sql: Dialect, model_id: int) -> Sequence[TicketReadAgain]:
    """Those of a model, in the order in which the labels that hold were given.

    Cost: the tickets that two people read.
    """
    return [
        TicketReadAgain(seq, first, intent, predicted, bool(agreed))
        for seq, first, intent, predicted, agreed in sql.rows(
            "SELECT seq, first_intent, intent, predicted, agreed FROM outcome WHERE model_id = ?"
            " AND first_intent IS NOT NULL AND intent IS NOT NULL ORDER BY labeled_at_us, seq",
            model_id,
        )
    ]
