"""Why somebody is told: the kinds of notices, and which of them wake people, stand or close."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """Why somebody is told. Only OPENED and REOPENED wake people.

    MEMBER_RECOVERED is for sinks that keep an alert a member. The last ten are about no incident: BLIND cells cannot
    be watched, of a SUSPECT something is known that is not enough for a page, EARLY is what fell before any label told
    why, STALE ones hear of no labels any more, FLOWING ones do again, a SINK_FAILED for good and others stand in for
    it, it is a SINK_WORKING again, a VERSION of a model is new, a REPORT was written.
    """

    OPENED = "incident.opened"
    MEMBER_JOINED = "incident.member_joined"
    MEMBER_RECOVERED = "incident.member_recovered"
    REOPENED = "incident.reopened"
    ACKNOWLEDGED = "incident.acknowledged"
    RESOLVED = "incident.resolved"
    RETRACTED = "incident.retracted"
    BLIND = "cells.blind"
    SUSPECT = "cells.suspect"
    EARLY = "cells.early"
    STALE = "labels.stale"
    FLOWING = "labels.flowing"
    SINK_FAILED = "sink.failed"
    SINK_WORKING = "sink.working"
    VERSION = "model.version"
    REPORT = "report.weekly"
    TEST = "sink.test"


WAKING = (NoticeKind.OPENED, NoticeKind.REOPENED)
CLOSING = (NoticeKind.RESOLVED, NoticeKind.RETRACTED)
STANDING = (*WAKING, NoticeKind.MEMBER_JOINED)
RUNBOOKS = {
    **dict.fromkeys(STANDING, "recall-drop"),
    NoticeKind.BLIND: "cannot-be-watched",
    NoticeKind.SUSPECT: "suspected",
    NoticeKind.EARLY: "before-any-label",
    NoticeKind.STALE: "labels-stale",
    NoticeKind.SINK_FAILED: "sink-failed",
}
"""Names of files in `reports/runbooks`; their address is put in when a notice is sent."""
