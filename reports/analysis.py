"""An incident's analysis in, what `anchorwatch incident analyze` shows out."""

from collections.abc import Sequence
from typing import Any

from monitor.domain.causes import Cause, Kind
from monitor.domain.notices import MemberFacts
from reports.figures import conditions, plain

_KINDS = {
    Kind.NEW: "new since the anchor was measured",
    Kind.ALWAYS: "always weak: the anchor's own examples miss it too",
    Kind.UNKNOWN: "weak now; the anchor cannot tell whether it was before",
}


def lines(
    member: MemberFacts, labelled: int, missed: int, attributes: Sequence[str], causes: Sequence[Cause]
) -> list[str]:
    """What explains one member, in plain words."""
    found = [f"{member.cell}: {missed} of {labelled} labelled tickets missed since the onset"]
    if not attributes:
        return [*found, "  the events carry no `slices`, so no part of the tickets can be told from another"]
    if not causes:
        return [*found, f"  no part stands out by {', '.join(attributes)}: it fell everywhere alike"]
    for cause in causes:
        where = plain(conditions(cause.conditions))
        if cause.significant:
            sure = f"significant; {_KINDS[cause.kind]}"
        else:
            sure = "a hint: too few labels" if cause.hint else "may be chance"
        found.append(f"  {where}: {cause.misses} of {cause.tickets} missed ({sure})")
    return [plain(line) if not line.startswith("  ") else f"  {plain(line)}" for line in found]


def as_object(
    member: MemberFacts,
    labelled: int,
    missed: int,
    attributes: Sequence[str],
    compared: int,
    causes: Sequence[Cause],
) -> dict[str, Any]:
    """The same with every number unrounded."""
    return {
        "intent": member.cell.intent,
        "slice": member.cell.slice or None,
        "onset": member.onset.isoformat(),
        "labelled": labelled,
        "missed": missed,
        "attributes": list(attributes),
        "anchor_examples_compared": compared,
        "causes": [
            {
                "conditions": dict(cause.conditions),
                "tickets": cause.tickets,
                "misses": cause.misses,
                "p": cause.p,
                "significant": cause.significant,
                "hint": cause.hint,
                "kind": cause.kind.value,
                "z": cause.z,
            }
            for cause in causes
        ],
    }
