"""A schema registry that is away holds records: that is noted where people look, and that it is back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from monitor.errors import RegistryAwayError, UnavailableError
from monitor.ingest.ports import IngestStore


class RegistryWatch:
    """Notes in the store what becomes of batches that need the registry. A note that can't be made is made later.

    Where it `may_be_needed` an agent that was here before may have left a note.
    """

    def __init__(self, store: IngestStore, clock: Callable[[], datetime], *, may_be_needed: bool) -> None:
        self._store = store
        self._clock = clock
        self._may_be_away = may_be_needed

    def held(self, why: UnavailableError) -> None:
        """A batch waits."""
        if isinstance(why, RegistryAwayError):
            self._may_be_away = True
            with suppress(UnavailableError):
                self._store.note_registry(self._clock())

    def saved(self, records: int) -> None:
        """So many records were saved, and nothing waits."""
        if records and self._may_be_away:
            with suppress(UnavailableError):
                self._store.note_registry(None)
                self._may_be_away = False
