"""Suspects in words: what is suspected, what speaks for it, and how many labels would settle it."""

import math

from monitor.domain.telling.about import SuspectedCell, Suspects
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Rows, Sections, ShellCommand
from reports.figures import interval, moment, of_what_pages, rate
from reports.pages.layout import filled, link_or_words, title_of

CELLS = 12


def words(notice: Notice, suspects: Suspects) -> tuple[str, Sections]:
    """Title and sections of a note about suspects."""
    cells = suspects.cells
    name = str(cells[0].cell) if len(cells) == 1 else f"{len(cells)} cells"
    title = title_of(str(suspects.model), name, f" {'is' if len(cells) == 1 else 'are'} suspected")
    lead = (
        f"No page and no incident: something speaks against {'this' if len(cells) == 1 else 'these'}, though not"
        f" enough for a page (judged {moment(notice.at)}). While nothing is wrong such notes are at most"
        f" {suspects.notes_per_year:g} a year, on average, over everything watched. You hear again once the evidence"
        " has fallen and risen anew, or as a page."
    )
    sections: list[tuple[str, Rows]] = [(str(each.cell), _rows(each)) for each in cells[:CELLS]]
    if (left := len(cells) - CELLS) > 0:
        sections.append(("", [("", f"and {left} more, not shown here")]))
    closing = filled(
        [("runbook", link_or_words(notice.runbook)), ("next", ShellCommand(notice.next_command))]
    )
    return title, [("", [("", lead)]), *sections, ("", closing)]


def sentences(suspect: SuspectedCell) -> list[str]:
    """The same of one cell, a sentence each."""
    return [f"{label} {value}" for label, value in _rows(suspect)]


def _rows(suspect: SuspectedCell) -> Rows:
    return [
        ("since release", f"{_recall(suspect)}, floor {suspect.floor:.2f}"),
        ("how sure", f"the bet against the promise won {of_what_pages(suspect.evidence)}"),
        ("to settle it", _to_settle(suspect)),
    ]


def _recall(suspect: SuspectedCell) -> str:
    if suspect.live is None:
        return "no label"
    looks = "at one look" if suspect.weighted else "at all times"
    return f"{interval(suspect.live, suspect.live_support, 'labelled')}, {looks}"


def _to_settle(suspect: SuspectedCell) -> str:
    labels = max(math.ceil(suspect.labels_to_page), 1)
    more = f"about {labels} label{'s' if labels > 1 else ''} more"
    come = f"; {rate(suspect.labels_per_day)} come" if suspect.labels_per_day else "; none comes"
    return (
        f"{more} of its tickets: had recall fallen to {suspect.fallen:.2f} they would page, and a recall that keeps the"
        f" promise loses what was won{come}"
    )
