"""Members of a group as tests bet on them: a small anchor, a large one, a promise, and who has none."""

from monitor.domain.detection.group import MemberAnchor

USABLE = {
    "data_export": MemberAnchor(0.75, 8),
    "erasure": MemberAnchor(0.9, 40),
    "promised": MemberAnchor(0.95, None),
}
ANCHORS = {**USABLE, "unanchored": None}
