"""An incident's history, a line for each thing that happened: values, put into words by `reports.words.history`."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from monitor.domain.recall.estimate import Estimate
from monitor.domain.slices.cells import Cell

OURS = "anchorwatch"
"""Who writes what no person wrote."""


class HistoryKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    REOPENED = "reopened"
    CHANGED = "changed"
    SILENCED = "silenced"
    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGED_ELSEWHERE = "acknowledged elsewhere"  # for a while, where the incident was told
    RESOLVED = "resolved"
    RETRACTED = "retracted"
    NOTE = "note"
    LEFT_OUT = "left_out"


class IncidentBefore(msgspec.Struct, frozen=True):
    """The incident that the same intent or slice was in before, and who ended it when."""

    number: int
    by: str
    at: datetime


class CellsBroke(msgspec.Struct, frozen=True, tag_field="kind", tag="cells_broke"):
    """These broke, and the incident was opened for the `opening`-th time; a new one `after` another, if any."""

    cells: tuple[Cell, ...]
    opening: int = 1
    after: IncidentBefore | None = None


class MembersChanged(msgspec.Struct, frozen=True, tag_field="kind", tag="members_changed"):
    """Cells joined an incident that stays open, won their recall back, were withdrawn after corrections, or retired.

    Those `explained` broke on the tickets of other members alone.
    """

    joined: tuple[Cell, ...] = ()
    recovered: tuple[Cell, ...] = ()
    withdrawn: tuple[Cell, ...] = ()
    retired: tuple[Cell, ...] = ()
    explained: tuple[Cell, ...] = ()


class AllRecovered(msgspec.Struct, frozen=True, tag_field="kind", tag="all_recovered"):
    """The last cells that were broken won their recall back."""

    cells: tuple[Cell, ...]


class PageWithdrawn(msgspec.Struct, frozen=True, tag_field="kind", tag="page_withdrawn"):
    """The labels or the anchor behind the last cells changed, and the page no longer stands."""

    cells: tuple[Cell, ...]


class VersionsRetired(msgspec.Struct, frozen=True, tag_field="kind", tag="versions_retired"):
    """The versions of the last broken cells answer no requests any more; no label says that recall is back."""

    cells: tuple[Cell, ...]


class MissesSooner(msgspec.Struct, frozen=True, tag_field="kind", tag="misses_sooner"):
    """Misses of these came to be labelled sooner than hits, or no longer do, and their page stands.

    From then on predictions older than `age_s` (seconds) are bet on; None: of any age again.
    """

    cells: tuple[Cell, ...]
    age_s: float | None = None


class UnconfirmedRecall(msgspec.Struct, frozen=True):
    """What a page said of a cell's recall since the onset, over so many labels, when a person ended it."""

    cell: Cell
    recall: Estimate
    labels: int


class EndedByPerson(msgspec.Struct, frozen=True, tag_field="kind", tag="ended_by_person"):
    """A person said that it was over, in `words` of theirs; the labels had won no recall back.

    `recalls` are of the cells that were broken, the lowest first. Empty: an earlier version kept none.
    """

    who: str
    words: str = ""
    recalls: tuple[UnconfirmedRecall, ...] = ()


class CellSilenced(msgspec.Struct, frozen=True, tag_field="kind", tag="cell_silenced"):
    """A silence covers a cell that broke, until then, for the reason that its author gave."""

    cell: Cell
    until: datetime
    reason: str


class SilencedElsewhere(msgspec.Struct, frozen=True, tag_field="kind", tag="silenced_elsewhere"):
    """Every alert of the page is silenced in a `sink` that it was sent to, until then, by these silences of its own."""

    sink: str
    silences: tuple[str, ...]
    until: datetime
    reason: str = ""


class LinesLeftOut(msgspec.Struct, frozen=True, tag_field="kind", tag="lines_left_out"):
    """So many `lines` stood here, the last of them from `until`: more than are kept of one incident."""

    lines: int
    until: datetime


class PersonSays(msgspec.Struct, frozen=True, tag_field="kind", tag="person_says"):
    """A person's `words`, if they gave any."""

    who: str
    words: str = ""


Happening = (
    CellsBroke
    | MembersChanged
    | AllRecovered
    | PageWithdrawn
    | VersionsRetired
    | MissesSooner
    | EndedByPerson
    | CellSilenced
    | SilencedElsewhere
    | LinesLeftOut
)
"""What is kept of a happening as values."""


class HistoryLine(NamedTuple):
    """One line: when, who, what happened, and why.

    `why` are a person's own words; or, where an earlier version wrote the line, Anchorwatch's in a sentence.
    """

    at: datetime
    who: str
    what: HistoryKind
    why: Happening | str


def ended_by_person(history: Iterable[HistoryLine]) -> EndedByPerson | None:
    """The person's word that ended an incident which is over; None where the labels ended it, or nothing has."""
    last = None
    for line in history:
        if line.what in (
            HistoryKind.OPENED,
            HistoryKind.REOPENED,
            HistoryKind.RESOLVED,
            HistoryKind.RETRACTED,
        ):
            last = line
    if last is None or last.what is not HistoryKind.RESOLVED or last.who == OURS:
        return None
    return last.why if isinstance(last.why, EndedByPerson) else EndedByPerson(last.who, str(last.why))
