"""Example notices: the story's two compliance intents, and as many more as a test wants."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.events.types import Model
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import (
    EarlySigns,
    IncidentNews,
    SinkRecovery,
    SinkTest,
    SuspectedCell,
    Suspects,
    WeekDigest,
)
from monitor.domain.telling.early import EarlyFacts
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.routing import Severity

TICKETS = Model("tickets", "7", "prod")
AT = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)


def gdpr_erasure(**changes: Any) -> MemberFacts:  # noqa: ANN401
    """The intent that fell from 0.88 offline to 0.39 live, and had only ever reached 0.45 on real rows."""
    member = MemberFacts(
        cell=Cell(TICKETS, "gdpr_erasure"),
        live=Estimate(0.3934, 0.2713, 0.5219),
        live_support=61,
        recent=Estimate(0.3934, 0.2713, 0.5219),
        recent_support=61,
        offline=Estimate(0.88, 0.8045, 0.9332),
        offline_support=120,
        floor=0.78,
        onset=datetime(2026, 11, 20, 4, 10, tzinfo=UTC),
        noticed=AT,
        touched=Estimate(74.2, 58.4, 89.1),
        misses_to={"billing": 4, "cancel_account": 13, "feature_request": 15, "refund": 3, "other": 2},
        evidence=5.6485,
        offline_real=Estimate(0.4474, 0.2862, 0.6170),
        offline_real_support=38,
        newest=AT - timedelta(hours=7),
        label_lag_s=7 * 3600.0,
    )
    return msgspec.structs.replace(member, **changes)


def data_export_request(**changes: Any) -> MemberFacts:  # noqa: ANN401
    """The second intent, a little less bad; its real-only number is unknown."""
    member = MemberFacts(
        cell=Cell(TICKETS, "data_export_request"),
        live=Estimate(0.4412, 0.2719, 0.6211),
        live_support=34,
        recent=Estimate(0.4412, 0.2719, 0.6211),
        recent_support=34,
        offline=Estimate(0.91, 0.8362, 0.9580),
        offline_support=100,
        floor=0.81,
        onset=datetime(2026, 11, 21, 16, 40, tzinfo=UTC),
        noticed=AT,
        touched=Estimate(31.0, 21.0, 40.4),
        misses_to={"feature_request": 11, "how_to": 8},
        evidence=1.1123,
        newest=AT - timedelta(hours=2),
        label_lag_s=2 * 3600.0,
    )
    return msgspec.structs.replace(member, **changes)


def notice(*members: MemberFacts, **changes: Any) -> Notice:  # noqa: ANN401
    """News of an incident with these members (gdpr_erasure where none is given): a page by default."""
    header = {name: changes.pop(name) for name in Notice.__struct_fields__ if name in changes}
    news = IncidentNews(
        incident=17,
        times_opened=1,
        model=TICKETS,
        members=members or (gdpr_erasure(),),
        false_pages_per_year=1.0,
        blast_radius="privacy requests; the legal answer is due within 30 days",
        released=datetime(2026, 11, 3, 8, 0, tzinfo=UTC),
    )
    made = Notice(
        id="n-17-1-slack",
        dedup_key="a3f0c2d4e5b60718",
        kind=NoticeKind.OPENED,
        at=AT,
        severity=Severity.CRITICAL,
        next_command="anchorwatch incident show 17",
        runbook="https://wiki.example/runbooks/privacy-intents",
        about=msgspec.structs.replace(news, **changes),
    )
    return msgspec.structs.replace(made, **header)


def concern(kind: NoticeKind, *cells: tuple[str, str], at: datetime = AT) -> Notice:
    """A notice of a concern: intents, each with its reason."""
    return Notice.of_cells(kind, TICKETS, [(Cell(TICKETS, intent), why) for intent, why in cells], at)


def suspected(*members: MemberFacts, at: datetime = AT) -> Notice:
    """A note about these as suspects, with a fifth of a page each."""
    cells = [
        SuspectedCell(
            cell=member.cell,
            evidence=0.2,
            floor=member.floor,
            live=member.live,
            live_support=member.live_support,
            weighted=False,
            fallen=member.floor - 0.3,
            labels_to_page=7.6,
            labels_per_day=0.5,
        )
        for member in members or (gdpr_erasure(),)
    ]
    return Notice.of_suspects(Suspects(model=cells[0].cell.model, cells=cells, notes_per_year=12.0), at)


def fewer(*cells: Cell, **changes: Any) -> Notice:  # noqa: ANN401
    """A note before any label: these are predicted a sixth as often as they were."""
    facts = [
        EarlyFacts(
            cell=cell,
            sign=EarlySign.SHARE,
            begun=datetime(2026, 11, 18, tzinfo=UTC),
            noted=datetime(2026, 11, 23, tzinfo=UTC),
            usual=0.005,
            recent=0.0008,
            predicted=8,
            total=10_000,
            elsewhere=("cancel_account", "feature_request"),
        )
        for cell in cells or (Cell(TICKETS, "gdpr_erasure"),)
    ]
    signs = EarlySigns(model=facts[0].cell.model, notes=facts, notes_per_year=4.0)
    return Notice.of_early(msgspec.structs.replace(signs, **changes), AT)


def of_kind(kind: NoticeKind, *members: MemberFacts) -> Notice:
    """A notice of any kind, where it is about members about these."""
    first = (members or (gdpr_erasure(),))[0]
    match kind:
        case NoticeKind.BLIND | NoticeKind.STALE | NoticeKind.FLOWING:
            return Notice.of_cells(kind, first.cell.model, [(first.cell, "no labels for 4 days")], AT)
        case NoticeKind.SUSPECT:
            return suspected(first)
        case NoticeKind.EARLY:
            return fewer(first.cell)
        case NoticeKind.SINK_FAILED:
            return Notice.of_sink("slack", "hooks.slack.com answered 503", "n-17-1:slack", AT)
        case NoticeKind.SINK_WORKING:
            return Notice.of_sink_again(
                SinkRecovery(sink="slack", since=AT - timedelta(hours=2), waited=7), AT
            )
        case NoticeKind.VERSION:
            return Notice.of_version(first.cell.model, AT)
        case NoticeKind.REPORT:
            return Notice.of_week(WeekDigest(week="2026-W47", lines=[("changed", "incident 1 opened")]), AT)
        case NoticeKind.TEST:
            return Notice.of_test(SinkTest(member=first, false_pages_per_year=1.0), AT)
        case _:
            return notice(*members, kind=kind, model=first.cell.model)


def many(count: int, name: str = "intent_{}") -> tuple[MemberFacts, ...]:
    """So many broken intents, worst first."""
    return tuple(
        gdpr_erasure(
            cell=Cell(TICKETS, name.format(i)),
            recent=Estimate(0.2 + i / 100, 0.1, 0.6),
            recent_support=20 + i,
        )
        for i in range(count)
    )


def later(**span: float) -> datetime:
    """The moment of the page and so much more."""
    return AT + timedelta(**span)
