"""Agents' corrections counted, and what became of tickets that drawing shows to be routed wrongly. Reads only."""

from collections.abc import Set
from datetime import datetime

from connectors.sql.dialect import Dialect
from connectors.sql.labels.scope import IN_SCOPE
from monitor.domain.events.microseconds import HOUR_US, from_us, to_us
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design, Model
from monitor.review.ports.corrections import CorrectionCount, Corrections, RoutedWrongly

DELAY = 0.95
"""The share of corrections that came as late after their prediction as tickets must be old to be counted."""

# The latest correction of each ticket. One to what was predicted takes an earlier one back.
_SAID = (
    "said AS (SELECT p.model_id, p.prediction_id, p.intent AS predicted, p.answers, p.ts_us, l.labeled_at_us,"
    f" CASE WHEN l.intent IN {{ids}} THEN '{NO_INTENT}' ELSE l.intent END AS intent,"
    " row_number() OVER (PARTITION BY p.model_id, p.prediction_id"
    " ORDER BY l.labeled_at_us DESC, l.label_id DESC) AS place FROM label l"
    " JOIN prediction p ON p.prediction_id = l.prediction_id JOIN model m ON m.id = p.model_id"
    f" WHERE l.kind = 'correction' AND NOT l.retracted AND {IN_SCOPE}),"
    " corrected AS (SELECT * FROM said WHERE place = 1 AND intent <> predicted"
    " AND (answers IS NULL OR replace(answers, '\"' || intent || '\"', '') = answers))"
)
_KNOWN = (
    f"WITH {_SAID} SELECT m.id, m.name, m.version, m.environment, count(*), min(c.ts_us), max(c.labeled_at_us)"
    " FROM corrected c JOIN model m ON m.id = c.model_id GROUP BY m.id, m.name, m.version, m.environment ORDER BY m.id"
)
_DELAYED = (
    f"WITH {_SAID} SELECT labeled_at_us - ts_us AS delay_us FROM corrected WHERE model_id = ?"
    " ORDER BY delay_us LIMIT 1 OFFSET ?"
)
_COUNTS = (
    f"WITH {_SAID} SELECT predicted, intent, count(*) FROM corrected WHERE model_id = ? AND ts_us >= ? AND ts_us <= ?"
    " GROUP BY predicted, intent ORDER BY 1, 2"
)
# A label is of a drawn ticket where it, or the draw, says how the ticket was chosen.
_WRONG = (
    f"WITH {_SAID} SELECT o.intent, CASE WHEN c.intent = o.intent THEN 0 ELSE 1 END AS is_left, o.design,"
    " o.probability, count(*) FROM outcome o"
    " LEFT JOIN corrected c ON c.model_id = o.model_id AND c.prediction_id = o.prediction_id"
    " WHERE o.model_id = ? AND o.ts_us >= ? AND o.ts_us <= ? AND o.predicted <> o.intent AND o.design <> 'unknown'"
    " AND o.kind IN ('human', 'adjudicated')"
    " GROUP BY o.intent, is_left, o.design, o.probability ORDER BY 1, 2, 3, 4"
)


def corrections_by_model(
    sql: Dialect, out_of_scope: Set[str], begin: datetime | None = None, end: datetime | None = None
) -> dict[Model, Corrections]:
    """By model; tickets corrected, and those that came, are those that were predicted between the two.

    Acquiescence is measured on all there are. Corrections to an intent of `out_of_scope` say that there is none.
    """
    if sql.row("SELECT 1 FROM label WHERE kind = 'correction' AND NOT retracted LIMIT 1") is None:
        return {}
    names = sql.any_of(out_of_scope)
    known = {}
    for model_id, name, version, environment, corrected, first_us, last_us in sql.rows(_KNOWN, names):
        (delay_us,) = sql.row(_DELAYED, names, model_id, int(DELAY * (corrected - 1)))
        until_us = max(int(last_us) - int(delay_us), first_us)
        since = first_us if begin is None else max(first_us, to_us(begin))
        until = until_us if end is None else min(until_us, to_us(end))
        traffic = sql.rows(
            "SELECT predicted, sum(predictions) FROM traffic WHERE model_id = ? AND hour >= ? AND hour <= ?"
            " GROUP BY predicted",
            model_id,
            since // HOUR_US,
            until // HOUR_US,
        )
        known[Model(name, version, environment)] = Corrections(
            from_us(since),
            from_us(until),
            [CorrectionCount(*row) for row in sql.rows(_COUNTS, names, model_id, since, until)],
            [
                RoutedWrongly(intent, bool(left), Design(design), probability, tickets)
                for intent, left, design, probability, tickets in sql.rows(
                    _WRONG, names, model_id, first_us, until_us
                )
            ],
            {predicted: int(number) for predicted, number in traffic},
        )
    return known
