"""One draw's transaction: who waits is taken out of the queue, who is drawn gets a row, and outcomes follow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime

import msgspec
from typing_extensions import override

from connectors.sql.dialect import Dialect, Row
from connectors.sql.ingest.draws import read_draws
from connectors.sql.ingest.labelled import count_labelled, labelled_or_not
from connectors.sql.ingest.labels import LabelRows
from connectors.sql.ingest.outcomes import OutcomeRows
from connectors.sql.labels.weakly_called import weakly_called
from connectors.sql.model_ids import ModelIds
from connectors.sql.week_counts import of_revised, write_week_counts
from monitor.domain.events.join import Join
from monitor.domain.events.joined import Draw, Memory
from monitor.domain.events.microseconds import HOUR_US, from_us, to_us
from monitor.domain.events.types import Design, Model, PredictionKey
from monitor.labels.ports import draws as ports
from monitor.labels.ports.draws import Drawing, DrawnTicket, Lately, Waiting

DRAWING = "number, at_us, until_us, seed, asked, expected, candidates, drawn, written_us"
_DRAW = "prediction_id, model_id, number, place, design, probability, predicted, score, ts_us"
_scores = msgspec.json.Decoder(dict[str, float])


def drawing_of(row: Row) -> Drawing:
    """The draw of a row in the order of `DRAWING`."""
    number, at_us, until_us, seed, asked, expected, candidates, drawn, written_us = row
    written_at = None if written_us is None else from_us(written_us)
    at, until = from_us(at_us), from_us(until_us)
    return Drawing(number, at, until, seed, asked, expected, candidates, drawn, written_at)


class DrawTransaction(ports.DrawTransaction):
    """The `DrawTransaction` port, within a writing transaction that no other draw goes on beside.

    Labels with an intent of `out_of_scope` say that there is none, as in the join of new ones.
    """

    def __init__(self, sql: Dialect, out_of_scope: Set[str]) -> None:
        self._sql = sql
        self._out_of_scope = out_of_scope
        self._models = ModelIds()

    @override
    def last(self) -> Drawing | None:
        row = self._sql.row(f"SELECT {DRAWING} FROM drawing ORDER BY number DESC LIMIT 1")
        return drawing_of(row) if row else None

    @override
    def queued(self) -> Sequence[Waiting]:
        sql = self._sql
        asked = (
            "SELECT c.prediction_id, c.model_id, p.intent, c.scores FROM {waiting} c"
            " JOIN prediction p ON p.prediction_id = c.prediction_id AND p.model_id = c.model_id"
            " ORDER BY c.prediction_id, c.model_id"
        )
        if sql.postgresql:  # what comes in between a look and a deletion would be gone unseen
            taken = "WITH taken AS (DELETE FROM draw_candidate RETURNING prediction_id, model_id, scores) "
            return self._waiting(sql.rows(taken + asked.format(waiting="taken")))
        rows = sql.rows(asked.format(waiting="draw_candidate"))
        sql.run("DELETE FROM draw_candidate")
        return self._waiting(rows)

    @override
    def arrived(self, since: datetime, until: datetime) -> Sequence[Waiting]:
        self._sql.run("DELETE FROM draw_candidate")
        return self._waiting(
            self._sql.rows(
                "SELECT prediction_id, model_id, intent, NULL FROM prediction WHERE model_id IS NOT NULL"
                " AND received_us > ? AND received_us <= ? ORDER BY prediction_id, model_id",
                to_us(since),
                to_us(until),
            )
        )

    def _waiting(self, rows: Iterable[Row]) -> list[Waiting]:
        return [
            Waiting(
                prediction_id,
                self._models.model_of(self._sql, model_id),
                predicted,
                _scores.decode(scores) if scores else {},
            )
            for prediction_id, model_id, predicted, scores in rows
        ]

    @override
    def weakly_called(self, prediction_ids: Iterable[str]) -> Mapping[PredictionKey, str]:
        return weakly_called(self._sql, self._models, prediction_ids, self._out_of_scope)

    @override
    def traffic(self, since: datetime, until: datetime) -> Lately:
        traffic: defaultdict[Model, dict[str, float]] = defaultdict(dict)
        first = end = to_us(until) // HOUR_US
        for model_id, predicted, predictions, began in self._sql.rows(
            "SELECT model_id, predicted, sum(predictions), min(hour) FROM traffic WHERE hour >= ? AND hour < ?"
            " GROUP BY model_id, predicted",
            to_us(since) // HOUR_US,
            end,
        ):
            traffic[self._models.model_of(self._sql, model_id)][predicted] = float(predictions)
            first = min(first, began)
        return Lately((end - first) / 24, traffic)

    @override
    def chances_before(self, prediction_ids: Iterable[str]) -> Mapping[str, float]:
        return dict(
            map(
                tuple,
                self._sql.rows(
                    "SELECT prediction_id, max(probability) FROM draw WHERE prediction_id IN {ids}"
                    " GROUP BY prediction_id",
                    self._sql.any_of(prediction_ids),
                ),
            )
        )

    @override
    def keep(self, drawing: Drawing, tickets: Sequence[DrawnTicket]) -> Drawing:
        sql, by_id = self._sql, {ticket.prediction_id: ticket for ticket in tickets}
        # Whoever holds a prediction's rows decides on its outcome: ingest waits for us, or we for it.
        predicted = sql.rows(
            "SELECT prediction_id, model_id, intent, score, ts_us FROM prediction WHERE prediction_id IN {ids}"
            " AND model_id IS NOT NULL" + (sql.for_update("prediction_id, ordinal")),
            sql.any_of(sorted(by_id)),
        )
        before = read_draws(sql, self._models, sorted(by_id))
        rows: list[Row] = []
        for prediction_id, model_id, intent, score, ts_us in predicted:
            model, ticket = self._models.model_of(sql, model_id), by_id[prediction_id]
            if model not in ticket.models or model in before.get(prediction_id, {}):
                continue
            chosen = ticket.place, ticket.design.value, ticket.probability
            rows.append((prediction_id, model_id, drawing.number, *chosen, intent, score, ts_us))
        sql.many(f"INSERT INTO draw ({_DRAW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        kept = msgspec.structs.replace(drawing, drawn=len({row[0] for row in rows} - before.keys()))
        self._revise(rows, before)
        sql.run(
            f"INSERT INTO drawing ({DRAWING}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            kept.number,
            to_us(kept.at),
            to_us(kept.until),
            kept.seed,
            kept.asked,
            kept.expected,
            kept.candidates,
            kept.drawn,
            None,
        )
        return kept

    def _revise(self, rows: Sequence[Row], before: dict[str, dict[Model, Draw]]) -> None:
        """Let outcomes that were complete before the draw be of its design, or count for nothing."""
        outcomes = OutcomeRows(self._sql, self._models)
        labelled = sorted(outcomes.among(row[0] for row in rows))
        if not labelled:
            return
        memory = Memory({}, {}, {}, {}, draws=before)
        LabelRows(self._sql, None).load(memory, labelled)
        outcomes.load(memory, labelled)
        join = Join(memory, frozenset(), self._out_of_scope)
        for prediction_id, model_id, _, _, design, probability, *_ in rows:
            key = PredictionKey(prediction_id, self._models.model_of(self._sql, model_id))
            join.draw(key, Draw(Design(design), probability))
        revised = join.changes().revised
        outcomes.revise(revised, memory.predictions)
        count_labelled(self._sql, self._models, labelled_or_not(revised, memory.predictions))
        model_ids = {r.model: self._models.id_of(self._sql, r.model) for r in revised}
        write_week_counts(self._sql, of_revised(revised, memory.predictions, model_ids))
