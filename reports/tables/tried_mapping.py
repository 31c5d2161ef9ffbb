"""Records that were tried against a mapping in, what `anchorwatch config try-mapping` shows out."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from monitor.domain.events.mapping.fields import EventKind
from monitor.domain.events.mapping.tried import TriedField, TriedPath
from monitor.domain.events.misfits import Misfit
from monitor.domain.events.tolerance import Mend
from reports.render.blocks import Block, TableCell, View
from reports.words.misfits import worded

LONGEST = 60  # characters of a value that a table shows


class ShownRecord(Protocol):
    """What one record becomes (`monitor.ingest.trying.TriedRecord`)."""

    @property
    def number(self) -> int:
        """Its place in the sample, from 1."""
        ...

    @property
    def fields(self) -> Sequence[TriedField]:
        """What each field becomes."""
        ...

    @property
    def mended(self) -> Sequence[Mend]:
        """What is put right."""
        ...

    @property
    def misfit(self) -> Misfit | None:
        """Why it is refused; None where it is not."""
        ...

    @property
    def detail(self) -> str:
        """What the decoder said of it."""
        ...


class ShownSample(Protocol):
    """Records that were tried (`monitor.ingest.trying.TriedSample`)."""

    @property
    def kind(self) -> EventKind:
        """What they are read as."""
        ...

    @property
    def records(self) -> int:
        """How many there were."""
        ...

    @property
    def refused(self) -> int:
        """How many are refused."""
        ...

    @property
    def passed_over(self) -> int:
        """How many are sound and hold no event."""
        ...

    @property
    def shown(self) -> Sequence[ShownRecord]:
        """Those that are shown."""
        ...


def tried_view(sample: ShownSample) -> View:
    """A table a record, then how many there were of what."""
    blocks = [_block(record, sample.kind) for record in sample.shown]
    words = f"{sample.records:,} records of {sample.kind}s, {sample.refused:,} refused."
    if sample.passed_over:
        words += f" {sample.passed_over:,} hold no answer, and are passed over."
    if sample.records - sample.passed_over > len(sample.shown):
        words += f" Shown are {len(sample.shown):,}; --most shows more."
    return View(
        [*blocks, Block(lines=[words if sample.records else "There is no record in it."])], _as_object(sample)
    )


def _block(record: ShownRecord, kind: EventKind) -> Block:
    wrong = record.misfit
    rows: list[list[str | TableCell]] = [
        [
            field.field,
            TableCell([path.path for path in field.paths] or ["const"]),
            TableCell([_there(path) for path in field.paths] or [""]),
            _becomes(field, wrong),
        ]
        for field in record.fields
    ]
    notes = [f"put right: {', '.join(record.mended)}"] if record.mended else []
    if wrong is not None:
        what, to_do = worded(wrong)
        notes = [f"{wrong.field or 'the record'}: {what}; {to_do}", record.detail]
    return Block(
        heading=f"record {record.number:,}: " + (f"a {kind}" if wrong is None else f"refused, {wrong.code}"),
        columns=("field", "from", "what is there", "becomes") if rows else (),
        rows=rows,
        notes=notes,
    )


def _there(path: TriedPath) -> str:
    return f"nothing beyond {path.reached}" if path.reached else _short(path.value)


def _becomes(field: TriedField, wrong: Misfit | None) -> TableCell:
    if field.code or (wrong is not None and wrong.field == field.field):
        return TableCell(f"refused: {field.code or (wrong.code if wrong else '')}", "bad")
    return TableCell("left out", "quiet") if field.absent else TableCell(_short(field.value))


def _short(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    value = _plain(value) if isinstance(value, datetime | UUID | Decimal | bytes) else value
    words = value if isinstance(value, str) else json.dumps(value, default=_plain, ensure_ascii=False)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _plain(value: object) -> str:
    """What JSON does not have, as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return f"{len(value):,} bytes" if isinstance(value, bytes) else repr(value)


def _as_object(sample: ShownSample) -> dict[str, Any]:
    return {
        "kind": sample.kind,
        "records": sample.records,
        "refused": sample.refused,
        "passed_over": sample.passed_over,
        "shown": [_record_object(record) for record in sample.shown],
    }


def _record_object(record: ShownRecord) -> dict[str, Any]:
    wrong = record.misfit
    what, to_do = ("", "") if wrong is None else worded(wrong)
    return {
        "record": record.number,
        "code": "" if wrong is None else wrong.code,
        "field": "" if wrong is None else wrong.field,
        "what": what,
        "do": to_do,
        "detail": record.detail,
        "mended": list(record.mended),
        "fields": [
            {
                "field": field.field,
                "from": [
                    {"path": path.path, "reached": path.reached}
                    if path.reached
                    else {"path": path.path, "value": json.loads(json.dumps(path.value, default=_plain))}
                    for path in field.paths
                ],
                "becomes": json.loads(json.dumps(field.value, default=_plain)),
                "left_out": field.absent,
                "code": field.code,
            }
            for field in record.fields
        ],
    }
