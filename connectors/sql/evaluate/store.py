"""Where the evaluator keeps its work: tallies, bets, incidents and notices, saved together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain

import msgspec
from sqlalchemy import Engine

from connectors.sql.anchors import read_active_anchors
from connectors.sql.database import evaluating
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.incidents import IncidentWriter
from connectors.sql.evaluate.rows import CELL, MODEL, cell_row, cell_state, model_row, model_state
from connectors.times import HOUR_US, from_us, to_us
from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.detector import Detector, loads
from monitor.domain.events.join import Joined
from monitor.domain.events.types import Design, Kind, Model, Outcome
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.evaluate.ports import CellHits, Delays, RevisedOutcome

REPLAY_CHUNK = 50_000
SECOND_US = 1_000_000
_OUTCOME = (
    "seq, prediction_id, model_id, ts_us, labeled_at_us, predicted, intent, kind, design, probability, slices"
)
_encode = msgspec.json.encode
_joined = msgspec.json.Decoder(Joined)
_slices = msgspec.json.Decoder(dict[str, str])


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
        for row in self._sql.rows(f"SELECT id, model_id, intent, slice, {', '.join(CELL)} FROM cell"):
            cell = Cell(self._models[row[1]], row[2], row[3])
            self._cell_ids[cell] = row[0]
            self._saved[cell] = tuple(row[4:])
            found.append(cell_state(cell, *row[4:]))
        return found

    def models(self) -> Mapping[Model, ModelState]:
        """Every model that has outcomes."""
        return {
            self._models[model_id]: model_state(*row)
            for model_id, *row in self._sql.rows(f"SELECT id, {', '.join(MODEL)} FROM model")
            if row[1] is not None
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

    def cell_hits(self, cell: Cell, after: int, upto: int, *, chosen: bool = False) -> Iterator[CellHits]:
        """Which of a cell's outcomes are hits, a chunk at a time; of a whole intent from the index alone."""
        if cell.slice:
            for chunk in self.cell_outcomes(cell, after, upto):
                yield CellHits(
                    [outcome.seq for outcome in chunk],
                    [outcome.hit for outcome in chunk],
                    [(outcome.design, outcome.probability) for outcome in chunk] if chosen else [],
                )
            return
        more = ", design, probability" if chosen else ""
        while True:
            rows = self._sql.rows(
                f"SELECT seq, predicted{more} FROM outcome WHERE model_id = ? AND intent = ? AND seq > ?"
                " AND seq <= ? ORDER BY seq LIMIT ?",
                self._model_ids[cell.model],
                cell.intent,
                after,
                upto,
                REPLAY_CHUNK,
            )
            yield CellHits(
                [row[0] for row in rows],
                [row[1] == cell.intent for row in rows],
                [(Design(row[2]), row[3]) for row in rows] if chosen else [],
            )
            if len(rows) < REPLAY_CHUNK:
                return
            after = rows[-1][0]

    def recount(self, cell: Cell, upto: int, min_probability: float) -> Tally:
        """A cell's tally, counted afresh."""
        tally = Tally()
        if cell.slice:
            for outcome in chain.from_iterable(self.cell_outcomes(cell, -1, upto)):
                tally.count(
                    outcome.predicted,
                    outcome.intent,
                    1,
                    outcome.design,
                    outcome.probability,
                    min_probability,
                )
            return tally
        for predicted, design, probability, count in self._sql.rows(
            "SELECT predicted, design, probability, count(*) FROM outcome WHERE model_id = ? AND intent = ?"
            " AND seq <= ? GROUP BY predicted, design, probability ORDER BY predicted, design, probability",
            self._model_ids[cell.model],
            cell.intent,
            upto,
        ):
            tally.count(predicted, cell.intent, count, Design(design), probability, min_probability)
        return tally

    def delays(self, model: Model, intent: str, limit: int) -> Delays:
        """How long the labels of hits and of misses of an intent took, in seconds; the newest outcomes."""
        found = Delays([], [])
        for ts_us, labeled_at_us, predicted in self._sql.rows(
            "SELECT ts_us, labeled_at_us, predicted FROM outcome WHERE model_id = ? AND intent = ?"
            " ORDER BY seq DESC LIMIT ?",
            self._model_ids[model],
            intent,
            limit,
        ):
            waited = max(labeled_at_us - ts_us, 0) / SECOND_US
            (found.hits if predicted == intent else found.misses).append(waited)
        return found

    def traffic(self, model: Model, before: datetime) -> Mapping[str, int]:
        """A model's predictions made before then (to the hour), by predicted intent."""
        return {
            predicted: int(count)
            for predicted, count in self._sql.rows(
                "SELECT predicted, sum(predictions) FROM traffic WHERE model_id = ? AND hour < ?"
                " GROUP BY predicted",
                self._model_ids[model],
                to_us(before) // HOUR_US,
            )
        }

    def prediction_hours(self, model: Model, since: datetime) -> Mapping[int, int]:
        """A model's predictions of each hour (counted since 1970) from then on."""
        return {
            int(hour): int(count)
            for hour, count in self._sql.rows(
                "SELECT hour, sum(predictions) FROM traffic WHERE model_id = ? AND hour >= ? GROUP BY hour",
                self._model_ids[model],
                to_us(since) // HOUR_US,
            )
        }

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
            row = cell_row(state)
            if self._saved.get(state.cell) != row:
                changed.append((*row, self._cell_id(state.cell)))
        self._sql.many(f"UPDATE cell SET {' = ?, '.join(CELL)} = ? WHERE id = ?", changed)
        self._sql.many(
            f"UPDATE model SET {' = ?, '.join(MODEL)} = ? WHERE id = ?",
            [(*model_row(state), self._model_ids[model]) for model, state in models.items()],
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
                "INSERT INTO cell (model_id, intent, slice, tally, watched, rate_from, verdict, reasons,"
                " min_probability, weighted, identified, rhythm, told, silence_told, replay)"
                " VALUES (?, ?, ?, '{}', '', '', '', '[]', 1, ?, ?, '{}', '', ?, ?) RETURNING id",
                self._model_ids[cell.model],
                cell.intent,
                cell.slice,
                False,
                True,
                False,
                False,
            )[0]
        return self._cell_ids[cell]

    def _counter(self, name: str) -> int:
        row = self._sql.one("SELECT value FROM counter WHERE name = ?", name)
        return int(row[0]) if row else 0


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
