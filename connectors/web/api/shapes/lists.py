"""Anchors, versions, sinks, refused records and reports as the API sends them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from connectors.web.api.shapes.cells import SentRecall
from monitor.domain.anchors.grade import Grade
from monitor.domain.judging.service import Service


class SentAnchor(msgspec.Struct, kw_only=True):
    """Offline numbers that a version shipped on, and where they are from. `examples` are kept with them.

    `run` and `dataset` are those of the tracker that the numbers came from, where they came from one.
    """

    id: str
    model: str
    version: str
    environment: str
    active_since: datetime | None
    activated_by: str | None
    source: str
    sha256: str
    importer: str
    imported_at: datetime
    examples: int
    run: str | None
    dataset: str | None


class SentPromise(msgspec.Struct, kw_only=True):
    """One intent's number, or a slice's: as shipped, over real examples alone, and where its misses went."""

    intent: str
    slice: str | None
    shipped: SentRecall | None
    real: SentRecall | None
    misses_to: Mapping[str, int]
    grade: Grade | None
    grade_reasons: Sequence[str]


class SentWholeAnchor(SentAnchor, kw_only=True):
    """An anchor with all that it promises."""

    promises: Sequence[SentPromise]


class SentVersion(msgspec.Struct, kw_only=True):
    """A version of a model: whether it answers requests, and how many of its predictions are labelled."""

    model: str
    version: str
    environment: str
    service: Service
    last_prediction: datetime | None
    predictions: int
    labelled: int
    retired_at: datetime | None
    retired_by: str | None
    reason: str | None


class SentSink(msgspec.Struct, kw_only=True):
    """A way to reach people: what waits for it, and what it took and refused."""

    name: str
    kind: str
    waiting: int
    sent: int
    failed: int
    oldest_waiting: datetime | None
    last_sent: datetime | None
    last_failed: datetime | None
    next_try: datetime | None
    last_error: str


class SentRefusedRecord(msgspec.Struct, kw_only=True):
    """A record that was refused: its place in the log, a stable code, and why."""

    topic: str
    partition: int
    offset: int
    code: str
    detail: str
    failed_at: datetime


class SentDeadLetters(msgspec.Struct, kw_only=True):
    """How many records were ever refused, by code, and the newest."""

    by_code: Mapping[str, int]
    newest: Sequence[SentRefusedRecord]


class SentReport(msgspec.Struct, kw_only=True):
    """A report that was written; its page is `/reports/NAME`, with the same token."""

    name: str
    written: datetime
