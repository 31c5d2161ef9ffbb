"""From a notice to the words an on-call engineer reads. No section has more than ten rows."""

from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import (
    CellConcern,
    EarlySigns,
    IncidentNews,
    NewVersion,
    SinkRecovery,
    SinkTest,
    SinkTrouble,
    Suspects,
    WeekDigest,
)
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page, Sections
from monitor.domain.text.plain import plain
from reports.pages import concerns, digest, early, incident, suspects
from reports.pages.layout import as_text, plain_rows
from reports.pages.member import member_rows
from reports.words import caveats


def page_of(notice: Notice) -> Page:
    """The whole notice in words."""
    members: list[MemberFacts] = []
    notes: dict[Cell, list[str]] = {}
    reason = ""
    match notice.about:
        case IncidentNews() as news:
            members = [*news.members, *news.over, *news.silenced]
            title, sections = incident.words(notice, news)
            reason = plain(incident.reason_of(news))
        case SinkTest(member=member) as test:
            members = [member]
            title, sections = incident.words_of_test(notice, test)
        case CellConcern() as concern:
            title, sections = concerns.words_of_cells(notice, concern)
            notes = {cell: concerns.sentences(concern, cell, why) for cell, why in concern.cells}
        case Suspects() as suspected:
            title, sections = suspects.words(notice, suspected)
            notes = {each.cell: suspects.sentences(each) for each in suspected.cells}
        case EarlySigns() as signs:
            title, sections = early.words(notice, signs)
            for facts in signs.notes:
                notes.setdefault(facts.cell, []).append(early.sentence(facts))
        case SinkTrouble() as trouble:
            title, sections = concerns.words_of_sink(notice, trouble)
        case SinkRecovery() as recovery:
            title, sections = concerns.words_of_sink_again(notice, recovery)
        case NewVersion() as version:
            title, sections = concerns.words_of_version(notice, version)
        case WeekDigest() as week:
            title, sections = digest.words(notice, week)
    notes |= {member.cell: [caveats.sentence(caveat) for caveat in member.caveats] for member in members}
    title = plain(title)
    clean: Sections = [(plain(heading), plain_rows(rows)) for heading, rows in sections]
    return Page(
        title,
        clean,
        as_text(title, clean),
        {member.cell: plain_rows(member_rows(member)) for member in members},
        {cell: [plain(note) for note in sentences] for cell, sentences in notes.items()},
        reason,
    )
