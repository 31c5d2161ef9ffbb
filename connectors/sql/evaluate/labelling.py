"""How a model's traffic is labelled: delays, and predictions by class and by hour."""

from collections.abc import Mapping
from datetime import datetime

from typing_extensions import override

from connectors.sql.evaluate.cells import CellStates
from monitor.domain.events.microseconds import HOUR_US, to_us
from monitor.domain.events.types import Model
from monitor.evaluate import ports
from monitor.evaluate.ports import DelaySamples

SECOND_US = 1_000_000


class LabellingTransaction(CellStates, ports.LabellingTransaction):
    """The labels and predictions of a model."""

    @override
    def delays(self, model: Model, intent: str, limit: int) -> DelaySamples:
        delays = DelaySamples([], [], [])
        for ts_us, labeled_at_us, predicted in self._sql.rows(
            "SELECT ts_us, labeled_at_us, predicted FROM outcome WHERE model_id = ? AND intent = ?"
            " ORDER BY seq DESC LIMIT ?",
            self._model_ids[model],
            intent,
            limit,
        ):
            delays.made_us.append(ts_us)
            delays.waited_s.append(max(labeled_at_us - ts_us, 0) / SECOND_US)
            delays.hits.append(predicted == intent)
        return delays

    @override
    def traffic(self, model: Model, before: datetime) -> Mapping[str, int]:
        return {
            predicted: int(count)
            for predicted, count in self._sql.rows(
                "SELECT predicted, sum(predictions) FROM traffic WHERE model_id = ? AND hour < ?"
                " GROUP BY predicted",
                self._model_ids[model],
                to_us(before) // HOUR_US,
            )
        }

    @override
    def prediction_hours(self, model: Model, since: datetime) -> Mapping[int, int]:
        return {
            int(hour): int(count)
            for hour, count in self._sql.rows(
                "SELECT hour, sum(predictions) FROM traffic WHERE model_id = ? AND hour >= ? GROUP BY hour",
                self._model_ids[model],
                to_us(since) // HOUR_US,
            )
        }
