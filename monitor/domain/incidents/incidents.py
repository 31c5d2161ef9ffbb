"""Which cells are broken now, against the incident that is open: what changes, and why anyone is told."""

from collections.abc import Set
from enum import StrEnum

import msgspec

from monitor.domain.incidents.history import (
    AllRecovered,
    CellsBroke,
    MembersChanged,
    PageWithdrawn,
    VersionsRetired,
)
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.identity import stable_id
from monitor.domain.telling.kinds import NoticeKind


class IncidentState(StrEnum):
    """Where an incident is in its life."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    RETRACTED = "retracted"


class Change(msgspec.Struct, frozen=True):
    """What happens to an incident now, and `why`, where anything does; `tell` is None where nobody is told."""

    tell: NoticeKind | None = None
    joined: tuple[Cell, ...] = ()
    recovered: tuple[Cell, ...] = ()
    withdrawn: tuple[Cell, ...] = ()
    closes: IncidentState | None = None
    why: CellsBroke | MembersChanged | AllRecovered | PageWithdrawn | VersionsRetired | None = None
    retired: tuple[Cell, ...] = ()

    @property
    def over(self) -> tuple[Cell, ...]:
        """The members that are broken no longer, for whatever reason."""
        return (*self.recovered, *self.withdrawn, *self.retired)


def dedup_key(model_name: str, environment: str, opening: int) -> str:
    """The identity of an incident: model, environment and opening number, nothing that changes with time."""
    return stable_id(model_name, environment, str(opening))


def why_notify(
    broken: Set[Cell], members: Set[Cell], recovered: Set[Cell], retired: Set[Cell] = frozenset()
) -> Change:
    """Compare what is broken with an incident's members (none: nothing is open) and say what changes.

    `broken` are the cells whose page stands and that may page; `members` the incident's cells that had not
    recovered; `recovered` those of them whose recall was won back, and `retired` those of versions that answer no
    requests any more. A member that is none of these rested on labels that were corrected since: it is withdrawn.
    """
    joined = tuple(sorted(broken - members))
    healed = tuple(sorted((members & recovered) - broken))
    gone = tuple(sorted((members & retired) - broken - recovered))
    withdrawn = tuple(sorted(members - broken - recovered - retired))
    if not members:
        if not joined:
            return Change()
        return Change(NoticeKind.OPENED, joined, why=CellsBroke(joined))
    if not broken:
        if healed:
            return Change(
                NoticeKind.RESOLVED,
                (),
                healed,
                withdrawn,
                IncidentState.RESOLVED,
                AllRecovered(healed),
                gone,
            )
        if gone:
            why = VersionsRetired(gone)
            return Change(NoticeKind.RESOLVED, (), (), withdrawn, IncidentState.RESOLVED, why, gone)
        return Change(
            NoticeKind.RETRACTED,
            (),
            (),
            withdrawn,
            IncidentState.RETRACTED,
            PageWithdrawn(withdrawn),
        )
    if not (joined or healed or withdrawn or gone):
        return Change()
    tell = NoticeKind.MEMBER_JOINED if joined else None
    why_changed = MembersChanged(joined, healed, withdrawn, gone)
    return Change(tell, joined, healed, withdrawn, why=why_changed, retired=gone)


def what_to_tell(
    standing: Set[Cell], announced: Set[Cell], quiet: Set[Cell], opening: int
) -> NoticeKind | None:
    """What people are told of cells that are broken and that they have not heard of; None: nothing.

    `announced` are those they heard of since the incident was opened for the `opening`-th time, `quiet` those that a
    silence covers now. When the silence ends and they are still broken, they are told like new ones.
    """
    if not standing - announced - quiet:
        return None
    if announced & standing:
        return NoticeKind.MEMBER_JOINED
    return NoticeKind.OPENED if opening == 1 else NoticeKind.REOPENED
