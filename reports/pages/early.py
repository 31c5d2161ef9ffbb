"""What fell before any label told why, in words: either of two things, and which tickets would tell."""

from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.telling.about import EarlySigns
from monitor.domain.telling.early import EarlyFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Rows, Sections, ShellCommand
from reports.figures import day, percent
from reports.pages.layout import filled, link_or_words, title_of

INTENTS = 12


def words(notice: Notice, signs: EarlySigns) -> tuple[str, Sections]:
    """Title and sections of a note before any label."""
    notes = signs.notes
    intents = {facts.cell for facts in notes}
    name = str(notes[0].cell) if len(intents) == 1 else f"{len(intents)} intents"
    title = title_of(str(signs.model), name, " fell, in demand or in recall")
    lead = (
        "No page and no incident: this is seen without a label, so nobody can tell yet which of the two fell. While"
        f" demand keeps to its usual ways such notes are at most {signs.notes_per_year:g} a year, on average, over"
        " everything watched. You hear again only after it was back, or by a page."
    )
    sections: list[tuple[str, Rows]] = [(str(facts.cell), rows(facts)) for facts in notes[:INTENTS]]
    if (left := len(notes) - INTENTS) > 0:
        sections.append(("", [("", f"and {left} more, not shown here")]))
    closing = filled(
        [("runbook", link_or_words(notice.runbook)), ("next", ShellCommand(notice.next_command))]
    )
    return title, [("", [("", lead)]), *sections, ("", closing)]


def rows(facts: EarlyFacts) -> Rows:
    """A sign in a few rows."""
    return [("either", either(facts)), ("seen", seen(facts)), ("to tell which", which(facts))]


def either(facts: EarlyFacts) -> str:
    """The two things that it may be."""
    intent = facts.cell.intent
    if facts.sign is EarlySign.SHARE:
        return f"demand for {intent} fell by {percent(facts.fallen, 1)}, or recall did"
    return f"other tickets are predicted as {intent} than before, or it is recognised less surely"


def seen(facts: EarlyFacts) -> str:
    """What was counted."""
    since = f"from {day(facts.begun)} on"
    if facts.sign is EarlySign.SHARE:
        return (
            f"{facts.predicted:,} of {facts.total:,} predictions {since}; about"
            f" {facts.usual * facts.total:,.0f} would be usual"
        )
    return f"a mean score of {facts.recent:.2f} in {facts.predicted:,} predictions {since}; {facts.usual:.2f} is usual"


def which(facts: EarlyFacts) -> str:
    """Which tickets would tell."""
    if facts.sign is EarlySign.SCORES:
        return f"label tickets predicted as {facts.cell.intent} since then, the lowest scores first"
    where = " or ".join(facts.elsewhere) if facts.elsewhere else "something else"
    return f"label tickets predicted as {where} since then, the least sure first"


def sentence(facts: EarlyFacts) -> str:
    """The whole in a line, for lists."""
    return f"{either(facts)} ({seen(facts)})"
