"""A member of an incident in numbers: one broken cell as it is told, and kept for the next telling."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from monitor.domain.recall.estimate import Estimate, Method
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.caveats import Caveat
from monitor.domain.telling.neighbours import Neighbour
from monitor.domain.telling.routing import Severity


class Start(msgspec.Struct, frozen=True):
    """Where a fall may have begun: the time of a prediction, and its outcome."""

    at: datetime
    seq: int

    def begins(self, made: datetime, seq: int) -> bool:
        """Whether a prediction made then, with that outcome, is of the fall; at the same time the outcome decides."""
        return (made, seq) >= (self.at, self.seq)


class Standout(msgspec.Struct, frozen=True):
    """The part of the tickets that explains most misses, beyond chance: `misses` of its `tickets`."""

    conditions: Mapping[str, str]
    tickets: int
    misses: int


class WorstMember(msgspec.Struct, frozen=True):
    """One intent of a broken group: its recall since the group's onset, and what its outcomes brought the bet.

    `evidence` is how many times they multiplied it: above 1 for an intent that has fallen.
    """

    intent: str
    recent: Estimate
    recent_support: int
    offline: float
    evidence: float


class ExplainedBy(msgspec.Struct, frozen=True):
    """The members whose tickets explain a broken cell, and its recall `outside` of them since its onset.

    Over `support` labelled positives, looked at once. There it is not broken, so nobody is told of it by itself.
    """

    cells: tuple[Cell, ...]
    outside: Estimate
    support: int


class Together(msgspec.Struct, frozen=True):
    """What is known of a broken group's `size` members: the `worst` first, by evidence.

    `alone` is the one without which nothing would have been won; None where no single one explains the fall.
    """

    size: int
    worst: Sequence[WorstMember] = ()
    alone: str | None = None


class MemberFacts(msgspec.Struct, frozen=True):
    """One broken cell, in numbers.

    `live` is the recall of all `live_support` labelled positives since the release, with a confidence
    sequence; `recent` the same of those predicted since the onset, with an interval made by `recent_method`.
    `offline` is the anchor's with its own interval; `offline_real` is over real rows only, where that is known.
    `misses_to` counts live misses
    since the onset by the intent they went to. `touched` estimates how many tickets of this
    intent were missed since the onset, those without a label, or whose label is still to come, too. `onset` is when
    the first of the fall was predicted, 95 % between `onset_low` and `onset_high` (None: a version before this one
    stored it); `starts` are its best start, the first likely and the first possible one. `evidence` is what the bet had
    won when it was last looked at, as a share of `pages_at` (1, but where a version before this one stored it); of a
    page the cell gets `money_per_day`, where that is known. `onset_seq` is the first outcome of a prediction since the
    onset, `first_seq` of one since the first possible start.
    `slices` broke with it, and its own fall explains them; of those that are `unsure` too few tickets tell.
    `page_seq` is the outcome that brought the page.
    `newest` is when the newest labelled ticket was predicted, `label_lag_s` how many seconds ago that was: of
    what came since, nobody knows yet. `standout` is where the misses are, if they are anywhere in particular.
    `severity` is how bad it is if nobody looks, in a notice. `together` is there where it is a group of intents, and
    `intents` are its members when it broke (empty: no group, or a version before this one stored it).
    `explained` is there while other members explain it, and people are not told of it.
    `noted_early` is when people were told, before any label was, that its demand fell or its recall did.
    `before` is the same cell of the version before, and `siblings` are the other values of its slice.
    """

    cell: Cell
    live: Estimate
    live_support: int
    recent: Estimate
    recent_support: int
    offline: Estimate
    offline_support: int
    floor: float
    onset: datetime
    noticed: datetime
    touched: Estimate
    misses_to: Mapping[str, int]
    evidence: float
    pages_at: float = msgspec.field(default=1.0, name="threshold")
    money_per_day: float | None = None
    onset_seq: int = 0
    offline_real: Estimate | None = None
    offline_real_support: int | None = None
    caveats: Sequence[Caveat] = ()
    slices: Sequence[str] = ()
    page_seq: int = -1
    newest: datetime | None = None
    label_lag_s: float | None = None
    standout: Standout | None = None
    severity: Severity | None = None
    together: Together | None = None
    before: Neighbour | None = None
    siblings: Sequence[Neighbour] = ()
    recent_method: Method = Method.ONE_LOOK
    onset_low: datetime | None = None
    onset_high: datetime | None = None
    starts: Sequence[Start] = ()
    first_seq: int = -1
    unsure: Sequence[str] = ()
    intents: tuple[str, ...] = ()
    explained: ExplainedBy | None = None
    noted_early: datetime | None = None

    def with_slice(self, slice_text: str, *, telling: bool | None) -> "MemberFacts":
        """With a slice that broke with it; not `telling`: too few tickets say how (None: what was known holds)."""
        unsure = set(self.unsure)
        if telling is not None:
            unsure = unsure - {slice_text} if telling else unsure | {slice_text}
        slices = sorted({*self.slices, slice_text})
        return msgspec.structs.replace(self, slices=slices, unsure=sorted(unsure))

    @property
    def share_of_a_page(self) -> float:
        """What the bet had won, as a share of what pages."""
        return self.evidence / self.pages_at


def told_of(members: Iterable[MemberFacts]) -> list[MemberFacts]:
    """The members that people are told of: those that no other explains, or all where there are none."""
    every = list(members)
    return [member for member in every if member.explained is None] or every


def worst_first(member: MemberFacts) -> tuple[bool, float, Cell]:
    """A key to sort members by: how far recall is below the floor; those that others explain are last."""
    return member.explained is not None, member.recent.value - member.floor, member.cell
