"""A world of tickets whose labels come late, looked at again and again."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.events.types import Label, Prediction
from monitor.domain.judging.state import CellState
from reports.words.history import sentence
from tests.stored import NOON, label, prediction, take
from tests.worlds import World

HOUR = timedelta(hours=1)


class Ticket(NamedTuple):
    """A ticket of the intent `erasure`: when predicted, when labelled (hours from noon), and whether it was a hit."""

    made: float
    labelled: float
    hit: bool
    labelled_as: str = "erasure"


def tickets(
    begin: float, end: float, an_hour: int, pattern: str, hit_waits: float, miss_waits: float
) -> list[Ticket]:
    """So many tickets an hour, hits and misses by a pattern of "h" and "m", over and over."""
    return [
        Ticket(made, made + (hit_waits if hit else miss_waits), hit)
        for index in range(round((end - begin) * an_hour))
        for made, hit in [(begin + index / an_hour, pattern[index % len(pattern)] == "h")]
    ]


class LateWorld:
    """A world whose events come when they happen, so that it can be looked at as of any hour."""

    def __init__(self, engine: Engine, all_tickets: list[Ticket]) -> None:
        self.world = World(engine)
        self.world.anchor(erasure=(0.88, 38))
        events: list[tuple[float, Prediction | Label]] = []
        for number, ticket in enumerate(all_tickets):
            predicted = "erasure" if ticket.hit else "other"
            events.append((ticket.made, prediction(f"p{number}", predicted, hours=ticket.made)))
            events.append((ticket.labelled, self._label(number, ticket.labelled_as, ticket.labelled)))
        self._events = sorted(events, key=lambda event: event[0])
        self._taken = 0

    def _label(self, number: int, intent: str, hour: float, revision: int = 1) -> Label:
        return label(f"p{number}", intent, hours=hour - 24, revision=revision)

    def correct(self, number: int, ticket: Ticket, intent: str) -> None:
        """Say something else about a ticket, as if it had been said then."""
        take(self.world.store, self._label(number, intent, ticket.labelled, revision=2))

    def look(self, *hours: float) -> CellState:
        """Take in what came by each of these hours, and judge as of it."""
        for hour in hours:
            upto = next((n for n, (at, _) in enumerate(self._events) if at > hour), len(self._events))
            take(self.world.store, *(event for _, event in self._events[self._taken : upto]))
            self._taken = max(upto, self._taken)
            self.world.evaluate(NOON + hour * HOUR)
        return self.world.cell("erasure")

    def history(self) -> list[str]:
        """What happened to the first incident, in words."""
        incident = IncidentRecords(self.world.engine).numbered(1)
        return [sentence(line.why) for line in incident.history] if incident else []
