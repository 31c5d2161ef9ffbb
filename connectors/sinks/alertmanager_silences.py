"""Alertmanager's silences, read: which there are, and which alerts they keep quiet. It does the matching itself.

Source: prometheus/alertmanager, api/v2/openapi.yaml.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from typing_extensions import override

from connectors.sinks.http import Http
from monitor.domain.telling.silences_elsewhere import ReadSilences, SilencedAlert, SilenceElsewhere
from monitor.errors import DeliveryError
from monitor.incidents.ports.silences_elsewhere import SilencingSink

MOST_READ = 16 * 1024 * 1024  # bytes
MOST_SILENCES = 1_000  # of one sink, those that end last
TEXT_MAX = 500
_SILENCED = "active=false&silenced=true&inhibited=false&unprocessed=false"
_Answer = TypeVar("_Answer")


class _Matcher(msgspec.Struct):
    name: str
    value: str
    isRegex: bool = False  # noqa: N815 - as the API has it
    isEqual: bool = True  # noqa: N815


class _State(msgspec.Struct):
    state: str = ""


class _Silence(msgspec.Struct):
    id: str
    matchers: list[_Matcher]
    startsAt: datetime  # noqa: N815
    endsAt: datetime  # noqa: N815
    createdBy: str = ""  # noqa: N815
    comment: str = ""
    status: _State = msgspec.field(default_factory=_State)


class _SilencedBy(msgspec.Struct):
    silencedBy: list[str] = []  # noqa: N815


class _Alert(msgspec.Struct):
    labels: dict[str, str]
    status: _SilencedBy = msgspec.field(default_factory=_SilencedBy)


_silences = msgspec.json.Decoder(list[_Silence])
_alerts = msgspec.json.Decoder(list[_Alert])


class AlertmanagerSilences(SilencingSink):
    """What the instances at `urls` have. Their silences are the same, so the first that answers is believed."""

    def __init__(self, name: str, urls: Sequence[str], http: Http) -> None:
        self.name = name
        self._urls = [f"{url.rstrip('/')}/api/v2" for url in urls]
        self._http = http

    @override
    def read(self, now: datetime) -> ReadSilences:
        failure = DeliveryError("no address", retryable=False)
        for url in self._urls:
            try:
                return self._read(url, now)
            except DeliveryError as error:
                failure = error
        raise failure

    def _read(self, url: str, now: datetime) -> ReadSilences:
        silences = self._get(f"{url}/silences", _silences.decode)
        alerts = self._get(f"{url}/alerts?{_SILENCED}", _alerts.decode)
        standing = [each for each in silences if each.status.state != "expired" and each.endsAt > now]
        standing.sort(key=lambda each: (each.endsAt, each.id), reverse=True)
        return ReadSilences(
            [
                SilenceElsewhere(
                    sink=self.name,
                    id=each.id,
                    matchers=[_worded(matcher) for matcher in each.matchers],
                    author=each.createdBy[:TEXT_MAX],
                    reason=each.comment[:TEXT_MAX],
                    begins=each.startsAt,
                    ends=each.endsAt,
                    read_at=now,
                )
                for each in standing[:MOST_SILENCES]
            ],
            [SilencedAlert(each.labels, each.status.silencedBy) for each in alerts],
        )

    def _get(self, url: str, decode: Callable[[bytes], _Answer]) -> _Answer:
        try:
            return decode(self._http.get(url, MOST_READ))
        except msgspec.DecodeError as error:
            raise DeliveryError(
                f"what Alertmanager says of its silences can't be read: {error}", retryable=False
            ) from error


def _worded(matcher: _Matcher) -> str:
    """As Alertmanager writes it: `intent="x"`, `!=`, `=~` and `!~`."""
    operator = ("=" if matcher.isEqual else "!") + (
        "~" if matcher.isRegex else "" if matcher.isEqual else "="
    )
    return f"{matcher.name}{operator}{msgspec.json.encode(matcher.value).decode()}"[:TEXT_MAX]
