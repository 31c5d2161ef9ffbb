"""Where silences are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.domain.telling.silences import Silence


class SilenceStore(Protocol):
    """Where silences are kept, also those that have ended."""

    def add(
        self, matchers: Mapping[str, str], author: str, reason: str, begins: datetime, ends: datetime
    ) -> Silence:
        """Keep one; it holds from the next evaluation on.

        Raises:
            ConfigError: as many hold already as an evaluation can be asked to look at.
        """
        ...

    def all(self) -> Sequence[Silence]:
        """Every silence there ever was, newest first."""
        ...

    def expire(self, number: int, at: datetime) -> Silence | None:
        """End one now; None if there is no such silence, or it had ended."""
        ...
