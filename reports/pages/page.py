"""From a notice to the words an on-call engineer reads. No section has more than ten rows."""

import shlex
import textwrap
from collections.abc import Sequence
from datetime import timedelta

from monitor.domain.telling.notices import STANDING, MemberFacts, Notice, NoticeKind
from monitor.domain.telling.page import Page, Rows, Sections
from reports.figures import (
    budget,
    conditions,
    cut,
    duration,
    evidence,
    interval,
    misses,
    moment,
    ordinal,
    plain,
    tickets,
)

TITLE_MAX = 150
WIDTH = 100
_COMMAND = "anchorwatch "
IN_FULL = 3
_PAGES = (*STANDING, NoticeKind.RETRACTED, NoticeKind.TEST)
_ABOUT = {
    NoticeKind.BLIND: ("intent", " cannot be watched with the labels there are"),
    NoticeKind.STALE: ("intent", ": labels or predictions stopped coming"),
    NoticeKind.FLOWING: ("intent", ": labels and predictions come again"),
    NoticeKind.SINK_FAILED: ("sink", ": this way to reach people is in trouble"),
}
IN_BRIEF = 9


def page_of(notice: Notice) -> Page:
    """The whole notice in words."""
    title, sections = _title(notice), _sections(notice)
    members = {m.cell: _plain(member_rows(m)) for m in (*notice.members, *notice.over)}
    return Page(title, sections, _text(title, sections), members)


def _title(notice: Notice) -> str:
    """One line of at most 150 characters: where, what, how much against what, and what else."""
    members = _lead_first(notice)
    prefix = "TEST, nothing is wrong: " if notice.kind is NoticeKind.TEST else ""
    if notice.kind is NoticeKind.VERSION:
        return _fit(prefix, str(notice.model), "new version", ": its first predictions came in")
    if notice.kind is NoticeKind.REPORT:
        return _fit(prefix, "anchorwatch", f"reliability report {notice.reason}", "")
    if notice.kind in _ABOUT:
        what, words = _ABOUT[notice.kind]
        count = len(notice.blind)
        name = notice.blind[0][0] if count == 1 else f"{count} {what}s"
        return _fit(prefix, "anchorwatch" if what == "sink" else str(notice.model), name, words)
    if not members:
        return _fit(prefix, str(notice.model), f"incident {notice.incident}", "")
    worst, more = members[0], _more(members)
    against = f" recall {worst.recent.value:.2f} live against {worst.offline.value:.2f} offline"
    match notice.kind:
        case NoticeKind.MEMBER_JOINED:
            joined = _joined(notice)
            rest = f"{against}{_comma(_more(joined))}, joined incident {notice.incident}"
        case NoticeKind.REOPENED:
            rest = f"{against}{_comma(more)}, for the {ordinal(notice.times_opened)} time"
        case NoticeKind.RESOLVED:
            rest = f"{more} recovered after {duration(_lasted(notice))}"
        case NoticeKind.MEMBER_RECOVERED:
            rest = f"{against}{_comma(more)}, {_names(notice.over)} recovered"
        case NoticeKind.ACKNOWLEDGED:
            rest = f"{more} acknowledged by {cut(plain(notice.reason), 60)}"
        case NoticeKind.RETRACTED:
            rest = f"{more}: page withdrawn"
        case _:
            rest = against + _comma(more)
    return _fit(prefix, str(notice.model), str(worst.cell), rest)


def _sections(notice: Notice) -> Sections:
    """The whole page after its title: what happened, each broken intent worst first, then what to do."""
    members = _lead_first(notice)
    joined = _joined(notice) if notice.kind is NoticeKind.MEMBER_JOINED else []
    found: list[tuple[str, Rows]] = [("", [("", _lead(notice))])]
    for member in members[:IN_FULL]:
        mark = " (joined now)" if member in joined else ""
        found.append((f"{member.cell}{mark}", member_rows(member, notice.kind)))
    if notice.kind is NoticeKind.REPORT:
        found += _digest(notice.blind)
    else:
        found += [(name, [("why", why)]) for name, why in notice.blind[: IN_FULL + IN_BRIEF]]
    if notice.kind is not NoticeKind.REPORT and (left := len(notice.blind) - IN_FULL - IN_BRIEF) > 0:
        found.append(("", [("", f"and {left} more, not shown here")]))
    if brief := members[IN_FULL : IN_FULL + IN_BRIEF]:
        rows = [(cut(str(m.cell), 40), _brief(m)) for m in brief]
        if (left := len(members) - IN_FULL - IN_BRIEF) > 0:
            rows.append((f"and {left} more", "not shown here"))
        found.append(("Also in this incident", rows))
    found.append(("", _closing(notice)))
    return [(plain(heading), _plain(rows)) for heading, rows in found]


def _digest(told: Sequence[tuple[str, str]]) -> Sections:
    """What a report says, by its labels, each at most so many lines."""
    found = []
    for heading in dict.fromkeys(label for label, _ in told):
        lines = [words for label, words in told if label == heading]
        rows = [("", cut(words, 300)) for words in lines[:IN_BRIEF]]
        if (left := len(lines) - IN_BRIEF) > 0:
            rows.append(("", f"and {left} more"))
        found.append((heading.capitalize(), rows))
    return found


def _text(title: str, sections: Sections) -> str:
    """The whole page as plain text of at most 100 columns, except a command or address that is longer."""
    blocks = ["\n".join(_wrap(title, ""))]
    for heading, rows in sections:
        indent = "  " if heading else ""
        column = max([14, *(len(label) for label, _ in rows)]) + 4 - len(indent)
        lines = [heading] if heading else []
        for label, value in rows:
            start = f"{indent}{label:<{column}}" if label else indent
            if value.startswith(_COMMAND):
                lines.append(start + value)  # in one piece, to be copied
            else:
                lines += _wrap(value, start)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def member_rows(member: MemberFacts, kind: NoticeKind = NoticeKind.OPENED) -> Rows:
    """One member in full, as (label, figures) rows."""
    over = kind is NoticeKind.RESOLVED
    rows = [("since onset" if over else "live", interval(member.recent, member.recent_support, "labelled"))]
    if member.live_support != member.recent_support:
        rows.append(("since release", interval(member.live, member.live_support, "labelled")))
    offline = interval(member.offline, member.offline_support, "examples")
    rows.append(("offline", f"{offline}; floor {member.floor:.2f}"))
    if member.offline_real is not None and member.offline_real_support is not None:
        real = interval(member.offline_real, member.offline_real_support, "real examples")
        rows.append(("real rows only", real))
    late = duration(member.noticed - member.onset)
    rows += [
        ("since", f"{moment(member.onset)}, estimated"),
        ("noticed", f"{moment(member.noticed)}, {late} later{_age(member)}"),
        ("tickets missed", tickets(member.touched)),
        ("misses went to", misses(member.misses_to) + _most_in(member)),
    ]
    if member.slices:
        rows.append(("slices", f"{', '.join(member.slices)} broke with it, no worse than the rest"))
    if not over:
        rows.append(("evidence", evidence(member, kind)))
    if member.caveats:
        rows.append(("note", "; ".join(member.caveats)))
    return rows


def _age(member: MemberFacts) -> str:
    """How old the newest labelled ticket is: of what came since, nobody knows yet."""
    if member.label_lag_s is None:
        return ""
    return f"; newest labelled ticket {duration(timedelta(seconds=member.label_lag_s))} old"


def _most_in(member: MemberFacts) -> str:
    """Where the misses are, if they are anywhere in particular."""
    if member.standout is None:
        return ""
    found = member.standout
    where = conditions(found.conditions.items(), 30)
    return f"; most in {where}: {found.misses} of its {found.tickets}"


def _lead(notice: Notice) -> str:
    incident, at = f"Incident {notice.incident}", f"at {moment(notice.at)}"
    why = notice.reason.strip().rstrip(".")
    reason = f" {why[:1].upper()}{why[1:]}." if why else ""
    match notice.kind:
        case NoticeKind.OPENED:
            return f"{incident} opened {at}.{reason}"
        case NoticeKind.REOPENED:
            time = ordinal(notice.times_opened)
            return f"{incident} reopened {at}: it is open for the {time} time.{reason}"
        case NoticeKind.MEMBER_JOINED:
            names, count = _names(_joined(notice)), len(notice.members)
            return f"{names} joined {incident.lower()} {at}; {count} broken now.{reason}"
        case NoticeKind.RESOLVED:
            if not notice.members:
                return f"{incident} resolved {at}.{reason}"
            lasted = f"{duration(_lasted(notice))}, from {moment(min(m.onset for m in notice.members))}"
            names = _names(notice.members)
            return f"{incident} resolved {at}: {names} recovered. It lasted {lasted} (estimated).{reason}"
        case NoticeKind.RETRACTED:
            return f"{incident} withdrawn {at}: {why or 'the evidence behind the page no longer holds'}."
        case NoticeKind.BLIND:
            return (
                f"No page and no incident: with the labels that come, a fall of these would not be seen in time"
                f" (judged {moment(notice.at)}). You are told once."
            )
        case NoticeKind.ACKNOWLEDGED:
            return f"{incident} acknowledged {at} by {why}. It stays open until recall is back."
        case NoticeKind.MEMBER_RECOVERED:
            return f"{_names(notice.over)} recovered {at}; {incident.lower()} stays open for the rest."
        case NoticeKind.VERSION:
            return f"The first predictions of {notice.model} came in {at}. It is judged apart.{reason}"
        case NoticeKind.STALE:
            return (
                f"No page and no incident: recall cannot be judged while nothing comes (judged"
                f" {moment(notice.at)}). What was broken stays broken. You hear again when it flows."
            )
        case NoticeKind.FLOWING:
            return f"Judging goes on {at}."
        case NoticeKind.REPORT:
            return f"The week's reliability report was written {at}."
        case NoticeKind.SINK_FAILED:
            return f"You get what it did not take, {at}. Nothing was lost."
        case NoticeKind.TEST:
            return f"A test of this sink, sent {at}: nothing is wrong, and the figures are made up.{reason}"


def _closing(notice: Notice) -> list[tuple[str, str]]:
    standing = notice.kind in STANDING and notice.members
    first = f"first prediction {moment(notice.released)}" if notice.released and standing else ""
    rows = [
        ("budget", budget(notice.false_pages_per_year) if notice.kind in _PAGES else ""),
        ("release", f"v{notice.model.version}, {first}" if first else ""),
        ("blast radius", notice.blast_radius),
        ("runbook", notice.runbook),
        ("dashboard", notice.dashboard if standing else ""),
        ("report", notice.dashboard if notice.kind is NoticeKind.REPORT else ""),
        ("next", notice.next_command),
        ("on it", f"{_COMMAND}incident ack {notice.incident}" if standing else ""),
        ("quiet", f"{_COMMAND}silence add {_matches(notice)} --until 8h --reason WHY" if standing else ""),
    ]
    return [(label, value) for label, value in rows if value.strip()]


def _matches(notice: Notice) -> str:
    intents = dict.fromkeys(member.cell.intent for member in notice.members)
    what = f"intent={next(iter(intents))}" if len(intents) == 1 else f"model={notice.model.name}"
    return f"--match {shlex.quote(what)}"


def _joined(notice: Notice) -> list[MemberFacts]:
    """The members noticed last: what joined is always noticed after what was there."""
    latest = max((m.noticed for m in notice.members), default=None)
    return [m for m in notice.members if m.noticed == latest]


def _lead_first(notice: Notice) -> list[MemberFacts]:
    """Worst first, as given; where members joined, those come before the rest."""
    if notice.kind is not NoticeKind.MEMBER_JOINED:
        return list(notice.members)
    joined = _joined(notice)
    return joined + [m for m in notice.members if m not in joined]


def _lasted(notice: Notice) -> timedelta:
    return notice.at - min(m.onset for m in notice.members)


def _more(members: Sequence[MemberFacts]) -> str:
    others = {m.cell.intent for m in members} - {members[0].cell.intent}
    count, what = (len(others), "intent") if others else (len(members) - 1, "slice")
    return f" and {count} more {what}{'s' if count > 1 else ''}" if count else ""


def _names(members: Sequence[MemberFacts]) -> str:
    names = [cut(str(m.cell), 60) for m in members[:5]]
    if len(members) > 5:
        names.append(f"{len(members) - 5} more")
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _brief(member: MemberFacts) -> str:
    live = interval(member.recent, member.recent_support, "labelled")
    return f"{live} live, {member.offline.value:.2f} offline"


def _plain(rows: Rows) -> Rows:
    return [(plain(label), plain(value)) for label, value in rows]


def _comma(more: str) -> str:
    return f",{more}" if more else ""


def _fit(prefix: str, place: str, name: str, rest: str) -> str:
    """Shorten the place and the name, whichever is long, so that the figures always stay."""
    place, name = plain(place), plain(name)
    room = TITLE_MAX - len(prefix) - len(": ") - len(rest)
    place = cut(place, max(room // 2, room - len(name)))
    return f"{prefix}{place}: {cut(name, room - len(place))}{rest}"


def _wrap(value: str, start: str) -> list[str]:
    return textwrap.wrap(
        value,
        width=WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [start.rstrip()]
