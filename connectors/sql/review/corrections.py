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
LAST_US = 2**62
_BEGIN = f"b.first_us / {HOUR_US} * {HOUR_US}"
_END = f"(b.last_us / {HOUR_US} + 1) * {HOUR_US}"
_BOUNDS, _CORRECTED = 1, 2  # what a row tells; else of drawn tickets that were routed wrongly

# The latest correction of each ticket; one to what was predicted takes an earlier one back. `bounds`: since the first
# ticket that was corrected, and until tickets were old enough, as of the last correction, to have theirs; in whole
# hours, as traffic is counted. A ticket without an answer has to be routed by somebody, so it says nothing of how often
# agents leave a wrong routing, or of how late they mend one. A label is of a drawn ticket where it, or the draw, says
# how the ticket was chosen. One statement, so that corrections, which may be many, are read once.
_ALL = (
    "WITH said AS (SELECT p.model_id, p.prediction_id, p.intent AS predicted, p.answers, p.ts_us, l.labeled_at_us,"
    f" CASE WHEN l.intent IN {{ids}} THEN '{NO_INTENT}' ELSE l.intent END AS intent,"
    " row_number() OVER (PARTITION BY p.model_id, p.prediction_id"
    " ORDER BY l.labeled_at_us DESC, l.label_id DESC) AS place FROM label l"
    " JOIN prediction p ON p.prediction_id = l.prediction_id JOIN model m ON m.id = p.model_id"
    f" WHERE l.kind = 'correction' AND NOT l.retracted AND {IN_SCOPE}),"
    " corrected AS (SELECT model_id, prediction_id, predicted, intent, ts_us, labeled_at_us FROM said WHERE place = 1"
    " AND intent <> predicted AND (answers IS NULL OR replace(answers, '\"' || intent || '\"', '') = answers)),"
    " ranked AS (SELECT model_id, ts_us, labeled_at_us, labeled_at_us - ts_us AS delay_us,"
    " row_number() OVER (PARTITION BY model_id ORDER BY labeled_at_us - ts_us) AS place,"
    " count(*) OVER (PARTITION BY model_id) AS n FROM corrected WHERE predicted <> ''),"
    " bounds AS (SELECT model_id, min(ts_us) AS first_us, max(labeled_at_us)"
    f" - min(CASE WHEN place >= {DELAY} * (n - 1) THEN delay_us END) AS last_us FROM ranked GROUP BY model_id)"
    " SELECT 1 AS what, model_id, '', '', 0, '', CAST(NULL AS FLOAT), first_us, last_us FROM bounds"
    " UNION ALL SELECT 2, c.model_id, c.predicted, c.intent, 0, '', CAST(NULL AS FLOAT), count(*), 0 FROM corrected c"
    " JOIN bounds b ON b.model_id = c.model_id WHERE c.ts_us >= ? AND c.ts_us < ?"
    f" AND c.ts_us >= {_BEGIN} AND c.ts_us < {_END}"
    " GROUP BY c.model_id, c.predicted, c.intent"
    " UNION ALL SELECT 3, o.model_id, o.intent, '', CASE WHEN c.intent = o.intent THEN 0 ELSE 1 END AS is_left,"
    " o.design, o.probability, count(*), 0 FROM outcome o JOIN bounds b ON b.model_id = o.model_id"
    " LEFT JOIN corrected c ON c.model_id = o.model_id AND c.prediction_id = o.prediction_id"
    f" WHERE o.ts_us >= {_BEGIN} AND o.ts_us < {_END}"
    " AND o.predicted <> o.intent AND o.predicted <> '' AND o.design <> 'unknown'"
    " AND o.kind IN ('human', 'adjudicated') GROUP BY o.model_id, o.intent, is_left, o.design, o.probability"
    " ORDER BY 1, 2, 3, 4, 5, 6, 7"
)


def corrections_by_model(
    sql: Dialect, out_of_scope: Set[str], begin: datetime | None = None, end: datetime | None = None
) -> dict[Model, Corrections]:
    """By model; tickets corrected, and those that came, are those that were predicted between the two.

    Acquiescence is measured on all there are. Corrections to an intent of `out_of_scope` say that there is none.
    """
    if sql.row("SELECT 1 FROM label WHERE kind = 'correction' AND NOT retracted LIMIT 1") is None:
        return {}
    since_us, until_us = 0 if begin is None else to_us(begin), LAST_US if end is None else to_us(end)
    known: dict[int, Corrections] = {}
    for what, model_id, predicted, intent, left, design, probability, number, last_us in sql.rows(
        _ALL, sql.any_of(out_of_scope), _hour(since_us), _hour(until_us) + HOUR_US
    ):
        if what == _BOUNDS:
            since, until = max(number, since_us), min(max(number, last_us), until_us)
            traffic = _traffic(sql, model_id, since, until)
            known[model_id] = Corrections(from_us(since), from_us(until), [], [], traffic)
        elif what == _CORRECTED:
            known[model_id].counts.append(CorrectionCount(predicted, intent, number))
        else:
            wrong = RoutedWrongly(predicted, bool(left), Design(design), probability, number)
            known[model_id].wrong.append(wrong)
    names = {
        model_id: Model(*rest)
        for model_id, *rest in sql.rows("SELECT id, name, version, environment FROM model")
    }
    return {names[model_id]: each for model_id, each in known.items()}


def _traffic(sql: Dialect, model_id: int, since_us: int, until_us: int) -> dict[str, int]:
    rows = sql.rows(
        "SELECT predicted, sum(predictions) FROM traffic WHERE model_id = ? AND hour >= ? AND hour <= ?"
        " GROUP BY predicted",
        model_id,
        since_us // HOUR_US,
        until_us // HOUR_US,
    )
    return {predicted: int(number) for predicted, number in rows}


def _hour(at_us: int) -> int:
    """When the hour of a time began."""
    return at_us // HOUR_US * HOUR_US
