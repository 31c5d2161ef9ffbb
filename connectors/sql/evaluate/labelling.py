"""How a model's traffic is labelled: delays, and predictions by class and by hour."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from typing_extensions import override

from connectors.sql.evaluate.cells import CellStates
from connectors.sql.labels.scope import LABELLED_US
from monitor.domain.events.microseconds import DAY_US, HOUR_US, to_us
from monitor.domain.events.types import Model
from monitor.domain.labelling.clustering import Burst
from monitor.domain.sampling.skipping import DrawnOrLabelled
from monitor.evaluate import ports
from monitor.evaluate.ports import DelaySamples

SECOND_US = 1_000_000
US = timedelta(microseconds=1)


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
    def bursts(self, model: Model, intent: str, limit: int) -> list[Burst]:
        return [
            Burst(int(tickets), int(misses), int(day))
            for day, tickets, misses in self._sql.rows(
                f"SELECT ts_us / {DAY_US} AS day, count(*), sum(CASE WHEN predicted = intent THEN 0 ELSE 1 END)"
                " FROM (SELECT seq, ts_us, predicted, intent, customer FROM outcome"
                " WHERE model_id = ? AND intent = ? ORDER BY seq DESC LIMIT ?) AS recent"
                " WHERE customer IS NOT NULL GROUP BY day, customer ORDER BY day, min(seq)",
                self._model_ids[model],
                intent,
                limit,
            )
        ]

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
    def drawn_tickets(
        self, model: Model, after: int, until: datetime, age: timedelta
    ) -> Mapping[int, Sequence[DrawnOrLabelled]]:
        draws: defaultdict[int, list[DrawnOrLabelled]] = defaultdict(list)
        due = "SELECT 1 FROM drawing WHERE number > ? AND at_us <= ? LIMIT 1"
        if not self._sql.row(due, after, to_us(until)):
            return draws
        for number, drawn_us, predicted, score, probability, labelled_us in self._sql.rows(
            "SELECT d.number, g.at_us, d.predicted, d.score, d.probability,"
            f" {LABELLED_US}"
            " FROM draw d JOIN drawing g ON g.number = d.number JOIN model m ON m.id = d.model_id"
            " WHERE d.number > ? AND d.model_id = ? AND g.at_us <= ? ORDER BY d.number, d.place",
            after,
            self._model_ids[model],
            to_us(until),
        ):
            if labelled_us is None or labelled_us > drawn_us:
                labelled = labelled_us is not None and labelled_us <= drawn_us + age // US
                draws[number].append(DrawnOrLabelled(predicted, score, probability, labelled))
        return draws

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
