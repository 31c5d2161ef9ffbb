"""The forms on an incident's page."""

from typing import Final

from monitor.domain.incidents.incidents import IncidentState
from reports.web.page import WHO, Form
from reports.web.silence_forms import UNTIL

_WHY: Final = ("why", "why, for its history and those who were told")


def incident_forms(here: str, state: IncidentState) -> list[Form]:
    """What can be said of an incident at this address in this state, in the order in which it is needed."""
    note = Form(f"{here}/note", "note", (WHO, ("words*", "what to remember; nobody is told")))
    if state not in (IncidentState.OPENED, IncidentState.ACKNOWLEDGED):
        return [note]
    quiet = (WHO, ("why*", "why"), UNTIL)
    return [
        *([Form(f"{here}/acknowledge", "acknowledge", (WHO, _WHY))] if state is IncidentState.OPENED else []),
        note,
        Form(f"{here}/resolve", "resolve", (WHO, ("why*", "what was done; it is kept and told"))),
        Form(f"{here}/silence", "silence its members", quiet),
    ]
