"""What a backtest finds: the alarms that settings would have given, and how many false ones."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.domain.events.archive_reach import ArchiveReach
from monitor.domain.recall.estimate import Interval
from monitor.domain.slices.cells import Cell

OURS = "Anchorwatch"
ALONE = "Anchorwatch, without groups"
GROUPS_ALONE = "Anchorwatch, groups alone"


class Alarm(msgspec.Struct, frozen=True):
    """One alarm. `labels` are the intent's labelled tickets from the onset to the alarm, both included.

    `onset` is the one that the user gave, or else the one that the bet estimated. `over_at` and `over` say how
    it ended, as far as the history reaches.
    """

    rule: str
    cell: Cell
    at: datetime
    seq: int
    onset: datetime
    labels: int
    over_at: datetime | None = None
    over: str = ""


class FalsePages(msgspec.Struct, frozen=True):
    """How often a rule alarmed on healthy histories drawn anew: `pages` of `streams`, with a 95 % interval.

    A stream is one watched cell's history with hits of a recall that its anchor leaves open. `per_year` adds
    up over the cells.
    """

    rule: str
    pages: int
    streams: int
    share: Interval
    per_year: float


class Backtest(msgspec.Struct, frozen=True):
    """What the settings would have done. `watched` are the cells that could page.

    `archive` is how far the predictions of an archive reach, where it was read. `by_cell`: each watched cell's own bet
    was made, and nothing else.
    """

    outcomes: int
    begin: datetime | None
    end: datetime | None
    watched: Sequence[Cell]
    pages: Sequence[Alarm]
    false_pages: Sequence[FalsePages]
    archive: ArchiveReach | None = None
    by_cell: bool = False


def by_groups(pages: Sequence[Alarm]) -> list[Alarm]:
    """Of our pages those of groups, as what there would be if nothing else paged."""
    return [
        msgspec.structs.replace(page, rule=GROUPS_ALONE)
        for page in pages
        if page.rule == OURS and page.cell.group is not None
    ]


def beside(done: Backtest, alone: Backtest) -> Backtest:
    """A backtest with what the same settings would have done without groups beside it."""
    pages = [msgspec.structs.replace(page, rule=ALONE) for page in alone.pages]
    false_pages = [msgspec.structs.replace(each, rule=ALONE) for each in alone.false_pages]
    return msgspec.structs.replace(
        done,
        pages=sorted([*done.pages, *pages], key=lambda page: (page.at, page.rule != OURS)),
        false_pages=[*done.false_pages[:1], *false_pages, *done.false_pages[1:]],
    )
