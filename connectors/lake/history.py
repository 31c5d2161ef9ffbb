"""An archive's outcomes, given day by day to a scratch database, as an engine joins them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Engine
from typing_extensions import override

from connectors.lake import tallies
from connectors.lake.joined import ORDER
from connectors.lake.outcomes import Lake, model_of
from connectors.sql.answers import stored_answers
from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.sql.ingest.counts import count_model_traffic
from connectors.sql.model_ids import ModelIds
from connectors.sql.predicted_names import PredictedNames
from connectors.sql.review.history import CHUNK, JUDGED_BY, ScratchHistory, copy_models, copy_table
from monitor.domain.events.microseconds import to_us
from monitor.domain.events.types import Design, Kind, Model

if TYPE_CHECKING:
    import ibis.expr.types as ir

_encode = msgspec.json.encode


class LakeHistory(ScratchHistory):
    """The `History` port on an archive. The anchors are those of `source`, a database that is only read.

    `since` leaves out what was known before then; so many predicted names of a model are counted apart.
    """

    def __init__(
        self, lake: Lake, source: Engine, scratch: Engine, most_names: int, since: datetime | None = None
    ) -> None:
        super().__init__(scratch)
        self._lake = lake
        self._source = source
        self._scratch = scratch
        self._models = ModelIds()
        self._names = PredictedNames(most_names)
        self._since = since

    @override
    def __len__(self) -> int:
        return sum(count for count, _, _ in self.known_hours().values())

    @override
    def known_hours(self) -> Mapping[int, tuple[int, int, int]]:
        return known_hours(self._lake, self._outcomes)

    @override
    def known_rows(self, columns: Sequence[str]) -> Iterator[Sequence[tuple[tuple[Any, ...], int]]]:
        ids = self._model_ids()
        last, some = 0, list[tuple[tuple[Any, ...], int]]()
        for row in self._lake.rows(self._outcomes.order_by(ORDER)):
            # What was not complete when it was written is complete behind all that was.
            last = row["seq"] if row["seq"] is not None else last + 1
            stored = _stored(row, last, ids[model_of(row)])
            some.append(
                (tuple(stored[name] for name in columns), max(stored["ts_us"], stored["labeled_at_us"]))
            )
            if len(some) == CHUNK:
                yield some
                some = []
        yield some

    @override
    def copy_the_rest(self) -> None:
        copy_models(self._source, self._scratch)
        for table in JUDGED_BY:
            copy_table(self._source, self._scratch, table)
        made = list(self._lake.rows(tallies.hourly(self._lake.came)))
        labelled = {
            _hour(row): row["labelled"]
            for row in self._lake.rows(tallies.hourly_labelled(self._lake.outcomes))
        }
        with writing(self._scratch) as connection:
            sql = Dialect(connection)
            for model in sorted({model_of(row) for row in made}):
                self._models.id_of(sql, model)
            self._write_traffic(sql, sorted(made, key=lambda row: row["arrival"]), labelled)
        self._models.settle()

    def _write_traffic(
        self, sql: Dialect, made: Sequence[dict[str, Any]], labelled: Mapping[Any, int]
    ) -> None:
        self._names.admit(sql, ((self._models.id_of(sql, model_of(row)), row["predicted"]) for row in made))
        counts: dict[tuple[int, int, str], Counter[str]] = {}
        for row in made:
            model_id = self._models.id_of(sql, model_of(row))
            key = (model_id, row["hour"], self._names.counted_as(model_id, row["predicted"]))
            count = counts.setdefault(key, Counter())
            count["predictions"] += row["predictions"]
            count["labelled"] += labelled.get(_hour(row), 0)
        sql.many(
            "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) VALUES (?, ?, ?, ?, ?)",
            [(*key, count["predictions"], count["labelled"]) for key, count in sorted(counts.items())],
        )
        count_model_traffic(
            sql, ((model_id, name, count["predictions"]) for (model_id, _, name), count in counts.items())
        )

    @property
    def _outcomes(self) -> "ir.Table":
        outcomes = self._lake.outcomes
        if self._since is None:
            return outcomes
        return outcomes.filter(tallies.known_us(outcomes) >= to_us(self._since))

    def _model_ids(self) -> Mapping[Model, int]:
        with writing(self._scratch) as connection:
            sql = Dialect(connection)
            names = sql.rows("SELECT name, version, environment, id FROM model")
            return {Model(*name): model_id for *name, model_id in names}


def known_hours(lake: Lake, outcomes: "ir.Table") -> dict[int, tuple[int, int, int]]:
    """Of each hour since 1970 how many of these became known in it, and the first and the last of them."""
    return {
        row["hour"]: (row["outcomes"], row["first"], row["last"])
        for row in lake.rows(tallies.known_hours(outcomes))
    }


def _stored(row: Mapping[str, Any], seq: int, model_id: int) -> dict[str, Any]:
    """The row of an outcome by the columns of its table. What no label holds for is as old as its prediction."""
    holds = row["label_id"] is not None
    slices = dict(row["slices"] or ())
    return {
        **row,
        "seq": seq,
        "model_id": model_id,
        "label_id": row["label_id"] if holds else "",
        "labeled_at_us": row["labeled_at_us"] if holds else row["ts_us"],
        "kind": row["kind"] if holds else Kind.HUMAN.value,
        "design": row["design"] if holds else Design.UNKNOWN.value,
        "slices": _encode(slices).decode() if slices else None,
        "digest": b"",
        "answers": stored_answers(row["answers"] or ()),
    }


def _hour(row: Mapping[str, Any]) -> tuple[Model, int, str]:
    return model_of(row), row["hour"], row["predicted"]
