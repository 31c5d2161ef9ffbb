"""Silences of another system that we send alerts to: they are not ours, and only that system knows what they fit.

Where every alert of an incident's page is silenced there, somebody there knows of it: that is told in its history.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.domain.telling.alerts import AlertLabels


class SilenceElsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A silence that a `sink` has. `matchers` are as that system writes them; `read_at` is when it last said so."""

    sink: str
    id: str
    matchers: Sequence[str]
    author: str
    reason: str
    begins: datetime
    ends: datetime
    read_at: datetime


class SilencedAlert(msgspec.Struct, frozen=True):
    """An alert that is silenced there, by its labels, and the ids of the silences that keep it quiet."""

    labels: AlertLabels
    by: Sequence[str]


class ReadSilences(msgspec.Struct, frozen=True):
    """What a sink said at one time: the silences that have not ended there, and the alerts that they keep quiet."""

    silences: Sequence[SilenceElsewhere]
    alerts: Sequence[SilencedAlert]


class KnownElsewhere(msgspec.Struct, frozen=True):
    """Every alert of a page is silenced in a `sink` by these `authors`, until the first of those silences ends."""

    sink: str
    silences: tuple[str, ...]
    authors: tuple[str, ...]
    reasons: tuple[str, ...]
    until: datetime


def known_elsewhere(
    sink: str, standing: Sequence[AlertLabels], read: ReadSilences, now: datetime
) -> KnownElsewhere | None:
    """Who silenced all of these alerts; None where one of them is told there, or there is none.

    Of several silences on one alert the one that ends last counts.
    """
    silences = {each.id: each for each in read.silences if each.begins <= now < each.ends}
    quiet = {_key(each.labels): each.by for each in read.alerts}
    chosen: dict[str, SilenceElsewhere] = {}
    for labels in standing:
        covering = [silences[each] for each in quiet.get(_key(labels), ()) if each in silences]
        if not covering:
            return None
        longest = max(covering, key=lambda each: (each.ends, each.id))
        chosen[longest.id] = longest
    if not chosen:
        return None
    used = [chosen[each] for each in sorted(chosen)]
    return KnownElsewhere(
        sink,
        tuple(each.id for each in used),
        tuple(dict.fromkeys(each.author for each in used)),
        tuple(dict.fromkeys(each.reason for each in used if each.reason)),
        min(each.ends for each in used),
    )


def _key(labels: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())
