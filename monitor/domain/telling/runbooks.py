"""Where to read what to do, for each kind of notice whose settings name no page of the team's own."""

from monitor.domain.telling.notices import STANDING, NoticeKind

RUNBOOKS = {
    **dict.fromkeys(STANDING, "docs/runbooks/recall-drop.md"),
    NoticeKind.BLIND: "docs/runbooks/cannot-be-watched.md",
    NoticeKind.STALE: "docs/runbooks/labels-stale.md",
    NoticeKind.SINK_FAILED: "docs/runbooks/sink-failed.md",
}
"""Paths in Anchorwatch's repository."""
