"""What stands beside a broken cell in words: the version before it, and the other values of its slice."""

from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.page import Rows
from monitor.domain.text.version import version_text
from reports.figures import cut, interval


def neighbour_rows(member: MemberFacts) -> Rows:
    """Two rows at most; none where nothing stands beside it."""
    rows = []
    if (before := member.before) is not None:
        recall = interval(before.live, before.support, "labelled")
        rows.append(("version before", f"{cut(version_text(before.cell.model.version), 30)} had {recall}"))
    if member.siblings:
        each = (
            f"{cut(sibling.cell.slice_text, 40)} {sibling.live.value:.2f} of {sibling.support:,}"
            for sibling in member.siblings
        )
        rows.append(("other slices", ", ".join(each)))
    return rows
