"""New predictions wait for the next draw, where the configuration has one, with the scores that may steer it."""

from collections.abc import Mapping

from monitor.domain.events.names import normal
from monitor.domain.events.types import Prediction, PredictionKey
from monitor.ingest.ports import IngestTransaction


def let_wait(
    transaction: IngestTransaction, new: Mapping[PredictionKey, Prediction], *, by_score: bool = True
) -> None:
    """Note new predictions for the next draw; where it goes by score, with their scores of watched intents.

    All other scores are dropped here.
    """
    if not new:
        return
    scored = by_score and any(prediction.scores for prediction in new.values())
    watched = frozenset(transaction.watched_intents()) if scored else frozenset()
    transaction.note_candidates(
        {
            key: {
                name: min(max(score, 0.0), 1.0)
                for sent, score in prediction.scores.items()
                if (name := normal(sent)) in watched
            }
            for key, prediction in new.items()
        }
    )
