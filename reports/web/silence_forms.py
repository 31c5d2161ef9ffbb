"""The forms on the page of silences."""

from collections.abc import Sequence

from monitor.domain.telling.silences import Silence
from reports.web.page import WHO, Form

UNTIL = ("until*", "for how long (8h, 3d), or until when (UTC)")
_WHAT = ("what*", "what: FIELD=PATTERN, as in intent=gdpr_* slice=channel=email; ? stands for a blank")


def silence_forms(holding: Sequence[Silence]) -> list[Form]:
    """An end for each that holds, and a new one."""
    ends = [
        Form(f"/silences/{each.id}/end", f"end silence {each.id}", (), mark=f"end-{each.id}")
        for each in holding
    ]
    return [*ends, Form("/silences/add", "add a silence", (WHO, _WHAT, ("why*", "why"), UNTIL))]
