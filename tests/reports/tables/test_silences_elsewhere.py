"""Silences that are not ours stand below ours, with where they were read and when."""

import json
from datetime import timedelta

from monitor.domain.telling.silences import Silence
from monitor.domain.telling.silences_elsewhere import SilenceElsewhere
from reports.objects import json_text
from reports.tables.silences import silences_view
from tests.notices import AT

OURS = Silence(
    id=3,
    matchers={"intent": "gdpr_*"},
    author="ana",
    reason="known",
    begins=AT,
    ends=AT + timedelta(hours=8),
)
THEIRS = SilenceElsewhere(
    sink="am",
    id="8a1f",
    matchers=['intent=~"gdpr_.*"', 'environment="prod"'],
    author="ben",
    reason="a release follows",
    begins=AT + timedelta(hours=1),
    ends=AT + timedelta(hours=4),
    read_at=AT,
)


def test_they_stand_below_ours_by_sink() -> None:
    view = silences_view([OURS], AT, [THEIRS])
    ours, theirs = view.blocks
    assert [row[0] for row in ours.rows] == ["3"]
    assert theirs.heading == "in am, not ours"
    assert theirs.rows == [
        [
            'intent=~"gdpr_.*" environment="prod"',
            "2026-11-23 10:10 UTC",
            "2026-11-23 13:10 UTC",
            "ben",
            "a release follows",
        ]
    ]
    assert theirs.notes == [
        "read there at 2026-11-23 09:10 UTC; they end there, and keep quiet only what am tells"
    ]
    first, second = json.loads(json_text(view.content))
    assert (first["id"], first["sink"], first["read_at"], first["holds"]) == (3, None, None, True)
    assert (second["id"], second["sink"], second["holds"]) == ("8a1f", "am", False)
    assert second["matchers"] == ['intent=~"gdpr_.*"', 'environment="prod"']


def test_without_any_there_is_nothing_of_them() -> None:
    assert len(silences_view([], AT).blocks) == 1
