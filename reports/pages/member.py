"""One broken cell in words: in full, in a line, by its name."""

from collections.abc import Sequence
from datetime import timedelta

from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.members import ExplainedBy, MemberFacts, Together, WorstMember
from monitor.domain.telling.page import Rows
from reports.figures import (
    conditions,
    counted,
    cut,
    duration,
    evidence,
    interval,
    misses,
    moment,
    onset,
    since_alarm,
    tickets,
)
from reports.pages.neighbours import neighbour_rows
from reports.words.caveats import sentence

IN_FULL = 3  # of a group's members


def member_rows(member: MemberFacts, kind: NoticeKind = NoticeKind.OPENED) -> Rows:
    """One member in full, as (label, figures) rows."""
    over = kind is NoticeKind.RESOLVED
    rows = [("since onset", since_alarm(member.recent, member.recent_support, member.recent_method))]
    if member.live_support != member.recent_support:
        rows.append(("since release", interval(member.live, member.live_support, "labelled")))
    offline = interval(member.offline, member.offline_support, "examples")
    rows.append(("offline", f"{offline}; floor {member.floor:.2f}"))
    if member.offline_real is not None and member.offline_real_support is not None:
        real = interval(member.offline_real, member.offline_real_support, "real examples")
        rows.append(("real rows only", real))
    late = duration(member.noticed - member.onset)
    rows += [
        ("since", onset(member.onset, member.onset_low, member.onset_high)),
        ("noticed", f"{moment(member.noticed)}, {late} later{_noted(member)}{_age(member)}"),
        ("tickets missed", tickets(member.touched)),
        ("misses went to", misses(member.misses_to) + _most_in(member)),
        *_together(member.together),
    ]
    rows += [*_explained(member.explained), *neighbour_rows(member)]
    if member.slices:
        rows.append(("slices", _slices(member)))
    if not over:
        rows.append(("evidence", evidence(member, kind)))
    if member.caveats:
        rows.append(("note", "; ".join(map(sentence, member.caveats))))
    return rows


def _explained(explained: ExplainedBy | None) -> Rows:
    """By which other members it is explained, and what it is outside of their tickets."""
    if explained is None:
        return []
    names = ", ".join(cut(str(cell), 60) for cell in explained.cells)
    outside = interval(explained.outside, explained.support, "labelled")
    whose = "its" if len(explained.cells) == 1 else "their"
    return [("explained", f"by {names}: outside of {whose} tickets {outside}")]


def _slices(member: MemberFacts) -> str:
    """Which slices broke with it: no worse than the rest, or where that cannot be told."""
    told = [each for each in member.slices if each not in member.unsure]
    unsure = [each for each in member.slices if each in member.unsure]
    words = [f"{', '.join(told)} broke with it, no worse than the rest"] if told else []
    if unsure:
        words.append(
            f"{', '.join(unsure)} broke with it; too few tickets to tell whether worse than the rest"
        )
    return "; ".join(words)


def _together(group: Together | None) -> Rows:
    """A group's worst members, and whether one of them explains the fall."""
    if group is None:
        return []
    alone = "no single one explains the fall"
    if group.alone is not None:
        alone = f"{cut(group.alone, 60)} alone explains the fall"
    return [
        ("members", f"{group.size} intents, judged together: {alone}"),
        ("worst members", "; ".join(map(_worst, group.worst[:IN_FULL]))),
    ]


def _worst(member: WorstMember) -> str:
    recent = interval(member.recent, member.recent_support, "labelled")
    return f"{cut(member.intent, 60)} {recent}, {member.offline:.2f} offline"


def _age(member: MemberFacts) -> str:
    """How old the newest labelled ticket is: of what came since, nobody knows yet."""
    if member.label_lag_s is None:
        return ""
    return f"; newest labelled ticket {duration(timedelta(seconds=member.label_lag_s))} old"


def _noted(member: MemberFacts) -> str:
    """When a note came before any label told."""
    return f"; noted {moment(member.noted_early)}, before any label" if member.noted_early else ""


def _most_in(member: MemberFacts) -> str:
    """Where the misses are, if they are anywhere in particular."""
    if member.standout is None:
        return ""
    part = member.standout
    where = conditions(part.conditions.items(), 30)
    return f"; most in {where}: {part.misses} of its {part.tickets}"


def more(members: Sequence[MemberFacts]) -> str:
    """What a title that names the first member says of the rest: ` and 2 more intents`.

    Of other intents their number alone; else of the slices, of the intent as a whole, and of a group.
    """
    rest = [member.cell for member in members[1:]]
    if others := {cell.intent for cell in rest if cell.group is None} - {members[0].cell.intent}:
        return f" and {counted(len(others), 'more intent')}"
    slices = sum(bool(cell.slice_text) for cell in rest)
    parts = [counted(slices, "more slice")] if slices else []
    parts += ["the whole intent" for cell in rest if cell.group is None and not cell.slice_text]
    parts += [cut(str(cell), 40) for cell in rest if cell.group is not None][:1]
    return f" and {' and '.join(filter(None, [', '.join(parts[:-1]), parts[-1]]))}" if parts else ""


def names_of(members: Sequence[MemberFacts]) -> str:
    """Five names at most, and how many more there are."""
    names = [cut(str(m.cell), 60) for m in members[:5]]
    if len(members) > 5:
        names.append(f"{len(members) - 5} more")
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def brief(member: MemberFacts) -> str:
    """A member in a line."""
    live = since_alarm(member.recent, member.recent_support, member.recent_method)
    return f"{live} live, {member.offline.value:.2f} offline"
