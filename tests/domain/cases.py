"""Case files to analyze: members with tickets given as letters, a ticket an hour."""

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.domain.analysis.casefile import LiveTicket, Member, Sample
from monitor.domain.anchors.promise import Measured, Promise
from monitor.domain.events.types import Design, Kind, Model
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.members import MemberFacts
from monitor.domain.text.descriptors import Descriptors, describe

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CELL = Cell(Model("tickets", "7"), "gdpr_erasure")


def tickets(pattern: str, first: int = 1, delay: timedelta = 10 * HOUR, **fields: Any) -> list[LiveTicket]:  # noqa: ANN401
    """ "h" is a hit, "m" a miss that went to `other`; labelled after `delay`."""
    chosen = {"design": Design.UNIFORM, "probability": 1.0, "slices": {}, "descriptors": None, **fields}
    return [
        LiveTicket(
            seq,
            NOON + seq * HOUR,
            NOON + seq * HOUR + delay,
            "gdpr_erasure" if letter == "h" else "other",
            letter == "h",
            Kind.HUMAN,
            **chosen,
        )
        for seq, letter in enumerate(pattern, first)
    ]


def samples(count: int, origin: str, *, hit: bool = True, text: str = "") -> list[Sample]:
    """Evaluated examples of an origin."""
    look: Descriptors | None = describe(text, "gdpr_erasure") if text else None
    return [Sample("gdpr_erasure" if hit else "other", hit, origin, {}, look) for _ in range(count)]


def member(live: list[LiveTicket], onset: int = 1, page: int = 10, **fields: Any) -> Member:  # noqa: ANN401
    """A broken cell, held to 0.88 of 100 with a floor of 0.78; paged when outcome `page` was labelled."""
    by_seq = {letter.seq: letter for letter in live}
    facts = MemberFacts(
        cell=CELL,
        live=Estimate(0.4, 0.2, 0.6),
        live_support=len(live),
        recent=Estimate(0.4, 0.2, 0.6),
        recent_support=len(live),
        offline=Estimate(0.88, 0.8, 0.93),
        offline_support=100,
        floor=0.78,
        onset=by_seq[onset].ts,
        noticed=by_seq[page].labeled_at,
        touched=Estimate(10, 5, 15),
        misses_to={"other": 6},
        evidence=1.2,
        money_per_day=0.001,
        onset_seq=onset,
        page_seq=page,
    )
    given = {
        "facts": facts,
        "watched": "listed",
        "weighted": False,
        "min_probability": 0.01,
        "promise": Promise(Measured(0.88, 100)),
        "tickets": live,
        "samples": [],
        **fields,
    }
    return Member(**given)
