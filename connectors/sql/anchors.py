"""Anchors: imported once, never changed, and which of them each model is held to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.counters import count_up
from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from connectors.sql.ingest.descriptions import numbers
from connectors.sql.model_ids import ModelIds
from monitor.anchors import ports
from monitor.anchors.ports import ListedAnchor
from monitor.domain.anchors.grade import Evidence, Graded
from monitor.domain.anchors.grade_reasons import GradeReason
from monitor.domain.anchors.promise import Anchor, Example, Measured, Promise, Provenance
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Model

PROMISES_CHANGED = "promises changed"
"""The counter of how often what models are held to was changed, for whoever keeps it in memory."""
_encode = msgspec.json.encode
_misses = msgspec.json.Decoder(dict[str, int])
_reasons = msgspec.json.Decoder(tuple[GradeReason, ...])
_evidence = msgspec.json.Decoder(Evidence)


class AnchorStore(ports.AnchorStore):
    """The `AnchorStore` port on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def add(self, anchor: Anchor, examples: Iterable[Example]) -> bool:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            if sql.row("SELECT 1 FROM anchor WHERE id = ?", anchor.id):
                return False
            came = anchor.provenance
            sql.run(
                "INSERT INTO anchor (id, model_id, source, sha256, importer, imported_at_us, examples, run,"
                " dataset) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
                anchor.id,
                ModelIds().id_of(sql, anchor.model),
                came.source,
                came.sha256,
                came.importer,
                to_us(came.imported_at),
                came.run,
                came.dataset,
            )
            _write_promises(sql, anchor.id, anchor.promises)
            _write_examples(sql, anchor.id, examples, came.sha256)
            return True

    @override
    def attach(
        self,
        anchor: Anchor,
        promises: Mapping[tuple[str, str], Promise],
        examples: Sequence[Example],
        sha256: str,
    ) -> None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            _write_promises(
                sql,
                anchor.id,
                {
                    (intent, slice_): promise
                    for (intent, slice_), promise in promises.items()
                    if slice_ or (intent, slice_) in anchor.promises
                },
            )
            _write_examples(sql, anchor.id, examples, sha256)

    @override
    def activate(
        self, anchor: Anchor, at: datetime, who: str = "", instead_of: str | None = None
    ) -> str | None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            count_up(sql, PROMISES_CHANGED, 1)  # first: whoever activates at the same time waits for this row
            if instead_of is not None and (known := _active_id(sql, anchor.id)) != instead_of:
                return known
            sql.run(
                "INSERT INTO activation (model_id, anchor_id, at_us, who)"
                " SELECT model_id, id, ?, ? FROM anchor WHERE id = ?",
                to_us(at),
                who,
                anchor.id,
            )
        return None

    @override
    def keep_grades(self, anchor: Anchor, grades: Mapping[str, Graded], *, only_new: bool = False) -> None:
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            sql.many(
                "UPDATE promise SET grade = ?, grade_reasons = ?, grade_evidence = ?"
                " WHERE anchor_id = ? AND intent = ? AND slice = ''"
                + (" AND grade = ''" if only_new else ""),
                [
                    (
                        graded.grade.value,
                        _encode(graded.reasons).decode(),
                        _encode(graded.evidence).decode() if graded.evidence else None,
                        anchor.id,
                        intent,
                    )
                    for intent, graded in sorted(grades.items())
                ],
            )
            count_up(sql, PROMISES_CHANGED, 1)

    @override
    def all(self) -> list[ListedAnchor]:
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            active = {anchor_id: (from_us(at_us), who) for anchor_id, at_us, who in sql.rows(_ACTIVE)}
            return [ListedAnchor(anchor, *active.get(anchor.id, (None,))) for anchor in _read(sql, "")]


_ACTIVE = (
    "SELECT a.anchor_id, a.at_us, a.who FROM activation a WHERE a.id ="
    " (SELECT max(b.id) FROM activation b WHERE b.model_id = a.model_id)"
)


def read_active_anchors(sql: Dialect) -> Mapping[Model, Anchor]:
    """The anchor each model is held to."""
    return {
        anchor.model: anchor
        for anchor in _read(sql, f" WHERE a.id IN (SELECT anchor_id FROM ({_ACTIVE}) AS active)")
    }


def read_anchor(sql: Dialect, anchor_id: str) -> Anchor:
    """The anchor of that id."""
    (listed,) = _read(sql, " WHERE a.id = ?", anchor_id)
    return listed


def _read(sql: Dialect, where: str, *values: object) -> list[Anchor]:
    anchors = []
    for (
        id_,
        name,
        version,
        environment,
        source,
        sha256,
        importer,
        imported_at_us,
        examples,
        run,
        dataset,
    ) in sql.rows(
        "SELECT a.id, m.name, m.version, m.environment, a.source, a.sha256, a.importer, a.imported_at_us,"
        f" a.examples, a.run, a.dataset FROM anchor a JOIN model m ON m.id = a.model_id{where}"
        " ORDER BY a.imported_at_us, a.id",
        *values,
    ):
        promises = {
            (intent, slice_): Promise(
                Measured(recall, support),
                Measured(real_recall, real_support) if real_recall is not None else None,
                _misses.decode(misses),
                grade,
                _reasons.decode(reasons),
                _evidence.decode(evidence) if evidence else None,
            )
            for (
                intent,
                slice_,
                recall,
                support,
                real_recall,
                real_support,
                misses,
                grade,
                reasons,
                evidence,
            ) in sql.rows(
                "SELECT intent, slice, shipped_recall, shipped_support, real_recall, real_support, misses_to,"
                " grade, grade_reasons, grade_evidence FROM promise WHERE anchor_id = ?",
                id_,
            )
        }
        anchors.append(
            Anchor(
                id_,
                Model(name, version, environment),
                promises,
                Provenance(source, sha256, importer, from_us(imported_at_us), examples, run, dataset),
            )
        )
    return anchors


def _write_promises(sql: Dialect, anchor_id: str, promises: Mapping[tuple[str, str], Promise]) -> None:
    count_up(sql, PROMISES_CHANGED, 1)
    sql.many(
        "INSERT INTO promise (anchor_id, intent, slice, shipped_recall, shipped_support, real_recall,"
        " real_support, misses_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (anchor_id, intent, slice)"
        " DO UPDATE SET real_recall = excluded.real_recall, real_support = excluded.real_support,"
        " misses_to = excluded.misses_to",
        [
            (
                anchor_id,
                intent,
                slice_,
                promise.shipped.recall,
                promise.shipped.support,
                promise.real.recall if promise.real else None,
                promise.real.support if promise.real else None,
                _encode(promise.misses_to).decode(),
            )
            for (intent, slice_), promise in sorted(promises.items())
        ],
    )


def _write_examples(sql: Dialect, anchor_id: str, examples: Iterable[Example], sha256: str) -> None:
    rows = [
        (
            anchor_id,
            number,
            example.y_true,
            example.y_pred,
            example.origin,
            _encode(example.slices).decode(),
            numbers(example.descriptors) if example.descriptors else None,
            example.text,
        )
        for number, example in enumerate(examples)
    ]
    if rows:
        sql.many(
            "INSERT INTO example (anchor_id, number, y_true, y_pred, origin, slices, descriptors, text)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        sql.run(
            "UPDATE anchor SET examples = ?, examples_sha256 = ? WHERE id = ?", len(rows), sha256, anchor_id
        )


def _active_id(sql: Dialect, anchor_id: str) -> str:
    """The id of the anchor that this one's model is held to; empty where there is none."""
    row = sql.row(
        "SELECT anchor_id FROM activation WHERE model_id = (SELECT model_id FROM anchor WHERE id = ?)"
        " ORDER BY id DESC LIMIT 1",
        anchor_id,
    )
    return str(row[0]) if row else ""
