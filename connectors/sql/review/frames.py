"""The rows that Evidently renders: a week's labelled tickets and predictions, and the anchor's examples."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Engine

from connectors.sql.anchors import read_active_anchors
from connectors.sql.database import reading, to_us
from connectors.sql.ingest.descriptions import descriptors_of
from connectors.sql.dialect import Dialect
from connectors.sql.model_ids import OF_MODEL, names_of
from monitor.domain.events.types import Model
from monitor.domain.weekly.calendar import Week
from monitor.review.ports import Frames

NEWEST = 20_000  # of each; more make it slower, not wiser
_slices = msgspec.json.Decoder(dict[str, str])
Row = dict[str, Any]


class WeekFrames:
    """The `monitor.ports.WeekFrames` on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, model: Model, week: Week) -> Frames:
        """A model version's rows of one week."""
        names = names_of(model)
        span = (to_us(week.begin), to_us(week.end))
        with reading(self._engine) as connection:
            sql = Dialect(connection)
            labelled = sql.rows(
                "SELECT o.intent, o.predicted, o.slices, d.descriptors FROM outcome o"
                " LEFT JOIN description d ON d.prediction_id = o.prediction_id"
                f" WHERE o.model_id = {OF_MODEL} AND o.intent IS NOT NULL AND o.ts_us >= ? AND o.ts_us < ?"
                f" ORDER BY o.seq DESC LIMIT {NEWEST}",
                *names,
                *span,
            )
            predicted = sql.rows(
                "SELECT p.intent, p.slices, d.descriptors FROM prediction p"
                " LEFT JOIN description d ON d.prediction_id = p.prediction_id"
                f" WHERE p.model_id = {OF_MODEL} AND p.ts_us >= ? AND p.ts_us < ?"
                f" ORDER BY p.ts_us DESC, p.prediction_id LIMIT {NEWEST}",
                *names,
                *span,
            )
            held = read_active_anchors(sql).get(model)
            anchor = (
                sql.rows(
                    "SELECT y_true, y_pred, slices, descriptors FROM example WHERE anchor_id = ?"
                    f" ORDER BY number LIMIT {NEWEST}",
                    held.id,
                )
                if held
                else []
            )
        return Frames(
            [_row({"target": truth, "prediction": said}, *rest) for truth, said, *rest in labelled],
            [_row({"prediction": said}, *rest) for said, *rest in predicted],
            [_row({"target": truth, "prediction": said}, *rest) for truth, said, *rest in anchor],
        )


def _row(known: Mapping[str, str], slices: str | None, described: str | None) -> Row:
    """`slice: ` and `look: ` keep names from events apart from our own."""
    row: Row = dict(known)
    row.update(
        (f"slice: {name}", value) for name, value in (_slices.decode(slices) if slices else {}).items()
    )
    seen = descriptors_of(described)
    if seen is not None:
        # How much a ticket labels itself depends on its intent, which for most is not known.
        row.update(
            (f"look: {name}", value) for name, value in seen._asdict().items() if name != "self_labelling"
        )
    return row
