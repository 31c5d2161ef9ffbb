"""The rows of labels within one batch's transaction: read and written."""

from collections.abc import Iterable, Mapping, Sequence, Set

from connectors.sql.dialect import Dialect, Row
from connectors.sql.ingest.rows import LABEL, label_of, label_row
from monitor.domain.events.joined import Memory
from monitor.domain.events.types import Label


class LabelRows:
    """Every label in its newest revision, by its own id."""

    def __init__(self, sql: Dialect, received_us: int | None) -> None:
        self._sql = sql
        self._received_us = received_us
        self._known: Set[str] = frozenset()

    def owners(self, label_ids: Set[str]) -> Mapping[str, str]:
        """The prediction that each label id named so far. Their rows are ours until the end."""
        owners: dict[str, str] = {}
        if label_ids:
            sql = self._sql
            asked = "SELECT label_id, prediction_id FROM label WHERE label_id IN {ids}"
            rows = sql.rows(asked + sql.for_update("label_id"), sql.any_of(sorted(label_ids)))
            owners = dict(map(tuple, rows))
        self._known = owners.keys()
        return owners

    def load(self, memory: Memory, prediction_ids: Iterable[str]) -> None:
        """Read every label of these predictions into `memory`."""
        sql = self._sql
        ids = sql.any_of(prediction_ids)
        for row in sql.rows(f"SELECT {LABEL} FROM label WHERE prediction_id IN {{ids}}", ids):
            label = label_of(row)
            memory.labels.setdefault(label.prediction_id, {})[label.label_id] = label
            memory.owner[label.label_id] = label.prediction_id

    def write(self, labels: Mapping[str, Label]) -> Sequence[Row]:
        """Write new labels and new revisions of known ones, which arrived now; the rows written."""
        rows = {label_id: label_row(label, self._received_us) for label_id, label in labels.items()}
        self._write(rows)
        return list(rows.values())

    def _write(self, rows: Mapping[str, Row]) -> None:
        self._sql.many(
            f"INSERT INTO label ({LABEL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (label_id) DO UPDATE SET prediction_id = excluded.prediction_id, intent = excluded.intent,"
            " labeled_at_us = excluded.labeled_at_us, revision = excluded.revision,"
            " retracted = excluded.retracted, kind = excluded.kind, design = excluded.design,"
            " probability = excluded.probability, scope_name = excluded.scope_name,"
            " scope_version = excluded.scope_version, scope_environment = excluded.scope_environment,"
            " received_us = excluded.received_us, annotator = excluded.annotator",
            list(rows.values()),
        )
