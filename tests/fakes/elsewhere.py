"""Incidents by the names that others have for them, without a database."""

from datetime import UTC, datetime

from typing_extensions import override

from monitor.review.ports import elsewhere


class FakeIncidentsElsewhere(elsewhere.IncidentsElsewhere):
    """Knows incident 7 by its key."""

    def __init__(self) -> None:
        self.keys = {"key-of-7": 7}
        self.names: dict[tuple[str, str], int] = {}
        self.opened = {7: datetime(1970, 1, 1, tzinfo=UTC)}

    @override
    def by_key(self, key: str) -> int | None:
        return self.keys.get(key)

    @override
    def opened_at(self, number: int) -> datetime | None:
        return self.opened.get(number)

    @override
    def by_name(self, system: str, name: str) -> int | None:
        return self.names.get((system, name))

    @override
    def remember(self, system: str, name: str, number: int) -> None:
        self.names.setdefault((system, name), number)
