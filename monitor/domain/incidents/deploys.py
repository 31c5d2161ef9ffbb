"""A deploy that people noted: a likely cause of a fall that began soon after it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.patterns import fits_pattern

SOON = timedelta(days=1)
"""A fall that began so soon after a deploy is shown beside it."""


class Deploy(msgspec.Struct, frozen=True, kw_only=True):
    """What went live at `at`, in the words of `author`.

    `model` is a pattern of names with * and ?, "" for every model; `version` is a note for people.
    """

    id: int
    at: datetime
    text: str
    author: str
    model: str = ""
    version: str = ""


def deploys_before(
    deploys: Iterable[Deploy], model_name: str, members: Sequence[MemberFacts]
) -> list[Deploy]:
    """The deploys of that model, by time, that were within a day before the onset of one of these falls.

    Where the onset has an interval, a fall may have begun as late as its end, and a deploy may be as late.
    """
    return [
        deploy
        for deploy in sorted(deploys, key=lambda each: (each.at, each.id))
        if fits_pattern(model_name, deploy.model or "*")
        and any(member.onset - SOON <= deploy.at <= latest_onset(member) for member in members)
    ]


def span_before(members: Sequence[MemberFacts]) -> tuple[datetime, datetime] | None:
    """From when to when a deploy can be before one of these falls; None without one."""
    if not members:
        return None
    return min(member.onset for member in members) - SOON, max(map(latest_onset, members))


def latest_onset(member: MemberFacts) -> datetime:
    """The latest time at which a fall may have begun."""
    return max(member.onset, member.onset_high or member.onset)
