"""What is remembered of the erased, so that they are not taken in again, and who a prediction is about."""

from collections.abc import Iterable, Mapping

from connectors.sql.dialect import Dialect
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.subjects import fingerprint
from monitor.domain.events.types import Prediction, PredictionKey


def erased_among(
    sql: Dialect,
    prediction_ids: Iterable[str],
    predictions: Mapping[PredictionKey, Prediction],
    subjects: Mapping[PredictionKey, str],
) -> set[str]:
    """Those ids that were erased, or where a prediction is about somebody who was, from before the erasure.

    `subjects` is the hash of whom predictions are about.
    """
    hashes: set[str] = set()
    if sql.row("SELECT 1 FROM erased LIMIT 1"):
        prints = {fingerprint(each): each for each in prediction_ids}
        hashes |= {
            prints[row[0]]
            for row in sql.rows(
                "SELECT fingerprint FROM erased WHERE fingerprint IN {ids}", sql.any_of(sorted(prints))
            )
        }
    if subjects:
        since = dict(
            map(
                tuple,
                sql.rows(
                    "SELECT subject, at_us FROM erased_subject WHERE subject IN {ids}",
                    sql.any_of(sorted(set(subjects.values()))),
                ),
            )
        )
        hashes |= {
            key.prediction_id
            for key, subject in subjects.items()
            if subject in since and to_us(predictions[key].ts) <= since[subject]
        }
    return hashes


def note_subjects(sql: Dialect, subjects: Mapping[PredictionKey, str]) -> None:
    """Remember whom the predictions of an id are about, by the hash alone."""
    sql.many(
        "INSERT INTO subject (prediction_id, subject) VALUES (?, ?) ON CONFLICT DO NOTHING",
        sorted({(key.prediction_id, subject) for key, subject in subjects.items()}),
    )
