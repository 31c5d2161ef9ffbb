"""Alerts for a system that knows each by its labels, as Alertmanager does.

As long as an alert stands its labels are those it was first sent under: of others the system would make a second
alert, and the first would never end. What changes in between, a severity or the configuration, counts from the next
fall on.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

AlertLabels = Mapping[str, str]


class Alert(Struct, frozen=True, kw_only=True):
    """What is wrong with `about` since then; `ends` says since when it no longer is, None while it stands.

    The same is wrong with the same thing once at a time, whichever notices tell of it.
    """

    about: str
    since: datetime
    labels: AlertLabels
    annotations: AlertLabels
    ends: datetime | None = None


class SentAlert(Struct, frozen=True):
    """The labels that an alert of the notices with this dedup key was sent under; `ended` when its end was sent."""

    dedup_key: str
    about: str
    since: datetime
    labels: AlertLabels
    ended: datetime | None = None


class Settled(NamedTuple):
    """The alerts to send, each under the labels it is known by; which of them begin by that, and what ends."""

    alerts: Sequence[Alert]
    begun: Sequence[SentAlert]
    ended: Sequence[SentAlert]


def settled(
    alerts: Sequence[Alert], sent: Collection[SentAlert], dedup_key: str, at: datetime, *, closes: bool
) -> Settled:
    """The alerts of a notice that was made `at`, after these were `sent`.

    What is over ends under the labels it was sent under. So does an earlier fall of the same whose end never arrived,
    told under this key or another, when the later one stands or ends; and where the notice `closes`, all that was
    sent under its key. No end is sent of labels that another alert stands under: that one ends them. A notice that is
    older than the end of what it tells is passed over.
    """
    own = {(past.about, past.since): past for past in sent if past.dedup_key == dedup_key}
    standing: dict[tuple[str, datetime], Alert] = {}
    begun = []
    for alert in alerts:
        past = own.get((alert.about, alert.since))
        if alert.ends is not None or (past and past.ended and past.ended > at):
            continue
        labels = past.labels if past else alert.labels
        standing[alert.about, alert.since] = replace(alert, labels=labels)
        if past is None or past.ended:
            begun.append(SentAlert(dedup_key, alert.about, alert.since, labels))
    named = {alert.about for alert in alerts}
    ended = [
        past
        for fall, past in own.items()
        if fall not in standing
        and past.since <= at
        and past.ended in (None, at)  # the same end may be sent again
        and (closes or past.about in named)
    ]
    # Of each of these, the latest fall: what began before it is over, also where its own end was given up.
    falls = [(alert.about, alert.since) for alert in alerts] + [(past.about, past.since) for past in ended]
    latest = dict(sorted(falls))
    ended += [
        past
        for past in sent
        if past.dedup_key != dedup_key
        and past.ended is None
        and past.since < latest.get(past.about, past.since)
    ]
    taken = [alert.labels for alert in standing.values()]
    taken += [past.labels for past in sent if past.ended is None and past not in ended]
    ends = [end for end in _ends(alerts, ended, own.values(), at) if end.labels not in taken]
    return Settled([*standing.values(), *ends], begun, ended)


def _ends(
    alerts: Sequence[Alert], ended: Sequence[SentAlert], own: Collection[SentAlert], at: datetime
) -> list[Alert]:
    """An end under all labels that what is over was sent under; under its own where nothing is known of it."""
    words = {alert.about: alert for alert in alerts}
    ends = []
    for past in ended:
        alert = words.get(past.about)
        ends.append(
            Alert(
                about=past.about,
                since=past.since,
                labels=past.labels,
                annotations=alert.annotations if alert else {},
                ends=(alert and alert.ends) or at,
            )
        )
    for alert in alerts:
        if alert.ends is not None and alert.about not in {past.about for past in ended}:
            known = max((past for past in own if past.about == alert.about), key=_since, default=None)
            ends.append(replace(alert, labels=known.labels) if known else alert)
    return ends


def _since(past: SentAlert) -> datetime:
    return past.since
