"""An incident's news in words, or a test that looks like it: what happened, each broken intent, then what to do."""

from collections.abc import Sequence
from datetime import timedelta

from monitor.domain.incidents.history import EndedByPerson, PersonSays, VersionsRetired
from monitor.domain.telling.about import IncidentNews, SinkTest
from monitor.domain.telling.kinds import STANDING, NoticeKind
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Door, Link, Rows, Sections, ShellCommand
from monitor.domain.text.plain import plain
from monitor.domain.text.version import version_text
from reports.figures import budget, cut, duration, moment, ordinal
from reports.pages.layout import filled, link_or_words, title_of
from reports.pages.member import brief, member_rows, more, names_of
from reports.words import deploys, history

IN_FULL = 3
IN_BRIEF = 9
DEPLOYS = 3  # the latest of those before the onset


def words(notice: Notice, news: IncidentNews) -> tuple[str, Sections]:
    """Title and sections of an incident's news: worst member first, but those that joined before the rest."""
    joined = _joined(news) if notice.kind is NoticeKind.MEMBER_JOINED else []
    members = [*joined, *(member for member in news.members if member not in joined)]
    sections: list[tuple[str, Rows]] = [("", [("", _lead(notice, news))])]
    for member in members[:IN_FULL]:
        mark = " (joined now)" if member in joined else ""
        sections.append((f"{member.cell}{mark}", member_rows(member, notice.kind)))
    if in_brief := members[IN_FULL : IN_FULL + IN_BRIEF]:
        rows = [(cut(str(member.cell), 40), brief(member)) for member in in_brief]
        if (left := len(members) - IN_FULL - IN_BRIEF) > 0:
            rows.append((f"and {left} more", "not shown here"))
        sections.append(("Also in this incident", rows))
    return _title(notice, news, members), [*sections, ("", _closing(notice, news))]


def words_of_test(notice: Notice, test: SinkTest) -> tuple[str, Sections]:
    """Title and sections of a page that is only a test."""
    member = test.member
    title = title_of(str(test.model), str(member.cell), _against(member), "TEST, nothing is wrong: ")
    lead = f"A test of this sink, sent at {moment(notice.at)}: nothing is wrong, and the figures are made up."
    closing = [
        ("budget", budget(test.false_pages_per_year)),
        ("runbook", link_or_words(notice.runbook)),
        ("next", ShellCommand(notice.next_command)),
    ]
    return title, [
        ("", [("", lead)]),
        (str(member.cell), member_rows(member, notice.kind)),
        ("", filled(closing)),
    ]


def reason_of(news: IncidentNews) -> str:
    """Why it is told, in a sentence, where the kind does not say it all."""
    return history.sentence(news.reason) if news.reason is not None else ""


def _title(notice: Notice, news: IncidentNews, members: Sequence[MemberFacts]) -> str:
    if not members:
        return title_of(str(news.model), f"incident {news.incident}", "")
    worst, others = members[0], more(members)
    match notice.kind:
        case NoticeKind.MEMBER_JOINED:
            rest = f"{_against(worst)}{_comma(more(_joined(news)))}, joined incident {news.incident}"
        case NoticeKind.REOPENED:
            rest = f"{_against(worst)}{_comma(others)}, for the {ordinal(news.times_opened)} time"
        case NoticeKind.RESOLVED if ended := _ended(news):
            rest = f"{others} resolved by {cut(plain(ended.who), 60)}, not confirmed by labels"
        case NoticeKind.RESOLVED:
            over = "retired with its version" if isinstance(news.reason, VersionsRetired) else "recovered"
            rest = f"{others} {over} after {duration(_lasted(notice, news))}"
        case NoticeKind.MEMBER_RECOVERED:
            rest = f"{_against(worst)}{_comma(others)}, {_over(news)}"
        case NoticeKind.ACKNOWLEDGED:
            rest = f"{others} acknowledged by {cut(plain(reason_of(news)), 60)}"
        case NoticeKind.RETRACTED:
            rest = f"{others}: page withdrawn"
        case _:
            rest = _against(worst) + _comma(others)
    return title_of(str(news.model), str(worst.cell), rest)


def _lead(notice: Notice, news: IncidentNews) -> str:
    incident, at = f"Incident {news.incident}", f"at {moment(notice.at)}"
    why = reason_of(news).strip().rstrip(".")
    reason = f" {why[:1].upper()}{why[1:]}." if why else ""
    match notice.kind:
        case NoticeKind.REOPENED:
            time = ordinal(news.times_opened)
            return f"{incident} reopened {at}: it is open for the {time} time.{reason}"
        case NoticeKind.MEMBER_JOINED:
            names, count = names_of(_joined(news)), len(news.members)
            return f"{names} joined {incident.lower()} {at}; {count} broken now.{reason}"
        case NoticeKind.RESOLVED:
            if not news.members:
                return f"{incident} resolved {at}.{reason}"
            lasted = f"{duration(_lasted(notice, news))}, from {moment(min(m.onset for m in news.members))}"
            if isinstance(news.reason, VersionsRetired):
                return f"{incident} closed {at}.{reason} It lasted {lasted} (estimated)."
            if ended := _ended(news):
                words = ended.words.strip().rstrip(".")
                said = f" {words[:1].upper()}{words[1:]}." if words else ""
                how = f"resolved by {ended.who} {at}; {history.unconfirmed(ended)}"
                return f"{incident} {how}. It lasted {lasted} (estimated).{said}"
            names = names_of(news.members)
            return f"{incident} resolved {at}: {names} recovered. It lasted {lasted} (estimated).{reason}"
        case NoticeKind.RETRACTED:
            return f"{incident} withdrawn {at}: {why or 'the evidence behind the page no longer holds'}."
        case NoticeKind.ACKNOWLEDGED:
            return f"{incident} acknowledged {at} by {why}. It stays open until recall is back."
        case NoticeKind.MEMBER_RECOVERED:
            return f"At {moment(notice.at)} {_over(news)}; {incident.lower()} stays open for the rest."
        case _:
            return f"{incident} opened {at}.{reason}"


def _closing(notice: Notice, news: IncidentNews) -> Rows:
    standing = notice.kind in STANDING and news.members
    paged = notice.kind in (*STANDING, NoticeKind.RETRACTED)
    first = f"first prediction {moment(news.released)}" if news.released and standing else ""
    return filled(
        [
            ("budget", budget(news.false_pages_per_year) if paged else ""),
            ("release", f"{version_text(news.model.version)}, {first}" if first else ""),
            (
                "deploys",
                "; ".join(deploys.sentence(each) for each in news.deploys[-DEPLOYS:]) if standing else "",
            ),
            ("blast radius", news.blast_radius),
            ("runbook", link_or_words(notice.runbook)),
            ("dashboard", _door(news.dashboard) if standing else ""),
            ("next", ShellCommand(notice.next_command)),
            ("on it", ShellCommand(f"anchorwatch incident ack {news.incident}") if standing else ""),
            ("quiet", _silence(news) if standing else ""),
        ]
    )


def _door(address: str) -> str:
    words = link_or_words(address)
    return Door(words) if isinstance(words, Link) else words


def _ended(news: IncidentNews) -> EndedByPerson | None:
    """The person's word that ended an incident; None where the labels did."""
    match news.reason:
        case EndedByPerson() as ended:
            return ended
        case PersonSays(who=who, words=words):  # as an earlier version wrote it
            return EndedByPerson(who, words)
        case _:
            return None


def _silence(news: IncidentNews) -> ShellCommand:
    """As narrow as the members are: each by its model, version, intent and slice, and nothing beside them."""
    return ShellCommand(f"anchorwatch silence add --incident {news.incident} --until 8h --reason WHY")


def _joined(news: IncidentNews) -> list[MemberFacts]:
    """The members noticed last: what joined is always noticed after what was there."""
    latest = max((member.noticed for member in news.members), default=None)
    return [member for member in news.members if member.noticed == latest]


def _over(news: IncidentNews) -> str:
    """Why some are broken no longer: they recovered, unless it is said otherwise."""
    return reason_of(news) or f"{names_of(news.over)} recovered"


def _lasted(notice: Notice, news: IncidentNews) -> timedelta:
    return notice.at - min(member.onset for member in news.members)


def _against(member: MemberFacts) -> str:
    return f" recall {member.recent.value:.2f} live against {member.offline.value:.2f} offline"


def _comma(words: str) -> str:
    return f",{words}" if words else ""
