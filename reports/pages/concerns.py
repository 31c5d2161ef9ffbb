"""What is told that is no incident, in words: cells that cannot be judged, a sink in trouble, a new version."""

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import (
    CellConcern,
    FlowsAgain,
    NewVersion,
    SinkRecovery,
    SinkTrouble,
    WhyConcerned,
)
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Rows, Sections, ShellCommand
from reports.figures import duration, moment
from reports.pages.layout import filled, link_or_words, title_of
from reports.words.reasons import sentence
from reports.words.slices import in_slices

CELLS = 12
_TITLES = {
    NoticeKind.BLIND: " cannot be watched with the labels there are",
    NoticeKind.STALE: ": labels or predictions stopped coming",
    NoticeKind.FLOWING: ": labels and predictions come again",
}


def words_of_cells(notice: Notice, concern: CellConcern) -> tuple[str, Sections]:
    """Title and sections of a concern about cells."""
    cells = concern.cells
    name = str(cells[0][0]) if len(cells) == 1 else f"{len(cells)} cells"
    sections: list[tuple[str, Rows]] = [
        (str(cell), filled([("why", why_concerned(why)), ("slices", beside(concern, cell))]))
        for cell, why in cells[:CELLS]
    ]
    if (left := len(cells) - CELLS) > 0:
        sections.append(("", [("", f"and {left} more, not shown here")]))
    title = title_of(str(concern.model), name, _TITLES[notice.kind])
    return title, [("", [("", _lead(notice))]), *sections, ("", _closing(notice))]


def why_concerned(why: WhyConcerned) -> str:
    """Why a cell is told of, in a sentence."""
    return "labels and predictions come again" if isinstance(why, FlowsAgain) else sentence(why)


def sentences(concern: CellConcern, cell: Cell, why: WhyConcerned) -> list[str]:
    """The same of one cell, a sentence each."""
    return [*filter(None, [why_concerned(why), beside(concern, cell)])]


def beside(concern: CellConcern, cell: Cell) -> str:
    """The slices of an intent that broke, whatever becomes of the intent; "" without any."""
    return in_slices((each.cell, each.degraded) for each in concern.beside(cell))


def words_of_sink(notice: Notice, trouble: SinkTrouble) -> tuple[str, Sections]:
    """Title and sections of a sink's trouble, for whom another sink tells."""
    title = title_of("anchorwatch", trouble.sink, ": this way to reach people is in trouble")
    lead = f"You get what it did not take, at {moment(notice.at)}. Nothing was lost."
    return title, [("", [("", lead)]), (trouble.sink, [("why", trouble.reason)]), ("", _closing(notice))]


def words_of_sink_again(notice: Notice, recovery: SinkRecovery) -> tuple[str, Sections]:
    """Title and sections of a sink that works again."""
    title = title_of("anchorwatch", recovery.sink, ": this way to reach people works again")
    waited = f"{recovery.waited} notices" if recovery.waited != 1 else "1 notice"
    lead = (
        f"It takes what it is sent since {moment(notice.at)}, {duration(notice.at - recovery.since)} after you were"
        f" told of its trouble. {waited} waited for it."
    )
    return title, [("", [("", lead)]), ("", _closing(notice))]


def words_of_version(notice: Notice, version: NewVersion) -> tuple[str, Sections]:
    """Title and sections of a new version."""
    title = title_of(str(version.model), "new version", ": its first predictions came in")
    lead = f"The first predictions of {version.model} came in at {moment(notice.at)}. It is judged apart."
    return title, [("", [("", lead)]), ("", _closing(notice))]


def _lead(notice: Notice) -> str:
    at = moment(notice.at)
    match notice.kind:
        case NoticeKind.BLIND:
            return (
                f"No page and no incident: with the labels that come, a fall of these would not be seen in time"
                f" (judged {at}). You are told once."
            )
        case NoticeKind.STALE:
            return (
                f"No page and no incident: recall cannot be judged while nothing comes (judged {at}). What was"
                f" broken stays broken. You hear again when it flows."
            )
        case _:
            return f"Judging goes on at {at}."


def _closing(notice: Notice) -> Rows:
    return filled([("runbook", link_or_words(notice.runbook)), ("next", ShellCommand(notice.next_command))])
