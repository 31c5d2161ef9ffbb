"""What a notice can be about: an incident, cells, suspects, early signs, a sink, a version, a week, or but a test."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.incidents.deploys import Deploy
from monitor.domain.incidents.history import Happening, PersonSays
from monitor.domain.judging.reasons import Reason
from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.early import EarlyFacts
from monitor.domain.telling.kinds import CLOSING, STANDING, NoticeKind
from monitor.domain.telling.members import MemberFacts

NewsReason = Happening | PersonSays | str  # a sentence as an earlier version stored it: shown as it stands


class IncidentNews(msgspec.Struct, frozen=True, kw_only=True, tag="incident"):
    """What happened to an incident, with its broken cells, worst first.

    `over` are members that recovered while others are still broken; `silenced` are broken still and were told of before
    a silence covered them: only sinks that keep an alert a member hear of those. `reason` is why, where the kind does
    not say it all. `false_pages_per_year` is the budget that the page was made under. `model` is the worst member's,
    and `released` when its first prediction was made. `dashboard` is a link, `deploys` are those
    soon before the onset of one of its members.
    """

    kinds: ClassVar = (*STANDING, *CLOSING, NoticeKind.MEMBER_RECOVERED, NoticeKind.ACKNOWLEDGED)

    incident: int
    times_opened: int
    model: Model
    members: Sequence[MemberFacts]
    false_pages_per_year: float
    over: Sequence[MemberFacts] = ()
    silenced: Sequence[MemberFacts] = ()
    reason: NewsReason | None = None
    blast_radius: str = ""
    released: datetime | None = None
    dashboard: str = ""
    deploys: Sequence[Deploy] = ()


class FlowsAgain(msgspec.Struct, frozen=True, tag_field="kind", tag="flows_again"):
    """Labels and predictions come again."""


WhyConcerned = Reason | FlowsAgain


class SliceBeside(msgspec.Struct, frozen=True):
    """A slice of an intent that is told of: it is `degraded`, or suspected."""

    cell: Cell
    degraded: bool


class CellConcern(msgspec.Struct, frozen=True, kw_only=True, tag="cells"):
    """Cells of one model that nobody can judge, or can again: each with why.

    `broken` are the slices of these intents that are broken or suspected, the worst of each first.
    """

    kinds: ClassVar = (NoticeKind.BLIND, NoticeKind.STALE, NoticeKind.FLOWING)

    model: Model
    cells: Sequence[tuple[Cell, WhyConcerned]]
    broken: Sequence[SliceBeside] = ()

    def beside(self, cell: Cell) -> list[SliceBeside]:
        """Those of an intent as a whole."""
        return [each for each in self.broken if each.cell.whole == cell]


class SuspectedCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell whose bet has won `evidence`, a share of a page, though not enough for one.

    `live` is its recall since the release, None without a label; its interval holds at all times unless `weighted`.
    About `labels_to_page` labels more would page, had recall fallen to `fallen`; `labels_per_day` come.
    """

    cell: Cell
    evidence: float
    floor: float
    live: Estimate | None
    live_support: int
    weighted: bool
    fallen: float
    labels_to_page: float
    labels_per_day: float


class Suspects(msgspec.Struct, frozen=True, kw_only=True, tag="suspects"):
    """Cells of one model that something speaks against, the most evidence first.

    `notes_per_year` is the budget of such notes over everything that is watched.
    """

    kinds: ClassVar = (NoticeKind.SUSPECT,)

    model: Model
    cells: Sequence[SuspectedCell]
    notes_per_year: float


class EarlySigns(msgspec.Struct, frozen=True, kw_only=True, tag="early"):
    """What fell of one model's intents before any label told why. `notes_per_year` is the budget of such notes."""

    kinds: ClassVar = (NoticeKind.EARLY,)

    model: Model
    notes: Sequence[EarlyFacts]
    notes_per_year: float


class SinkTrouble(msgspec.Struct, frozen=True, kw_only=True, tag="sink"):
    """A sink did not take a notification, and another one stands in for it."""

    kinds: ClassVar = (NoticeKind.SINK_FAILED,)

    sink: str
    reason: str


class SinkRecovery(msgspec.Struct, frozen=True, kw_only=True, tag="sink_again"):
    """A sink takes notifications again. People were told of its trouble at `since`; so many `waited` for it."""

    kinds: ClassVar = (NoticeKind.SINK_WORKING,)

    sink: str
    since: datetime
    waited: int


class NewVersion(msgspec.Struct, frozen=True, kw_only=True, tag="version"):
    """The first predictions of a model's version came in."""

    kinds: ClassVar = (NoticeKind.VERSION,)

    model: Model


class WeekDigest(msgspec.Struct, frozen=True, kw_only=True, tag="week"):
    """What a week's reliability report says, as (heading, line) pairs; `url` is where the report is, if anywhere."""

    kinds: ClassVar = (NoticeKind.REPORT,)

    week: str
    lines: Sequence[tuple[str, str]]
    url: str = ""


class SinkTest(msgspec.Struct, frozen=True, kw_only=True, tag="test"):
    """Nothing is wrong: somebody tries a sink. The member is made up."""

    kinds: ClassVar = (NoticeKind.TEST,)

    member: MemberFacts
    false_pages_per_year: float

    @property
    def model(self) -> Model:
        """The model that is made up."""
        return self.member.cell.model


About = (
    IncidentNews
    | CellConcern
    | Suspects
    | EarlySigns
    | SinkTrouble
    | SinkRecovery
    | NewVersion
    | WeekDigest
    | SinkTest
)
