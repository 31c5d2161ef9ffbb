"""What programs called tickets. Reads only."""

from collections.abc import Iterable, Set

from connectors.sql.dialect import Dialect
from connectors.sql.labels.scope import IN_SCOPE
from connectors.sql.model_ids import ModelIds
from monitor.domain.events.holding import counted_intent
from monitor.domain.events.types import PredictionKey


def weakly_called(
    sql: Dialect, models: ModelIds, prediction_ids: Iterable[str], out_of_scope: Set[str]
) -> dict[PredictionKey, str]:
    """The intent that the latest weak label of each prediction names; those without one are left out.

    Labels with an intent of `out_of_scope` say that there is none.
    """
    rows = sql.rows(
        "SELECT l.prediction_id, p.model_id, l.intent FROM label l"
        " JOIN prediction p ON p.prediction_id = l.prediction_id JOIN model m ON m.id = p.model_id"
        " WHERE l.prediction_id IN {ids} AND l.kind = 'weak' AND NOT l.retracted"
        f" AND {IN_SCOPE}"
        " ORDER BY l.labeled_at_us, l.label_id",
        sql.any_of(prediction_ids),
    )
    return {
        PredictionKey(prediction_id, models.model_of(sql, model_id)): counted_intent(intent, out_of_scope)
        for prediction_id, model_id, intent in rows
    }
