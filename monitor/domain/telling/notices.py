"""A notice: one message to people, before anything puts it into words. A header, and what it is about."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import (
    About,
    CellConcern,
    EarlySigns,
    IncidentNews,
    NewVersion,
    SinkRecovery,
    SinkTest,
    SinkTrouble,
    SliceBeside,
    Suspects,
    WeekDigest,
    WhyConcerned,
)
from monitor.domain.telling.identity import stable_id
from monitor.domain.telling.kinds import CLOSING, RUNBOOKS, STANDING, WAKING, NoticeKind
from monitor.domain.telling.routing import Severity


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One message, made by the constructor of what it is about.

    `id` is the same for every attempt to send it. `dedup_key` is the same for every message about the same thing.
    `severity` is how bad it is if nobody looks. `runbook` is what to read, `next_command` what to type now.
    """

    id: str
    dedup_key: str
    kind: NoticeKind
    at: datetime
    severity: Severity
    next_command: str
    runbook: str
    about: About

    def __post_init__(self) -> None:
        if self.kind not in self.about.kinds:
            raise ValueError(f"{type(self.about).__name__} is never told as {self.kind}")

    @property
    def incident(self) -> int | None:
        """The incident's number; None where it is about none."""
        return self.about.incident if isinstance(self.about, IncidentNews) else None

    @property
    def model(self) -> Model | None:
        """The model it is about; None where it is about the agent itself."""
        return None if isinstance(self.about, SinkTrouble | SinkRecovery | WeekDigest) else self.about.model

    @classmethod
    def of_incident(
        cls,
        kind: NoticeKind,
        news: IncidentNews,
        dedup_key: str,
        at: datetime,
        *,
        severity: Severity,
        runbook: str = "",
    ) -> "Notice":
        """News of an incident, under the incident's own key. `runbook` is the configured one, if there is one."""
        names = [str(member.cell) for member in news.members]
        return cls(
            id=stable_id(dedup_key, kind, at.isoformat(), *names),
            dedup_key=dedup_key,
            kind=kind,
            at=at,
            severity=severity,
            next_command=f"anchorwatch incident {'analyze' if kind in CLOSING else 'show'} {news.incident}",
            runbook=runbook or RUNBOOKS.get(kind, ""),
            about=news,
        )

    @classmethod
    def of_cells(
        cls,
        kind: NoticeKind,
        model: Model,
        cells: Sequence[tuple[Cell, WhyConcerned]],
        at: datetime,
        broken: Sequence[SliceBeside] = (),
    ) -> "Notice":
        """Cells of a model that cannot be judged, or can again, each with why; and the `broken` slices of them.

        The end has the severity of the beginning: it goes to whoever heard of that, and Alertmanager knows it again.
        """
        blind = kind is NoticeKind.BLIND
        key = stable_id("blind" if blind else "stale", str(model))
        return cls(
            id=stable_id(key, kind, at.isoformat(), *(str(cell) for cell, _ in cells)),
            dedup_key=key,
            kind=kind,
            at=at,
            severity=Severity.INFO if blind else Severity.WARNING,
            next_command="anchorwatch status --budget" if blind else "anchorwatch status",
            runbook=RUNBOOKS.get(kind, ""),
            about=CellConcern(model=model, cells=cells, broken=[*broken]),
        )

    @classmethod
    def of_suspects(cls, suspects: Suspects, at: datetime) -> "Notice":
        """Cells of a model that something speaks against: a note for whoever reads such, and no page."""
        key = stable_id("suspect", str(suspects.model))
        return cls(
            id=stable_id(
                key, NoticeKind.SUSPECT, at.isoformat(), *(str(each.cell) for each in suspects.cells)
            ),
            dedup_key=key,
            kind=NoticeKind.SUSPECT,
            at=at,
            severity=Severity.INFO,
            next_command="anchorwatch status",
            runbook=RUNBOOKS[NoticeKind.SUSPECT],
            about=suspects,
        )

    @classmethod
    def of_early(cls, signs: EarlySigns, at: datetime) -> "Notice":
        """What fell before any label told why: a note, and no page. The same signs have the same id."""
        key = stable_id("early", str(signs.model))
        each = (f"{facts.cell} {facts.sign} {facts.begun.isoformat()}" for facts in signs.notes)
        return cls(
            id=stable_id(key, NoticeKind.EARLY, *each),
            dedup_key=key,
            kind=NoticeKind.EARLY,
            at=at,
            severity=Severity.INFO,
            next_command="anchorwatch labels early",
            runbook=RUNBOOKS[NoticeKind.EARLY],
            about=signs,
        )

    @classmethod
    def of_sink(cls, sink: str, reason: str, notification: str, at: datetime) -> "Notice":
        """A sink did not take a notification; the same id for each attempt at the same one."""
        key = sink_key(sink)
        return cls(
            id=stable_id(key, notification),
            dedup_key=key,
            kind=NoticeKind.SINK_FAILED,
            at=at,
            severity=Severity.ERROR,
            next_command=f"anchorwatch sink test {sink}",
            runbook=RUNBOOKS[NoticeKind.SINK_FAILED],
            about=SinkTrouble(sink=sink, reason=reason),
        )

    @classmethod
    def of_sink_again(cls, recovery: SinkRecovery, at: datetime) -> "Notice":
        """A sink works again: under the key of its trouble, and one id for each trouble."""
        key = sink_key(recovery.sink)
        return cls(
            id=stable_id(key, NoticeKind.SINK_WORKING, recovery.since.isoformat()),
            dedup_key=key,
            kind=NoticeKind.SINK_WORKING,
            at=at,
            severity=Severity.INFO,
            next_command="anchorwatch sink list",
            runbook="",
            about=recovery,
        )

    @classmethod
    def of_version(cls, model: Model, at: datetime) -> "Notice":
        """A version of a model that nobody saw before."""
        key = stable_id("version", str(model))
        return cls(
            id=stable_id(key, NoticeKind.VERSION, at.isoformat()),
            dedup_key=key,
            kind=NoticeKind.VERSION,
            at=at,
            severity=Severity.INFO,
            next_command="anchorwatch status",
            runbook="",
            about=NewVersion(model=model),
        )

    @classmethod
    def of_week(cls, digest: WeekDigest, at: datetime) -> "Notice":
        """A week's report; the same week has the same id."""
        key = stable_id(f"report {digest.week}")
        return cls(
            id=key,
            dedup_key=key,
            kind=NoticeKind.REPORT,
            at=at,
            severity=Severity.INFO,
            next_command=f"anchorwatch report weekly --week {digest.week}",
            runbook="",
            about=digest,
        )

    @classmethod
    def of_test(cls, test: SinkTest, at: datetime) -> "Notice":
        """A test of a sink, as it would page."""
        key = stable_id("test", at.isoformat())
        return cls(
            id=key,
            dedup_key=key,
            kind=NoticeKind.TEST,
            at=at,
            severity=Severity.INFO,
            next_command="anchorwatch sink list",
            runbook="",
            about=test,
        )


def sink_key(sink: str) -> str:
    """The dedup key of all that is about a sink."""
    return stable_id("sink", sink)


def supersedes(newer: Notice, older: Notice) -> NoticeKind | None:
    """Whether `newer` says all that `older` does, so that a sink that never took the older need not.

    None: no. Else the kind that `newer` is then sent as: a page that never arrived must still wake people.
    """
    if older.incident is None or older.incident != newer.incident or older.kind not in STANDING:
        return None
    if newer.kind in CLOSING:
        return newer.kind
    if newer.kind in STANDING:
        return older.kind if older.kind in WAKING and newer.kind not in WAKING else newer.kind
    return None
