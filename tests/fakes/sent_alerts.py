"""`SentAlerts` in memory."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from typing_extensions import override

from monitor.deliver.ports import SentAlerts
from monitor.domain.telling.alerts import SentAlert


class FakeSentAlerts(SentAlerts):
    """What each sink was sent, in a dictionary."""

    def __init__(self) -> None:
        self._sent: dict[tuple[str, str, str, datetime], SentAlert] = {}

    @override
    def of(self, sink: str) -> list[SentAlert]:
        return [sent for (name, *_), sent in self._sent.items() if name == sink]

    @override
    def begin(self, sink: str, alerts: Sequence[SentAlert]) -> None:
        for sent in alerts:
            self._sent[sink, sent.dedup_key, sent.about, sent.since] = sent

    @override
    def end(self, sink: str, alerts: Sequence[SentAlert], at: datetime) -> None:
        for sent in alerts:
            self._sent[sink, sent.dedup_key, sent.about, sent.since] = replace(sent, ended=at)
