"""What ingest has to do with draws: the predictions that wait for one, and what labels' predictions were drawn with."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.sql.dialect import Dialect
from connectors.sql.model_ids import ModelIds
from monitor.domain.events.joined import Draw, Memory
from monitor.domain.events.types import Design, Label, Model, PredictionKey

_encode = msgspec.json.encode


class KnownDraws:
    """Reads draws. While nothing was ever drawn that costs a look at an empty table."""

    def __init__(self) -> None:
        self._ever = False

    def load(self, sql: Dialect, models: ModelIds, memory: Memory, labels: Iterable[Label]) -> None:
        """Read into `memory` what the predictions of those labels were drawn with that go by it.

        The labels that are stored are in `memory` already. Where all say how they were chosen, it costs nothing.
        """
        known = (label for of_one in memory.labels.values() for label in of_one.values())
        ids = {label.prediction_id for each in (labels, known) for label in each if label.follows_draws}
        if not ids:
            return
        self._ever = self._ever or sql.row("SELECT 1 FROM drawing LIMIT 1") is not None
        if self._ever:
            memory.draws.update(read_draws(sql, models, sorted(ids)))


def read_draws(sql: Dialect, models: ModelIds, ids: Sequence[str]) -> dict[str, dict[Model, Draw]]:
    """What predictions of these ids were drawn with, each model's."""
    draws: dict[str, dict[Model, Draw]] = {}
    for prediction_id, model_id, design, probability in sql.rows(
        "SELECT prediction_id, model_id, design, probability FROM draw WHERE prediction_id IN {ids}",
        sql.any_of(ids),
    ):
        drawn = Draw(Design(design), probability)
        draws.setdefault(prediction_id, {})[models.model_of(sql, model_id)] = drawn
    return draws


def watched_intents(sql: Dialect) -> list[str]:
    """The intents that may page, of any model: those whose scores steer a draw."""
    return [row[0] for row in sql.rows("SELECT DISTINCT intent FROM cell WHERE watched <> '' AND slice = ''")]


def note_candidates(
    sql: Dialect, models: ModelIds, candidates: Mapping[PredictionKey, Mapping[str, float]]
) -> None:
    """Let new predictions wait for the next draw, with their scores of watched intents."""
    sql.many(
        "INSERT INTO draw_candidate (prediction_id, model_id, scores) VALUES (?, ?, ?)"
        " ON CONFLICT (prediction_id, model_id) DO NOTHING",
        [
            (key.prediction_id, models.id_of(sql, key.model), _encode(scores).decode() if scores else None)
            for key, scores in sorted(candidates.items())
        ],
    )
