"""An `Outbox` and a `Sink` in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from typing_extensions import override

from monitor.deliver.ports import Due, Outage, Outbox, Sink
from monitor.domain.telling.kinds import CLOSING
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page


class FakeOutbox(Outbox):
    """Notifications in a list, ordered by when they are due. `sent_at`, `waiting` and `gave_up` record their fates."""

    def __init__(self, notices: Sequence[tuple[str, Notice]], at: datetime) -> None:
        self.sent_at: dict[str, datetime] = {}
        self.gave_up: dict[str, str] = {}
        self.errors: list[str] = []
        self.troubles: dict[str, tuple[datetime, tuple[str, ...]]] = {}
        self.waiting: dict[str, datetime] = {f"{sink}/{notice.id}": at for sink, notice in notices}
        self._notices = {f"{sink}/{notice.id}": (sink, notice) for sink, notice in notices}
        self._attempts = dict.fromkeys(self._notices, 0)
        self._begin = at

    def tried(self, id_: str, attempts: int) -> None:
        """As if it had been tried so often before."""
        self._attempts[id_] = attempts

    @override
    def claim(self, now: datetime, resting: Collection[str] = ()) -> Due | None:
        for id_, at in self.waiting.items():
            if at <= now and self._notices[id_][0] not in resting:
                del self.waiting[id_]
                self._attempts[id_] += 1
                sink, notice = self._notices[id_]
                return Due(id_, sink, notice, self._attempts[id_])
        return None

    @override
    def sent(self, due: Due, now: datetime) -> None:
        self.sent_at[due.id] = now

    @override
    def again(self, due: Due, at: datetime, error: str) -> None:
        self.waiting[due.id] = at
        self.errors.append(error)

    @override
    def failed(self, due: Due, error: str) -> None:
        self.gave_up[due.id] = error

    @override
    def stand_in(self, sinks: Sequence[str], notices: Sequence[Notice]) -> None:
        for sink in sinks:
            for notice in notices:
                id_ = f"{sink}/{notice.id}"
                if id_ not in self._notices:
                    self._notices[id_] = (sink, notice)
                    self._attempts[id_] = 0
                    self.waiting[id_] = self._begin

    @override
    def tell_trouble(self, sink: str, through: str, notices: Sequence[Notice], at: datetime) -> None:
        self.stand_in([through], notices)
        since, hearers = self.troubles.get(sink, (at, ()))
        self.troubles[sink] = (since, (*hearers, through))

    @override
    def outage(self, sink: str, now: datetime) -> Outage | None:
        if sink not in self.troubles:
            return None
        since, hearers = self.troubles[sink]
        waiting = sum(self._notices[id_][0] == sink for id_ in self.waiting)
        return Outage(since, sorted(set(hearers)), waiting)

    @override
    def tell_recovery(self, sink: str, through: Sequence[str], notice: Notice) -> None:
        self.stand_in(through, [notice])
        del self.troubles[sink]

    @override
    def standing(self, sink: str, closed_since: datetime) -> Sequence[Notice]:
        return [
            self._notices[id_][1]
            for id_, at in self.sent_at.items()
            if self._notices[id_][0] == sink
            and (self._notices[id_][1].kind not in CLOSING or at >= closed_since)
        ]


class FakeSink(Sink):
    """Takes notices with their pages, or raises what `broken` holds."""

    def __init__(self, name: str = "chat") -> None:
        self.name = name
        self.got: list[Notice] = []
        self.pages: list[Page] = []
        self.broken: Exception | None = None

    @override
    def send(self, notice: Notice, page: Page) -> None:
        if self.broken is not None:
            raise self.broken
        self.got.append(notice)
        self.pages.append(page)
