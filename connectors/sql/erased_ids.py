"""Which predictions are to be erased, and of which of them anything is there."""

from collections.abc import Iterable, Set

from connectors.sql.dialect import Dialect


def ids_of_subject(sql: Dialect, subject: str | None) -> Iterable[str]:
    """The ids of what was predicted about a person, by the stored hash; of nobody none."""
    if subject is None:
        return []
    return [row[0] for row in sql.rows("SELECT prediction_id FROM subject WHERE subject = ?", subject)]


def ids_held(sql: Dialect, ids: object) -> Set[str]:
    """Of which of these there is a prediction, or the outcome of one that retention dropped. No label alone is one."""
    return {
        row[0]
        for row in sql.rows(
            "SELECT prediction_id FROM prediction WHERE model_id IS NOT NULL AND prediction_id IN {ids}"
            " UNION SELECT prediction_id FROM outcome WHERE prediction_id IN {ids}",
            ids,
            ids,
        )
    }
