"""Days of predictions and scores, the bets on them, and what was noted of them before any label."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from typing_extensions import override

from connectors.sql.early_notes import read_early_notes
from connectors.sql.evaluate.cells import CellStates
from connectors.sql.ingest.scores import MILLION, TENTH_COLUMNS
from monitor.domain.detection.early import EarlyBet, loads_early
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.detection.scores import ScoreDay
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyFacts, EarlyNote
from monitor.evaluate import ports
from monitor.evaluate.ports import PredictedDays
from monitor.incidents.ports import early as notes

HOURS = 24


class EarlyRows(CellStates, ports.EarlyDays, notes.EarlyNotesTransaction):
    """The rows of `early_bet` and `early_note`, and days of `traffic` and `score_day`."""

    @override
    def early_days(self) -> Mapping[tuple[Cell, EarlySign], int]:
        return {
            (Cell(self._models[model_id], intent), EarlySign(sign)): day
            for model_id, intent, sign, day in self._sql.rows(
                "SELECT model_id, intent, sign, day FROM early_bet"
            )
        }

    @override
    def early_bets(self, model: Model) -> Mapping[tuple[Cell, EarlySign], EarlyBet]:
        return {
            (Cell(model, intent), EarlySign(sign)): loads_early(bet)
            for intent, sign, bet in self._sql.rows(
                "SELECT intent, sign, bet FROM early_bet WHERE model_id = ?", self._model_ids[model]
            )
        }

    @override
    def save_early_bets(self, bets: Mapping[tuple[Cell, EarlySign], EarlyBet]) -> None:
        self._sql.many(
            "INSERT INTO early_bet (model_id, intent, sign, day, bet) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (model_id, intent, sign) DO UPDATE SET day = excluded.day, bet = excluded.bet",
            [
                (self._model_ids[cell.model], cell.intent, sign.value, bet.day, bet.dumps())
                for (cell, sign), bet in bets.items()
            ],
        )

    @override
    def predicted_days(
        self, model: Model, intents: Iterable[str], first: int, last: int, *, together: bool
    ) -> PredictedDays:
        ours = [
            model_id
            for model_id, each in self._models.items()
            if each == model
            or (together and (each.name, each.environment) == (model.name, model.environment))
        ]
        asked = self._sql.any_of(sorted(intents))
        totals, by_intent = Counter[int](), defaultdict[str, Counter[int]](Counter)
        for model_id in ours:
            span = (model_id, first * HOURS, (last + 1) * HOURS)
            for day, count in self._sql.rows(
                "SELECT hour / 24 AS day, sum(predictions) FROM traffic WHERE model_id = ? AND hour >= ?"
                " AND hour < ? GROUP BY day",
                *span,
            ):
                totals[int(day)] += int(count)
            for predicted, day, count in self._sql.rows(
                "SELECT predicted, hour / 24 AS day, sum(predictions) FROM traffic WHERE model_id = ?"
                " AND hour >= ? AND hour < ? AND predicted IN {ids} GROUP BY predicted, day",
                *span,
                asked,
            ):
                by_intent[predicted][int(day)] += int(count)
        return PredictedDays(totals, by_intent)

    @override
    def score_days(
        self, model: Model, intents: Iterable[str], first: int, last: int
    ) -> Mapping[str, Sequence[ScoreDay]]:
        days: dict[str, list[ScoreDay]] = defaultdict(list)
        for predicted, day, millionths, *tenths in self._sql.rows(
            f"SELECT predicted, day, millionths, {', '.join(TENTH_COLUMNS)} FROM score_day"
            " WHERE model_id = ? AND day >= ? AND day <= ? AND predicted IN {ids} ORDER BY day",
            self._model_ids[model],
            first,
            last,
            self._sql.any_of(sorted(intents)),
        ):
            # Erasures once took out what had never been counted: such a row may be below nothing.
            counted = tuple(max(int(tenth), 0) for tenth in tenths)
            days[predicted].append(ScoreDay(int(day), counted, max(millionths, 0) / MILLION))
        return days

    @override
    def note_early(self, facts: EarlyFacts) -> None:
        self._sql.run(
            "INSERT INTO early_note (model_id, intent, sign, begun_day, noted_day, facts)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            self._model_ids[facts.cell.model],
            facts.cell.intent,
            facts.sign.value,
            to_us(facts.begun) // DAY_US,
            to_us(facts.noted) // DAY_US - 1,
            msgspec.json.encode(facts).decode(),
        )

    @override
    def end_early(self, cell: Cell, sign: EarlySign, day: int) -> None:
        self._sql.run(
            "UPDATE early_note SET ended_day = ? WHERE model_id = ? AND intent = ? AND sign = ?"
            " AND ended_day IS NULL",
            day,
            self._model_ids[cell.model],
            cell.intent,
            sign.value,
        )

    @override
    def standing_early(self) -> Sequence[EarlyNote]:
        return read_early_notes(self._sql, "ended_day IS NULL")

    @override
    def told_early(self, numbers: Iterable[int], at: datetime) -> None:
        self._sql.many(
            "UPDATE early_note SET told_us = ? WHERE id = ?", [(to_us(at), number) for number in numbers]
        )
