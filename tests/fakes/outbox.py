"""An `Outbox` and a `Sink` in memory."""

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.notices import Notice
from monitor.ports import Due


class FakeOutbox:
    """Notifications in a list, the first due one first. `sent_at`, `waiting` and `gave_up` say what became."""

    def __init__(self, notices: Sequence[tuple[str, Notice]], at: datetime) -> None:
        self.sent_at: dict[str, datetime] = {}
        self.gave_up: dict[str, str] = {}
        self.errors: list[str] = []
        self.waiting: dict[str, datetime] = {f"{sink}/{notice.id}": at for sink, notice in notices}
        self._notices = {f"{sink}/{notice.id}": (sink, notice) for sink, notice in notices}
        self._attempts = dict.fromkeys(self._notices, 0)

    def tried(self, id_: str, attempts: int) -> None:
        """As if it had been tried so often before."""
        self._attempts[id_] = attempts

    def claim(self, now: datetime) -> Due | None:
        for id_, at in self.waiting.items():
            if at <= now:
                del self.waiting[id_]
                self._attempts[id_] += 1
                sink, notice = self._notices[id_]
                return Due(id_, sink, notice, self._attempts[id_])
        return None

    def sent(self, due: Due, now: datetime) -> None:
        self.sent_at[due.id] = now

    def again(self, due: Due, at: datetime, error: str) -> None:
        self.waiting[due.id] = at
        self.errors.append(error)

    def failed(self, due: Due, error: str) -> None:
        self.gave_up[due.id] = error


class FakeSink:
    """Takes notices, or raises what `broken` holds."""

    def __init__(self, name: str = "chat") -> None:
        self.name = name
        self.got: list[Notice] = []
        self.broken: Exception | None = None

    def send(self, notice: Notice) -> None:
        if self.broken is not None:
            raise self.broken
        self.got.append(notice)
