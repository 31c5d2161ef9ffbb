"""What an agent says of itself: at its start what it watches, from where and whom it tells; hourly, that it lives."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import structlog

from monitor.app.schedule import Role
from monitor.app.wiring import App
from monitor.domain.events.fates import Became, FateKind
from monitor.review.ports.incidents import AskedIncidents
from monitor.review.ports.status import EventCount

log = structlog.get_logger(__name__)
MOST_NAMES = 8
LABELS = {fate for fate in Became if fate.value.startswith("label")}


def _listed(names: Sequence[str]) -> str:
    """The first names with commas, and how many more there are."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")


class EventTotals(NamedTuple):
    """How many events were ever read, and how many of them were labels, or were rejected."""

    events: int
    labels: int
    rejected: int


def announce(app: App, ours: Collection[Role]) -> None:
    """A line for each part of the work: what it rests on, as the database and the configuration have it now."""
    rules = app.settings
    if Role.INGEST in ours:
        log.info(
            "reads events",
            broker=rules.kafka.bootstrap_servers,
            topics=", ".join(rules.kafka.topics.names),
            group=rules.kafka.group_id,
            database=app.address,
        )
    if Role.EVALUATE in ours:
        _announce_watched(app)
    if Role.DELIVER in ours:
        sinks = _listed([f"{sink.name} ({sink.kind})" for sink in rules.sinks])
        quiet = rules.quiet_hours
        more = {} if quiet is None else {"quiet_hours": f"{quiet.begin:%H:%M}-{quiet.end:%H:%M} {quiet.zone}"}
        if sinks:
            log.info("pages", sinks=sinks, routes=len(rules.routes), database=app.address, **more)
        else:
            log.warning("pages nobody: no sink is configured", database=app.address)


def _announce_watched(app: App) -> None:
    cells = [status.state.cell for status in app.status.cells() if status.state.held.watched]
    anchored = {listed.anchor.model for listed in app.anchors.all() if listed.active_since is not None}
    if not cells and not anchored:
        log.warning("watches nothing yet: no anchor is active; `anchorwatch anchor import FILE --activate`")
        return
    of_their_own = [rule.name for rule in app.settings.models]
    log.info(
        "watches",
        models=_listed([str(model) for model in sorted(anchored | {cell.model for cell in cells})]),
        intents=_listed(sorted({cell.intent for cell in cells if cell.group is None})) or "none judged yet",
        groups=_listed(sorted({cell.group for cell in cells if cell.group is not None})) or "none",
        slices=_listed([slice_.name for slice_ in app.settings.slices]) or "none",
        drop=app.settings.judge.drop,
        false_pages_per_year=app.settings.judge.false_pages_per_year,
        **({"otherwise_for": _listed(of_their_own)} if of_their_own else {}),
    )


def totals(counts: Sequence[EventCount]) -> EventTotals:
    """The sums over all topics. What was put right or folded counts as taken in already."""

    def of(fits: Collection[FateKind], codes: Collection[str] = ()) -> int:
        return sum(
            each.events
            for each in counts
            if each.fate.kind in fits and (not codes or each.fate.code in codes)
        )

    taken, rejected = of([FateKind.TAKEN]), of([FateKind.REJECTED])
    return EventTotals(taken + rejected, of([FateKind.TAKEN], LABELS), rejected)


class SignOfLife:
    """A line that says that the agent lives, and what came since the last one."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._before = totals(app.status.event_counts())

    def __call__(self) -> None:
        """Say it."""
        now = totals(self._app.status.event_counts())
        came = EventTotals(*(after - before for after, before in zip(now, self._before, strict=True)))
        self._before = now
        lag = self._app.vitals.health.lag
        log.info(
            "alive",
            **came._asdict(),
            **({"lag": sum(lag.values())} if lag else {}),
            incidents_open=self._app.incidents.count(AskedIncidents.OPEN),
        )
