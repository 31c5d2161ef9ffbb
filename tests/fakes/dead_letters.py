"""Dead letters kept in a list."""

from collections.abc import Callable, Mapping, Sequence

from monitor.domain.events.types import DeadLetter
from monitor.errors import UnavailableError


class FakeDeadLetters:
    """Keeps what it is given, unless it is `down`."""

    def __init__(self, journal: list[str] | None = None) -> None:
        self.published: list[DeadLetter] = []
        self.journal = journal if journal is not None else []
        self.down = ""
        self.refuses = ""  # why no letter can ever be kept
        self.before_publish: Callable[[], None] = lambda: None

    def publish(self, letters: Sequence[DeadLetter]) -> Mapping[str, int]:
        self.before_publish()
        if self.down:
            raise UnavailableError(self.down)
        self.journal.append("publish")
        if self.refuses:
            return {self.refuses: len(letters)}
        self.published += letters
        return {}
