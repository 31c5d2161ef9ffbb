"""Silences of the systems that alerts are sent to, and the incidents whose pages they keep quiet."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from monitor.domain.incidents.history import HistoryLine
from monitor.domain.telling.alerts import AlertLabels
from monitor.domain.telling.silences_elsewhere import ReadSilences, SilenceElsewhere


class SilencingSink(Protocol):
    """A sink that has silences of its own."""

    name: str

    def read(self, now: datetime) -> ReadSilences:
        """What it has now.

        Raises:
            DeliveryError: it does not say.
        """
        ...


class StandingPage(NamedTuple):
    """An open incident whose page stands in a sink, by the labels of its alerts.

    `told` are the ids of silences of each time that its history says, since it was opened last, that it is known
    there. `whole`: every member that people were told of, and that is broken still, has its alert.
    """

    incident: int
    alerts: Sequence[AlertLabels]
    told: Sequence[tuple[str, ...]]
    whole: bool


class SilencesElsewhere(Protocol):
    """What was last read of them, for people to see; and the pages that they may keep quiet."""

    def keep(self, sink: str, silences: Sequence[SilenceElsewhere]) -> None:
        """These are a sink's by now, in the place of all that it had."""
        ...

    def all(self) -> Sequence[SilenceElsewhere]:
        """Those that were read last, by sink, the latest end first."""
        ...

    def standing(self, sink: str) -> Sequence[StandingPage]:
        """The pages of open incidents in a sink."""
        ...

    def note(self, incident: int, line: HistoryLine) -> None:
        """One more line of an incident's history.

        Raises:
            LeaseHeldError: an evaluation is going on.
        """
        ...
