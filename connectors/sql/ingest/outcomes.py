"""The rows of outcomes within one batch's transaction: read, numbered, written, revised when a label is corrected."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.sql.answers import first_answer
from connectors.sql.counters import count_up
from connectors.sql.dialect import Dialect, Row
from connectors.sql.ingest.rows import joined_of, known_prediction, outcome_row
from connectors.sql.model_ids import ModelIds
from connectors.sql.outcome import OUTCOME
from monitor.domain.events.answers import counted_answer
from monitor.domain.events.joined import Completed, Known, Memory, Revision
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Model

_encode = msgspec.json.encode


class OutcomeRows:
    """Outcomes by `seq`, the place in which each first became complete: what evaluating reads on from."""

    def __init__(self, sql: Dialect, models: ModelIds) -> None:
        self._sql = sql
        self._models = models

    def among(self, prediction_ids: Iterable[str]) -> set[str]:
        """Those of the ids that have an outcome: all that retention leaves of a prediction."""
        sql = self._sql
        asked = "SELECT prediction_id FROM outcome WHERE prediction_id IN {ids}"
        return {row[0] for row in sql.rows(asked, sql.any_of(sorted(prediction_ids)))}

    def load(self, memory: Memory, prediction_ids: Iterable[str]) -> None:
        """Read the outcomes of these predictions into `memory`, and what they keep of a prediction long dropped."""
        sql = self._sql
        ids = sql.any_of(prediction_ids)
        for row in sql.rows(f"SELECT {OUTCOME} FROM outcome WHERE prediction_id IN {{ids}}", ids):
            outcome = joined_of(row)
            _, prediction_id, model_id, ts_us, predicted, *_, slices, digest, customer, _, _, answers = row
            model = self._models.model_of(sql, model_id)
            memory.outcomes.setdefault(prediction_id, {})[model] = outcome
            known = memory.predictions.setdefault(prediction_id, {})
            if model not in known:  # retention dropped the prediction itself
                first = first_answer(predicted, answers)
                known[model] = known_prediction(model, ts_us, first, slices, digest, customer, answers)

    def complete(
        self, completed: Sequence[Completed], predictions: Mapping[str, Mapping[Model, Known]]
    ) -> Sequence[Row]:
        """Give new outcomes their numbers, in this order, and write them; the rows written."""
        if not completed:
            return []
        rows: list[Row] = []
        last = count_up(self._sql, "outcome", len(completed))
        for seq, (model, outcome) in enumerate(completed, last - len(completed) + 1):
            outcome.seq = seq
            known = predictions[outcome.prediction_id][model]
            rows.append(outcome_row(outcome, known, self._models.id_of(self._sql, model)))
        self._write(rows)
        return rows

    def _write(self, rows: Sequence[Row]) -> None:
        self._sql.many(
            f"INSERT INTO outcome ({OUTCOME}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def revise(self, revised: Sequence[Revision], predictions: Mapping[str, Mapping[Model, Known]]) -> None:
        """Let outcomes read as they do now, and note what each was and why, for those who counted it."""
        if not revised:
            return
        last = count_up(self._sql, "revision", len(revised))
        self._sql.many(
            "UPDATE outcome SET intent = ?, label_id = ?, labeled_at_us = ?, kind = ?, design = ?,"
            " probability = ?, first_intent = ?, agreed = ? WHERE seq = ?",
            [
                (
                    r.after.intent,
                    r.after.label_id,
                    to_us(r.after.labeled_at),
                    r.after.kind.value,
                    r.after.design.value,
                    r.after.probability,
                    r.after.first_intent,
                    r.after.agreed,
                    r.after.seq,
                )
                for r in revised
            ],
        )
        self._count_answers(revised, predictions)
        self._sql.many(
            "INSERT INTO revision (id, seq, model_id, was, now, because) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    r.after.seq,
                    self._models.id_of(self._sql, r.model),
                    _encode(r.before).decode(),
                    _encode(r.after).decode(),
                    _encode(r.because).decode(),
                )
                for number, r in enumerate(revised, last - len(revised) + 1)
            ],
        )

    def _count_answers(
        self, revised: Sequence[Revision], predictions: Mapping[str, Mapping[Model, Known]]
    ) -> None:
        """Of several predicted intents another may count against the truth as it is now."""
        known = [(r.after, predictions[r.after.prediction_id][r.model]) for r in revised]
        self._sql.many(
            "UPDATE outcome SET predicted = ? WHERE seq = ?",
            [
                (counted_answer(of.intent, of.answers, after.intent), after.seq)
                for after, of in known
                if of.answers
            ],
        )
