"""The forms on an incident's page."""

from typing import Final

from reports.web.page import WHO, Form

_WHY: Final = ("why", "why, for its history and those who were told")


def incident_forms(here: str, *, is_open: bool) -> list[Form]:
    """What can be said of an incident at this address; the first is what the person on call needs first."""
    note = Form(f"{here}/note", "note", (WHO, ("words*", "what to remember; nobody is told")))
    if not is_open:
        return [note]
    quiet = (WHO, ("why*", "why"), ("until*", "for how long (8h, 3d), or until when (UTC)"))
    return [
        Form(f"{here}/acknowledge", "acknowledge", (WHO, _WHY)),
        note,
        Form(f"{here}/resolve", "resolve", (WHO, ("why*", "what was done; it is kept and told"))),
        Form(f"{here}/silence", "silence its members", quiet),
    ]
