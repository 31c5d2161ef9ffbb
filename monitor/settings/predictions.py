"""What a prediction's answer means where it is the name of no intent."""

from typing import Annotated

from pydantic import AfterValidator

from monitor.domain.events.names import normal
from monitor.settings.section import Section


def _as_events_are_read(names: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(map(normal, names))
    if "" in names:
        raise ValueError("holds an empty name; null in an event means the same anyway, so leave it out")
    return names


NoIntents = Annotated[tuple[str, ...], AfterValidator(_as_events_are_read)]
"""Names of no intent, in the spelling that is compared."""


class Predictions(Section):
    """`no_answer` names what a model says where it has no answer: its fall-back class, beside null."""

    no_answer: NoIntents = ()
