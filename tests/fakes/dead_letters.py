"""Dead letters kept in a list."""

from collections.abc import Sequence

from monitor.domain.events.types import DeadLetter
from monitor.errors import UnavailableError


class FakeDeadLetters:
    """Keeps what it is given, unless it is `down`."""

    def __init__(self, journal: list[str] | None = None) -> None:
        self.published: list[DeadLetter] = []
        self.journal = journal if journal is not None else []
        self.down = ""

    def publish(self, letters: Sequence[DeadLetter]) -> None:
        if self.down:
            raise UnavailableError(self.down)
        self.journal.append("publish")
        self.published += letters
