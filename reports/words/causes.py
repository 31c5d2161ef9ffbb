"""Which part of the tickets explains the misses in; a line each out."""

from monitor.domain.analysis.analysis import MemberAnalysis
from monitor.domain.slices.causes import Cause, CauseKind
from monitor.domain.slices.explained import LEAST
from reports.figures import conditions

_KINDS = {
    CauseKind.NEW: "new since the anchor was measured",
    CauseKind.ALWAYS: "always weak: the anchor's own examples miss it too",
    CauseKind.UNKNOWN: "weak now; the anchor cannot tell whether it was before",
}


def causes(member: MemberAnalysis) -> list[str]:
    """Which part of the tickets explains the misses, in plain words."""
    if not member.labelled:
        return ["no labelled ticket is left to look at"]
    lines = [f"{member.missed} of {member.labelled} labelled tickets missed"]
    if member.left_out:
        lines.append(f"{member.left_out:,} older tickets only count in the recall since the release")
    if member.refused:
        lines.append(f"left out, since the model made them: {', '.join(member.refused)}")
    if not member.attributes:
        return [*lines, "no attribute of the events (`slices`) can tell one part of the tickets from another"]
    if member.missed in (0, member.labelled):
        return [
            *lines,
            f"{'all' if member.missed else 'none'} of them were missed, so no part differs from another",
        ]
    if not member.causes and member.labelled < 2 * LEAST:
        return [
            *lines,
            f"too few tickets to tell whether a part stands out: {LEAST} inside it and {LEAST} beside it",
        ]
    if not member.causes:
        return [*lines, f"no part stands out by {', '.join(member.attributes)}"]
    return lines + [_cause(cause) for cause in member.causes]


def _cause(cause: Cause) -> str:
    if cause.significant:
        sure = f"significant; {_KINDS[cause.kind]}"
    else:
        sure = "a hint: too few labels" if cause.hint else "may be chance"
    return f"{conditions(cause.conditions)}: {cause.misses} of {cause.tickets} missed ({sure})"
