"""What is due to be archived, in short readings; and what of it the archive holds, so that nothing else is dropped."""

import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.answers import answers_of
from connectors.sql.counters import begin_counter, count_up, counter, drop_counter, put_counter, raise_counter
from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect, Row
from connectors.sql.model_ids import OF_MODEL
from monitor.archive import ports
from monitor.archive.ports import ArchiveKind, DueRows, ErasedRows, SettledWriting
from monitor.domain.events.microseconds import from_us, to_us
from monitor.errors import ChangedMeanwhileError

CHUNK = 10_000  # ids a reading
# Among the counters. The first is locked, and never changed by an archiving itself: an erasure that waits for it finds
# it as it was, and need not begin again.
_ERASURES, _WRITINGS = "erasures beside the archive", "writings of the archive"
_SETTLED, _PLACE, _OWNER, _TROUBLE, _FOLLOWED = (
    "archived until writing",
    "archived at place",
    "archive owner",
    "archive in trouble",
    "erasures that the archive followed",
)
# As it stands: a draw, or the place of its outcome, that came since it was archived is archived again with it.
PREDICTION_ARCHIVED = (
    "EXISTS (SELECT 1 FROM archived_prediction AS held WHERE held.prediction_id = prediction.prediction_id"
    " AND held.model_id = prediction.model_id"
    " AND (held.drawn OR (SELECT count(*) FROM draw WHERE draw.prediction_id = held.prediction_id"
    " AND draw.model_id = held.model_id) = 0)"
    " AND (held.complete OR (SELECT count(*) FROM outcome WHERE outcome.prediction_id = held.prediction_id"
    " AND outcome.model_id = held.model_id) = 0))"
)
LABEL_ARCHIVED = (
    "EXISTS (SELECT 1 FROM archived_label AS held WHERE held.label_id = label.label_id"
    " AND held.revision = label.revision AND held.labeled_at_us = label.labeled_at_us)"
)
NO_LABEL_MISSING = (
    "NOT EXISTS (SELECT 1 FROM label WHERE label.prediction_id = prediction.prediction_id"
    f" AND NOT {LABEL_ARCHIVED})"
)
_PREDICTIONS = (
    "SELECT prediction.prediction_id, m.name, m.version, m.environment, prediction.ts_us, prediction.intent,"
    " prediction.answers, prediction.score, prediction.slices, prediction.customer, d.design, d.probability,"
    " prediction.digest, coalesce(prediction.received_us, prediction.ts_us), o.seq FROM prediction"
    " JOIN model m ON m.id = prediction.model_id"
    " LEFT JOIN draw d ON d.prediction_id = prediction.prediction_id AND d.model_id = prediction.model_id"
    " LEFT JOIN outcome o ON o.prediction_id = prediction.prediction_id AND o.model_id = prediction.model_id"
    " WHERE prediction.prediction_id > ? AND prediction.prediction_id <= ? AND prediction.ts_us < ?"
    f" AND NOT {PREDICTION_ARCHIVED} ORDER BY prediction.prediction_id, prediction.ordinal"
)
_LABELS = (
    "SELECT label_id, prediction_id, intent, labeled_at_us, revision, retracted, kind, design, probability,"
    " scope_name, scope_version, scope_environment, annotator, coalesce(received_us, labeled_at_us) FROM label"
    f" WHERE label_id > ? AND label_id <= ? AND NOT {LABEL_ARCHIVED} ORDER BY label_id"
)
# Columns that are not stored as the archive has them.
_ANSWERS, _SLICES, _SUBJECTS, _RETRACTED = 6, 8, 10, 5
_slices = msgspec.json.Decoder(dict[str, str])


class ArchivingStore(ports.ArchivingStore):
    """The `ArchivingStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def owner(self) -> int:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            begin_counter(sql, _OWNER, secrets.randbits(62))
            return _number(sql, _OWNER)

    @override
    def generation(self, least: int) -> int:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            for name in (_ERASURES, _WRITINGS):
                begin_counter(sql, name, 0)
            if (missing := least - _generation(sql)) > 0:
                count_up(sql, _WRITINGS, missing)
            return _generation(sql)

    @override
    def due(self, kind: ArchiveKind, before: datetime, after: str) -> DueRows:
        read = _due_predictions if kind is ArchiveKind.PREDICTIONS else _due_labels
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            sql.look_up_by_key()
            return read(sql, to_us(before), after)

    @override
    @contextmanager
    def committing(self, begun: int) -> Iterator[int]:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            _lock(sql)
            if _generation(sql) != begun:
                raise ChangedMeanwhileError("rows were erased, or somebody else archived, meanwhile")
            yield begun + 1
            count_up(sql, _WRITINGS, 1)

    @override
    def settled(self) -> SettledWriting:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            return SettledWriting(_number(sql, _SETTLED), _number(sql, _PLACE) or None)

    @override
    def mark(self, kind: ArchiveKind, keys: Sequence[Row]) -> None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            _lock(sql)  # an erasure comes before or after: a mark of what it erased would stay
            sql.look_up_by_key()
            (_mark_predictions if kind is ArchiveKind.PREDICTIONS else _mark_labels)(sql, keys)

    @override
    def note_settled(self, settled: SettledWriting) -> None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            raise_counter(sql, _SETTLED, settled.number)
            put_counter(sql, _PLACE, settled.place or 0)

    @override
    def erasures(self) -> ErasedRows:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            fingerprints = {row[0] for row in sql.rows("SELECT fingerprint FROM erased")}
            subjects = {
                subject: from_us(at) for subject, at in sql.rows("SELECT subject, at_us FROM erased_subject")
            }
            return ErasedRows(frozenset(), fingerprints, subjects, _number(sql, _ERASURES))

    @override
    def archive_erased(self) -> int:
        with reading(self._engine) as connection:
            return _number(Dialect(connection), _FOLLOWED)

    @override
    def note_archive_erased(self, erasures: int) -> None:
        with writing(self._engine) as connection:
            raise_counter(Dialect(connection), _FOLLOWED, erasures)

    @override
    def note_trouble(self, at: datetime | None) -> None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            if at is None:
                drop_counter(sql, _TROUBLE)
            else:
                begin_counter(sql, _TROUBLE, to_us(at))


def archive_trouble(sql: Dialect) -> datetime | None:
    """Since when the archive can't be written, so that nothing is dropped; None where it can, or there is none."""
    since_us = counter(sql, _TROUBLE)
    return None if since_us is None else from_us(since_us)


def forget_archived(sql: Dialect, ids: object) -> None:
    """What is erased is no longer known as archived, and who archives just now looks again.

    Before anything else of the erasure is read or written: whoever archives ends first.
    """
    count_up(sql, _ERASURES, 1)
    sql.run("DELETE FROM archived_prediction WHERE prediction_id IN {ids}", ids)
    sql.run(
        "DELETE FROM archived_label WHERE label_id IN (SELECT label_id FROM label WHERE prediction_id IN {ids})",
        ids,
    )


def _number(sql: Dialect, name: str) -> int:
    return counter(sql, name) or 0


def _generation(sql: Dialect) -> int:
    return _number(sql, _ERASURES) + _number(sql, _WRITINGS)


def _lock(sql: Dialect) -> None:
    """Let no erasure and no other writing of the archive end until we do. On SQLite the write lock is ours already."""
    if sql.postgresql:
        sql.rows("SELECT value FROM counter WHERE name = ? FOR UPDATE", _ERASURES)


def _bound(sql: Dialect, table: str, key: str, after: str) -> str | None:
    """The id with which a chunk ends; None where it is the last."""
    row = sql.row(
        f"SELECT {key} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT 1 OFFSET {CHUNK - 1}", after
    )
    return None if row is None else str(row[0])


def _due_predictions(sql: Dialect, before: int, after: str) -> DueRows:
    upto = _bound(sql, "prediction", "prediction_id", after)
    within = (after, upto if upto is not None else _last(sql, "prediction", "prediction_id"))
    subjects: dict[str, list[str]] = defaultdict(list)
    for prediction_id, subject in sql.rows(
        "SELECT prediction_id, subject FROM subject WHERE prediction_id > ? AND prediction_id <= ?"
        " ORDER BY prediction_id, subject",
        *within,
    ):
        subjects[prediction_id].append(subject)
    columns = _columns(sql.rows(_PREDICTIONS, *within, before))
    if columns:
        columns[_ANSWERS] = [answers_of(stored) or None for stored in columns[_ANSWERS]]
        columns[_SLICES] = [_slices_of(stored) if stored else None for stored in columns[_SLICES]]
        columns.insert(_SUBJECTS, [subjects.get(prediction_id) for prediction_id in columns[0]])
    return DueRows(columns, upto)


def _due_labels(sql: Dialect, _before: int, after: str) -> DueRows:
    upto = _bound(sql, "label", "label_id", after)
    within = (after, upto if upto is not None else _last(sql, "label", "label_id"))
    columns = _columns(sql.rows(_LABELS, *within))
    if columns:
        columns[_RETRACTED] = [bool(stored) for stored in columns[_RETRACTED]]
    return DueRows(columns, upto)


def _columns(rows: Sequence[Row]) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True))


@lru_cache(10_000)
def _slices_of(stored: str) -> Sequence[tuple[str, str]]:
    return list(_slices.decode(stored).items())


def _last(sql: Dialect, table: str, key: str) -> str:
    row = sql.row(f"SELECT max({key}) FROM {table}")
    return row[0] or ""


def _mark_predictions(sql: Dialect, keys: Sequence[Row]) -> None:
    alike: dict[Row, list[str]] = defaultdict(list)
    for prediction_id, *model, draw_design, seq in keys:
        alike[draw_design is not None, seq is not None, *model].append(prediction_id)
    for (drawn, complete, *names), ids in alike.items():
        sql.run(
            "INSERT INTO archived_prediction (prediction_id, model_id, drawn, complete)"
            " SELECT prediction_id, model_id, ?, ? FROM prediction"
            f" WHERE prediction_id IN {{ids}} AND model_id = {OF_MODEL}"
            " ON CONFLICT (prediction_id, model_id) DO UPDATE SET drawn = archived_prediction.drawn OR excluded.drawn,"
            " complete = archived_prediction.complete OR excluded.complete",
            drawn,
            complete,
            sql.any_of(ids),
            *names,
        )


def _mark_labels(sql: Dialect, keys: Sequence[Row]) -> None:
    """A label that was corrected since is not marked: its newer revision is not archived."""
    sql.many(
        "INSERT INTO archived_label (label_id, revision, labeled_at_us) SELECT label_id, revision, labeled_at_us"
        " FROM label WHERE label_id = ? AND revision = ? AND labeled_at_us = ? ON CONFLICT (label_id) DO UPDATE SET"
        " revision = excluded.revision, labeled_at_us = excluded.labeled_at_us",
        keys,
    )
