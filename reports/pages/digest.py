"""A week's digest in words: its lines under their headings, each heading with at most nine."""

from collections.abc import Sequence

from monitor.domain.telling.about import WeekDigest
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Sections, ShellCommand
from reports.figures import cut, moment
from reports.pages.layout import filled, link_or_words, title_of

LINES = 9


def words(notice: Notice, digest: WeekDigest) -> tuple[str, Sections]:
    """Title and sections of a digest."""
    lead = f"The week's reliability report was written at {moment(notice.at)}."
    closing = filled(
        [
            ("runbook", link_or_words(notice.runbook)),
            ("report", link_or_words(digest.url)),
            ("next", ShellCommand(notice.next_command)),
        ]
    )
    title = title_of("anchorwatch", f"reliability report {digest.week}", "")
    return title, [("", [("", lead)]), *_headings(digest.lines), ("", closing)]


def _headings(lines: Sequence[tuple[str, str]]) -> Sections:
    sections = []
    for heading in dict.fromkeys(heading for heading, _ in lines):
        own = [line for other, line in lines if other == heading]
        rows = [("", cut(line, 300)) for line in own[:LINES]]
        if (left := len(own) - LINES) > 0:
            rows.append(("", f"and {left} more"))
        sections.append((heading.capitalize(), rows))
    return sections
