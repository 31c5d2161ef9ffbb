"""Weak labels counted beside people's, by what was predicted. Reads only."""

from collections import defaultdict
from collections.abc import Set
from datetime import datetime

from connectors.sql.dialect import Dialect
from connectors.sql.labels.scope import IN_SCOPE
from monitor.domain.events.microseconds import HOUR_US, to_us
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Model
from monitor.review.ports.weak_labels import WeakCount, WeaklyLabelled

LAST_US = 2**62
# Of each ticket with a weak label: what the latest says, what holds of those that people gave, and whether that ticket
# was chosen for what was predicted or scored, where weak labels steer: it says itself, or it was drawn so.
_COUNTS = (
    "WITH said AS (SELECT p.model_id, p.prediction_id, p.intent AS predicted, p.ts_us,"
    f" CASE WHEN l.intent IN {{ids}} THEN '{NO_INTENT}' ELSE l.intent END AS intent, l.kind, l.design,"
    " row_number() OVER (PARTITION BY p.model_id, p.prediction_id, l.kind = 'weak' ORDER BY"
    " l.kind = 'adjudicated' DESC, l.labeled_at_us DESC, l.label_id DESC) AS place FROM label l"
    " JOIN prediction p ON p.prediction_id = l.prediction_id JOIN model m ON m.id = p.model_id"
    " WHERE NOT l.retracted AND l.kind IN ('weak', 'human', 'adjudicated')"
    " AND l.prediction_id IN (SELECT prediction_id FROM label WHERE kind = 'weak' AND NOT retracted)"
    f" AND {IN_SCOPE})"
    " SELECT w.model_id, w.predicted, w.intent, h.intent,"
    " CASE WHEN h.intent IS NOT NULL AND (h.design IN ('by_prediction', 'by_score')"
    " OR d.design IN ('by_prediction', 'by_score')) THEN 1 ELSE 0 END AS chosen,"
    " count(*), min(w.ts_us), max(w.ts_us) FROM said w"
    " LEFT JOIN said h ON h.model_id = w.model_id AND h.prediction_id = w.prediction_id AND h.kind <> 'weak'"
    " AND h.place = 1 LEFT JOIN draw d ON d.model_id = w.model_id AND d.prediction_id = w.prediction_id"
    " WHERE w.kind = 'weak' AND w.place = 1 AND w.ts_us >= ? AND w.ts_us <= ?"
    " GROUP BY w.model_id, w.predicted, w.intent, h.intent, chosen ORDER BY 1, 2, 3, 4, 5"
)


def weakly_labelled(
    sql: Dialect, out_of_scope: Set[str], begin: datetime | None = None, end: datetime | None = None
) -> dict[Model, WeaklyLabelled]:
    """By model, of the predictions that are kept and were made between the two.

    Labels with an intent of `out_of_scope` say that there is none.
    """
    if sql.row("SELECT 1 FROM label WHERE kind = 'weak' AND NOT retracted LIMIT 1") is None:
        return {}
    counts: defaultdict[int, list[WeakCount]] = defaultdict(list)
    between: dict[int, tuple[int, int]] = {}
    for model_id, predicted, weak, human, chosen, tickets, first_us, last_us in sql.rows(
        _COUNTS,
        sql.any_of(out_of_scope),
        0 if begin is None else to_us(begin),
        LAST_US if end is None else to_us(end),
    ):
        counts[model_id].append(WeakCount(predicted, weak, human, tickets, bool(chosen)))
        first, last = between.get(model_id, (first_us, last_us))
        between[model_id] = (min(first, first_us), max(last, last_us))
    labelled = {}
    for model_id, known in counts.items():
        first, last = (at_us // HOUR_US for at_us in between[model_id])
        traffic = sql.rows(
            "SELECT predicted, sum(predictions) FROM traffic WHERE model_id = ? AND hour >= ? AND hour <= ?"
            " GROUP BY predicted",
            model_id,
            first,
            last,
        )
        names = sql.row("SELECT name, version, environment FROM model WHERE id = ?", model_id)
        labelled[Model(*names)] = WeaklyLabelled(known, {name: int(number) for name, number in traffic})
    return labelled
