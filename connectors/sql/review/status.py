"""What people ask about: cells, and what became of the events. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.archiving import archive_trouble
from connectors.sql.counted import read_counted
from connectors.sql.counters import JUDGED_AT, counter, value_of
from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from connectors.sql.early_notes import read_early_notes
from connectors.sql.evaluate.purse import read_purse
from connectors.sql.evaluate.rows import MODEL, model_state
from connectors.sql.group_members import counted_intents
from connectors.sql.labels.scope import IN_SCOPE
from connectors.sql.model_ids import OF_MODEL, models_by_id, names_of
from connectors.sql.registry_away import away_since
from connectors.sql.review.corrections import corrections_by_model
from connectors.sql.review.stored_cells import StoredCells
from connectors.sql.review.weak_labels import weakly_labelled
from monitor.domain.detection.money import Purse
from monitor.domain.events.fates import EventFate
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design, Model
from monitor.domain.judging.service import VersionService, services
from monitor.domain.labelling.clustering import Clustering
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.recall.tally import Tally
from monitor.domain.sampling.response import Response
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyNote
from monitor.review.ports import status as ports
from monitor.review.ports.corrections import Corrections
from monitor.review.ports.status import (
    CellStatus,
    Complaints,
    EventCount,
    ModelLabels,
    OutcomeSince,
)
from monitor.review.ports.weak_labels import WeaklyLabelled

_labelling = msgspec.json.Decoder(Labelling)
_slices = msgspec.json.Decoder(dict[str, str])
_delays = msgspec.json.Decoder(DelayHistogram)


class StatusStore(ports.StatusStore):
    """The same on SQLite or PostgreSQL. Labels with an intent of `out_of_scope` say that there is none."""

    def __init__(self, engine: Engine, out_of_scope: Iterable[str] = ()) -> None:
        self._engine = engine
        self._out_of_scope = frozenset(out_of_scope)
        self._stored = StoredCells()

    @override
    def cells(self) -> Sequence[CellStatus]:
        with reading(self._engine) as connection:
            return self._stored.read(Dialect(connection))

    @override
    def judged_at(self) -> datetime | None:
        with reading(self._engine) as connection:
            judged_us = counter(Dialect(connection), JUDGED_AT)
        return None if judged_us is None else from_us(judged_us)

    @override
    def judged_by_events(self) -> bool:
        with reading(self._engine) as connection:
            row = Dialect(connection).row(
                f"SELECT {value_of(JUDGED_AT)} = (SELECT max(latest_us) FROM event_hour)"
            )
        return bool(row and row[0])

    @override
    def outcomes_behind(self, cell: Cell, seq: int, since: datetime) -> list[OutcomeSince]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            which, value = counted_intents(sql, cell)
            rows = sql.rows(
                f"SELECT predicted = intent, design, probability, slices FROM outcome WHERE model_id = {OF_MODEL}"
                f" AND {which} AND seq > ? AND ts_us >= ? ORDER BY seq",
                *names_of(cell.model),
                value,
                seq,
                to_us(since),
            )
        return [
            OutcomeSince(bool(hit), Design(design), probability)
            for hit, design, probability, slices in rows
            if not cell.slice_text or cell.holds(_slices.decode(slices) if slices else {})
        ]

    @override
    def purse(self) -> Purse | None:
        with reading(self._engine) as connection:
            return read_purse(Dialect(connection))

    @override
    def released(self) -> dict[Model, datetime]:
        with reading(self._engine) as connection:
            return {
                Model(name, version, environment): from_us(first_us)
                for name, version, environment, first_us in Dialect(connection).rows(
                    "SELECT name, version, environment, first_prediction_us FROM model"
                    " WHERE first_prediction_us IS NOT NULL"
                )
            }

    @override
    def clustered(self) -> dict[Model, Clustering]:
        with reading(self._engine) as connection:
            stored = {
                Model(*names): _labelling.decode(labelling).clustering
                for *names, labelling in Dialect(connection).rows(
                    "SELECT name, version, environment, labelling FROM model"
                    " WHERE labelling LIKE '%\"clustering\":%' ORDER BY name, version, environment"
                )
            }
        return {model: known for model, known in stored.items() if known.since is not None}

    @override
    def skipped(self) -> dict[Model, Response]:
        with reading(self._engine) as connection:
            stored = {
                Model(*names): _labelling.decode(labelling).response
                for *names, labelling in Dialect(connection).rows(
                    "SELECT name, version, environment, labelling FROM model WHERE labelling LIKE '%\"response\":%'"
                )
            }
        return {model: known for model, known in stored.items() if known is not None and known.found}

    @override
    def services(self) -> dict[Model, VersionService]:
        with reading(self._engine) as connection:
            return services(
                {
                    Model(name, version, environment): model_state(rest)
                    for name, version, environment, *rest in Dialect(connection).rows(
                        f"SELECT name, version, environment, {', '.join(MODEL)} FROM model"
                        f" WHERE {MODEL[1]} IS NOT NULL"
                    )
                }
            )

    @override
    def complaints(self) -> dict[Cell, Complaints]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            complaints = {}
            for model_id, intent, confirmed in sql.rows(
                "SELECT p.model_id, l.intent, count(DISTINCT p.prediction_id) FROM label l"
                " JOIN prediction p ON p.prediction_id = l.prediction_id JOIN model m ON m.id = p.model_id"
                " WHERE l.kind = 'complaint' AND NOT l.retracted AND l.intent <> p.intent AND l.intent <> ''"
                " AND (p.answers IS NULL OR replace(p.answers, '\"' || l.intent || '\"', '') = p.answers)"
                f" AND {IN_SCOPE} AND NOT l.intent IN {{ids}}"
                " GROUP BY p.model_id, l.intent",
                sql.any_of(self._out_of_scope),
            ):
                names = sql.row("SELECT name, version, environment FROM model WHERE id = ?", model_id)
                row = sql.row(
                    "SELECT sum(predictions) FROM traffic WHERE model_id = ? AND predicted = ?",
                    model_id,
                    intent,
                )
                complaints[Cell(Model(*names), intent)] = Complaints(confirmed, int(row[0] or 0))
            return complaints

    @override
    def weak_labels(self) -> dict[Model, WeaklyLabelled]:
        with reading(self._engine) as connection:
            return weakly_labelled(Dialect(connection), self._out_of_scope)

    @override
    def corrections(self) -> dict[Model, Corrections]:
        with reading(self._engine) as connection:
            return corrections_by_model(Dialect(connection), self._out_of_scope)

    @override
    def out_of_scope(self, min_probability: float) -> dict[Model, Tally]:
        tallies: dict[Model, Tally] = defaultdict(Tally)
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            names = models_by_id(sql)
            # Not joined to the models: SQLite would look at every outcome for those few, instead of by the index.
            for model_id, predicted, design, probability, count in sql.rows(
                "SELECT model_id, predicted, design, probability, count(*) FROM outcome WHERE intent = ?"
                " AND model_id IN (SELECT id FROM model) GROUP BY model_id, predicted, design, probability"
                " ORDER BY min(seq)",
                NO_INTENT,
            ):
                tally = tallies[names[model_id]]
                tally.count(predicted, NO_INTENT, count, Design(design), probability, min_probability)
        return dict(tallies)

    @override
    def early(self) -> list[EarlyNote]:
        with reading(self._engine) as connection:
            return read_early_notes(Dialect(connection), "ended_day IS NULL")

    @override
    def labelling(self) -> list[ModelLabels]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            return [
                ModelLabels(
                    Model(*names),
                    from_us(last),
                    _delays.decode(delays),
                    outcomes,
                    predictions or 0,
                    abstained or 0,
                )
                for *names, last, delays, outcomes, predictions, abstained in sql.rows(
                    "SELECT m.name, m.version, m.environment, m.last_label_us, m.delays, m.outcomes, t.predictions,"
                    " t.abstained FROM model m LEFT JOIN model_traffic t ON t.model_id = m.id"
                    " WHERE m.last_label_us IS NOT NULL ORDER BY m.name, m.version, m.environment"
                )
            ]

    @override
    def event_counts(self) -> list[EventCount]:
        with reading(self._engine) as connection:
            return [
                EventCount(topic, EventFate.parse(became), count)
                for topic, became, count in Dialect(connection).rows(
                    "SELECT topic, became, count FROM event_count ORDER BY topic, became"
                )
            ]

    @override
    def registry_away(self) -> datetime | None:
        with reading(self._engine) as connection:
            return away_since(Dialect(connection))

    @override
    def archive_trouble(self) -> datetime | None:
        with reading(self._engine) as connection:
            return archive_trouble(Dialect(connection))

    @override
    def unjudged(self) -> int:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            upto, behind = read_counted(sql)
            (waiting,) = sql.row("SELECT count(*) FROM outcome WHERE seq > ?", upto.outcome)
            for model_id, theirs in behind.items():
                waiting += sql.row(
                    "SELECT count(*) FROM outcome WHERE model_id = ? AND seq > ? AND seq <= ?",
                    model_id,
                    theirs.outcome,
                    upto.outcome,
                )[0]
            return int(waiting)

    @override
    def labels_waiting(self) -> int:
        with reading(self._engine) as connection:
            return int(Dialect(connection).row("SELECT count(*) FROM prediction WHERE model_id IS NULL")[0])
