"""Where the evaluator keeps its work: tallies, bets, incidents and notices, saved together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Engine

from connectors.anchor_store import read_active_anchors
from connectors.database import HOUR_US, evaluating, from_us, to_us
from connectors.dialect import Dialect
from connectors.incident_store import IncidentWriter
from monitor.domain.anchors import Anchor
from monitor.domain.cells import Cell
from monitor.domain.cellstate import CellState, ModelState
from monitor.domain.detector import Detector, loads
from monitor.domain.events import Design, Kind, Model, Outcome
from monitor.domain.join import Joined
from monitor.domain.judge import Judgement, Verdict
from monitor.domain.tally import Tally
from monitor.ports import RevisedOutcome

REPLAY_CHUNK = 50_000
_OUTCOME = (
    "seq, prediction_id, model_id, ts_us, labeled_at_us, predicted, intent, kind, design, probability, slices"
)
_encode = msgspec.json.encode
_tally = msgspec.json.Decoder(Tally)
_joined = msgspec.json.Decoder(Joined)
_slices = msgspec.json.Decoder(dict[str, str])
_reasons = msgspec.json.Decoder(tuple[str, ...])


class EvaluationStore:
    """The `monitor.ports.EvaluationStore` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def evaluation(self) -> Iterator["EvaluationTransaction"]:
        """One evaluation's transaction."""
        with evaluating(self._engine) as connection:
            yield EvaluationTransaction(Dialect(connection))


class EvaluationTransaction(IncidentWriter):
    """One evaluation's view and writes."""

    def __init__(self, sql: Dialect) -> None:
        super().__init__(sql)
        self._models: dict[int, Model] = {}
        self._model_ids: dict[Model, int] = {}
        self._cell_ids: dict[Cell, int] = {}
        self._saved: dict[Cell, tuple[object, ...]] = {}
        for model_id, *names in sql.rows("SELECT id, name, version, environment FROM model"):
            self._models[model_id] = Model(*names)
            self._model_ids[self._models[model_id]] = model_id
        self._evaluated = self._counter("evaluated_outcome")
        self._revised = self._counter("evaluated_revision")
        self._seen = self._evaluated

    def latest_event(self) -> datetime | None:
        """The latest time any event carried."""
        latest = self._counter("latest_event_us")
        return from_us(latest) if latest else None

    def cells(self) -> Sequence[CellState]:
        """Every cell seen so far."""
        found = []
        for row in self._sql.rows(
            "SELECT id, model_id, intent, slice, tally, watched, anchor_id, floor, threshold,"
            " outcomes_per_year, rate_from, detector, onset_us, verdict, reasons FROM cell"
        ):
            cell = Cell(self._models[row[1]], row[2], row[3])
            self._cell_ids[cell] = row[0]
            self._saved[cell] = tuple(row[4:])
            found.append(cell_state(cell, *row[4:]))
        return found

    def models(self) -> Mapping[Model, ModelState]:
        """Every model that has outcomes."""
        return {
            self._models[model_id]: ModelState(
                outcomes, *(from_us(us) if us is not None else None for us in times)
            )
            for model_id, outcomes, *times in self._sql.rows(
                "SELECT id, outcomes, first_prediction_us, first_label_us, last_label_us FROM model"
            )
            if times[0] is not None
        }

    def active_anchors(self) -> Mapping[Model, Anchor]:
        """The anchor each model is held to."""
        return read_active_anchors(self._sql)

    def evaluated_seq(self) -> int:
        """The last outcome counted by an evaluation."""
        return self._evaluated

    def revisions(self) -> Sequence[RevisedOutcome]:
        """Corrections of outcomes that had been counted."""
        found = []
        for number, was, now, *outcome in self._sql.rows(
            "SELECT r.id, r.was, r.now, o.seq, o.prediction_id, o.model_id, o.ts_us, o.labeled_at_us,"
            " o.predicted, o.intent, o.kind, o.design, o.probability, o.slices"
            " FROM revision r JOIN outcome o ON o.seq = r.seq WHERE r.id > ? ORDER BY r.id",
            self._revised,
        ):
            self._revised = number
            if outcome[0] <= self._evaluated:
                current = self._outcome(*outcome)
                found.append(
                    RevisedOutcome(
                        _as_it_was(current, _joined.decode(was)), _as_it_was(current, _joined.decode(now))
                    )
                )
        return found

    def outcomes(self, after: int, limit: int) -> Sequence[Outcome]:
        """The next outcomes in their order."""
        rows = self._sql.rows(
            f"SELECT {_OUTCOME} FROM outcome WHERE seq > ? ORDER BY seq LIMIT ?", after, limit
        )
        if rows:
            self._seen = max(self._seen, rows[-1][0])
        return [self._outcome(*row) for row in rows if row[6] is not None]

    def seen_upto(self) -> int:
        """The last outcome looked at."""
        return self._seen

    def cell_outcomes(self, cell: Cell, after: int, upto: int) -> Iterator[Sequence[Outcome]]:
        """A cell's outcomes in their order, a chunk at a time."""
        name, _, value = cell.slice.partition("=")
        while True:
            rows = self._sql.rows(
                f"SELECT {_OUTCOME} FROM outcome WHERE model_id = ? AND intent = ? AND seq > ? AND seq <= ?"
                " ORDER BY seq LIMIT ?",
                self._model_ids[cell.model],
                cell.intent,
                after,
                upto,
                REPLAY_CHUNK,
            )
            found = [self._outcome(*row) for row in rows]
            yield [outcome for outcome in found if not name or outcome.slices.get(name) == value]
            if len(rows) < REPLAY_CHUNK:
                return
            after = rows[-1][0]

    def cell_hits(self, cell: Cell, after: int, upto: int) -> Iterator[tuple[Sequence[int], Sequence[bool]]]:
        """Which of a cell's outcomes are hits, a chunk at a time; of a whole intent from the index alone."""
        if cell.slice:
            for chunk in self.cell_outcomes(cell, after, upto):
                yield [outcome.seq for outcome in chunk], [outcome.hit for outcome in chunk]
            return
        while True:
            rows = self._sql.rows(
                "SELECT seq, predicted FROM outcome WHERE model_id = ? AND intent = ? AND seq > ?"
                " AND seq <= ? ORDER BY seq LIMIT ?",
                self._model_ids[cell.model],
                cell.intent,
                after,
                upto,
                REPLAY_CHUNK,
            )
            yield [seq for seq, _ in rows], [predicted == cell.intent for _, predicted in rows]
            if len(rows) < REPLAY_CHUNK:
                return
            after = rows[-1][0]

    def recount(self, cell: Cell, upto: int) -> Tally:
        """A cell's tally, counted afresh."""
        tally = Tally()
        if cell.slice:
            for outcome in chain.from_iterable(self.cell_outcomes(cell, -1, upto)):
                tally.count(outcome.predicted, outcome.intent)
            return tally
        for predicted, count in self._sql.rows(
            "SELECT predicted, count(*) FROM outcome WHERE model_id = ? AND intent = ? AND seq <= ?"
            " GROUP BY predicted ORDER BY predicted",
            self._model_ids[cell.model],
            cell.intent,
            upto,
        ):
            tally.count(predicted, cell.intent, count)
        return tally

    def _outcome(
        self,
        seq: int,
        prediction_id: str,
        model_id: int,
        ts_us: int,
        labeled_at_us: int,
        predicted: str,
        intent: str,
        kind: str,
        design: str,
        probability: float | None,
        slices: str | None,
    ) -> Outcome:
        return Outcome(
            seq,
            prediction_id,
            self._models[model_id],
            from_us(ts_us),
            from_us(labeled_at_us),
            predicted,
            intent,
            Kind(kind),
            Design(design),
            probability,
            _slices.decode(slices) if slices else {},
        )

    def prediction_time(self, seq: int) -> datetime | None:
        """When the prediction behind an outcome was made."""
        row = self._sql.one("SELECT ts_us FROM outcome WHERE seq = ?", seq)
        return from_us(row[0]) if row else None

    def labelled_share(self, model: Model, since: datetime) -> float:
        """The share of a model's predictions since then (to the hour) that have an outcome."""
        predictions, labelled = self._sql.one(
            "SELECT sum(predictions), sum(labelled) FROM traffic WHERE model_id = ? AND hour >= ?",
            self._model_ids[model],
            to_us(since) // HOUR_US,
        )
        return float(labelled) / float(predictions) if predictions else 1.0

    def checkpoint_before(self, cell: Cell, seq: int) -> Detector | None:
        """The cell's latest saved state that has not seen outcome `seq`."""
        row = self._sql.one(
            "SELECT detector FROM checkpoint WHERE cell_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
            self._cell_id(cell),
            seq,
        )
        return loads(row[0]) if row else None

    def checkpoints_from(self, cell: Cell, seq: int) -> Iterator[Detector]:
        """The cell's saved states that have seen outcome `seq`, in their order."""
        while row := self._sql.one(
            "SELECT seq, detector FROM checkpoint WHERE cell_id = ? AND seq >= ? ORDER BY seq LIMIT 1",
            self._cell_id(cell),
            seq,
        ):
            yield loads(row[1])
            seq = row[0] + 1

    def save_checkpoint(self, cell: Cell, detector: Detector) -> None:
        """Keep a state for later corrections."""
        self._sql.run(
            "INSERT INTO checkpoint (cell_id, seq, detector) VALUES (?, ?, ?)"
            " ON CONFLICT (cell_id, seq) DO UPDATE SET detector = excluded.detector",
            self._cell_id(cell),
            detector.last_seq,
            detector.dumps(),
        )

    def drop_checkpoints(self, cell: Cell, since: int) -> None:
        """Forget the states that have seen outcome `since`."""
        self._sql.run("DELETE FROM checkpoint WHERE cell_id = ? AND seq >= ?", self._cell_id(cell), since)

    def record_plan(self, at: datetime, because: str, plan: Mapping[str, Sequence[float]]) -> None:
        """Keep a plan of the budget."""
        self._sql.run(
            "INSERT INTO budget_plan (at_us, because, plan) VALUES (?, ?, ?)",
            to_us(at),
            because,
            _encode(plan).decode(),
        )

    def save(self, cells: Iterable[CellState], models: Mapping[Model, ModelState]) -> None:
        """Write what changed of the cells and models."""
        changed = []
        for state in cells:
            row = _cell_row(state)
            if self._saved.get(state.cell) != row:
                changed.append((*row, self._cell_id(state.cell)))
        self._sql.many(
            "UPDATE cell SET tally = ?, watched = ?, anchor_id = ?, floor = ?, threshold = ?,"
            " outcomes_per_year = ?, rate_from = ?, detector = ?, onset_us = ?, verdict = ?,"
            " reasons = ? WHERE id = ?",
            changed,
        )
        self._sql.many(
            "UPDATE model SET outcomes = ?, first_prediction_us = ?, first_label_us = ?,"
            " last_label_us = ? WHERE id = ?",
            [
                (
                    state.outcomes,
                    *(
                        to_us(at) if at else None
                        for at in (state.first_prediction, state.first_label, state.last_label)
                    ),
                    self._model_ids[model],
                )
                for model, state in models.items()
            ],
        )

    def finish(self, upto: int) -> None:
        """Everything up to this outcome, and every correction seen, has been counted."""
        for name, value in (("evaluated_outcome", upto), ("evaluated_revision", self._revised)):
            self._sql.run(
                "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name)"
                " DO UPDATE SET value = excluded.value",
                name,
                value,
            )

    def _cell_id(self, cell: Cell) -> int:
        if cell not in self._cell_ids:
            self._cell_ids[cell] = self._sql.one(
                "INSERT INTO cell (model_id, intent, slice, tally, watched, rate_from, verdict, reasons)"
                " VALUES (?, ?, ?, '{}', '', '', '', '[]') RETURNING id",
                self._model_ids[cell.model],
                cell.intent,
                cell.slice,
            )[0]
        return self._cell_ids[cell]

    def _counter(self, name: str) -> int:
        row = self._sql.one("SELECT value FROM counter WHERE name = ?", name)
        return int(row[0]) if row else 0


def cell_state(
    cell: Cell,
    tally: str,
    watched: str,
    anchor_id: str | None,
    floor: float | None,
    threshold: float | None,
    outcomes_per_year: float | None,
    rate_from: str,
    detector: str | None,
    onset_us: int | None,
    verdict: str,
    reasons: str,
) -> CellState:
    """A stored cell as the domain knows it."""
    return CellState(
        cell,
        _tally.decode(tally),
        watched,
        anchor_id,
        floor,
        threshold,
        outcomes_per_year,
        rate_from,
        loads(detector) if detector else None,
        from_us(onset_us) if onset_us is not None else None,
        Judgement(Verdict(verdict or "unanchored"), _reasons.decode(reasons)),
    )


def _cell_row(state: CellState) -> tuple[Any, ...]:
    return (
        _encode(state.tally).decode(),
        state.watched,
        state.anchor_id,
        state.floor,
        state.threshold,
        state.outcomes_per_year,
        state.rate_from,
        state.detector.dumps() if state.detector else None,
        to_us(state.onset) if state.onset else None,
        state.judgement.verdict.value,
        _encode(state.judgement.reasons).decode(),
    )


def _as_it_was(current: Outcome, then: Joined) -> Outcome | None:
    """The outcome as it read at one point of its history; None while no label held."""
    if then.intent is None:
        return None
    return msgspec.structs.replace(
        current,
        intent=then.intent,
        labeled_at=then.labeled_at,
        kind=then.kind,
        design=then.design,
        probability=then.probability,
    )
