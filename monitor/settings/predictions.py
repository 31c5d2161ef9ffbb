"""What a prediction's answer means where it is the name of no intent."""

from pydantic import field_validator

from monitor.domain.events.names import normal
from monitor.settings.section import Section


class Predictions(Section):
    """`no_answer` names what a model says where it has no answer: its fall-back class, beside null."""

    no_answer: tuple[str, ...] = ()

    @field_validator("no_answer")
    @classmethod
    def _as_events_are_read(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(map(normal, names))
        if "" in names:
            raise ValueError("holds an empty name; null in an event is no answer anyway, so leave it out")
        return names
