"""Two anchors, each with how its model would be judged by it, in; what is otherwise, intent by intent, out."""

from collections.abc import Iterable, Mapping

import msgspec

from monitor.domain.anchors.promise import Anchor, Basis, Promise
from monitor.domain.incidents.group_facts import promise_of_group
from monitor.domain.judging.judge import Coverage, Verdict
from monitor.domain.judging.standing import Standing, standing
from monitor.domain.judging.state import CellState
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.slices.cells import Cell


class IntentByAnchor(msgspec.Struct, frozen=True, kw_only=True):
    """What an intent, or a group of them, is held to by an anchor, and how it would be judged by it.

    `recall` is the offline one, of `support` examples. `floor` is None where there is nothing to be held to. `evidence`
    is what its bet has won, as a share of a page, of so many `labels`.
    """

    recall: float
    support: int
    grade: str = ""
    floor: float | None = None
    watched: WhyWatched | None = None
    verdict: Verdict = Verdict.UNANCHORED
    coverage: Coverage = Coverage.NONE
    standing: Standing = Standing.UNANCHORED
    evidence: float = 0.0
    labels: int = 0


class IntentChange(msgspec.Struct, frozen=True):
    """An intent by each of two anchors; None where the anchor promises nothing of it."""

    name: str
    before: IntentByAnchor | None
    after: IntentByAnchor | None

    @property
    def begins_to_page(self) -> bool:
        """Whether it becomes watched."""
        return _watched(self.after) and not _watched(self.before)

    @property
    def pages_no_more(self) -> bool:
        """Whether it is no longer watched."""
        return _watched(self.before) and not _watched(self.after)

    @property
    def floor_moves(self) -> float:
        """By how much its floor rises; 0 where one of the two has none."""
        here, there = _floor(self.before), _floor(self.after)
        return 0.0 if here is None or there is None else there - here

    @property
    def stands_otherwise(self) -> bool:
        """Whether it would be judged otherwise."""
        return _standing(self.before) is not _standing(self.after)

    @property
    def changes(self) -> bool:
        """Whether anything of it is otherwise that decides who is paged."""
        return self.before != self.after


class AnchorDifference(msgspec.Struct, frozen=True):
    """What is otherwise by `after` than by `before`, which is None where the model is held to nothing.

    `active_id` names the anchor that the model of `after` is held to now; "" for none.
    """

    before: Anchor | None
    after: Anchor
    active_id: str
    intents: tuple[IntentChange, ...]

    @property
    def active(self) -> bool:
        """Whether the model of `after` is held to it already: then nothing is to come, else all its bets begin anew."""
        return self.active_id == self.after.id

    @property
    def from_what_holds(self) -> bool:
        """Whether `before` is what the model of `after` is held to now."""
        return self.active_id == (self.before.id if self.before is not None else "")

    @property
    def of_one_model(self) -> bool:
        """Whether both are anchors of the same model version."""
        return self.before is None or self.before.model == self.after.model

    def bet_anew(self, change: IntentChange) -> int:
        """How many labels of an intent would be bet on again."""
        held = change.after
        return 0 if self.active or held is None or held.floor is None else held.labels


def held_intents(anchor: Anchor, states: Iterable[CellState], basis: Basis) -> dict[str, IntentByAnchor]:
    """What the anchor's model is held to by it, by the name that people read: intents and groups, no slices.

    `states` are its cells as they are, or would be, judged by it.
    """
    promised = {
        Cell(anchor.model, intent): promise
        for (intent, slice_), promise in anchor.promises.items()
        if not slice_
    }
    ours = {
        state.cell: state
        for state in states
        if state.cell.model == anchor.model and not state.cell.slice_text
    }
    held = {cell.display: _held(promise, ours.get(cell), basis) for cell, promise in promised.items()}
    for cell, state in ours.items():
        promise = promise_of_group(state) if cell.group is not None else None
        if promise is not None:
            held[cell.display] = _held(promise, state, "shipped")
    return held


def difference(
    before: tuple[Anchor, Mapping[str, IntentByAnchor]] | None,
    after: tuple[Anchor, Mapping[str, IntentByAnchor]],
    *,
    active_id: str,
) -> AnchorDifference:
    """What is otherwise by the later anchor: what is judged otherwise first, then who may page, then floors.

    Each is an anchor with `held_intents` by it; `active_id` names the one that holds for the model of `after` now.
    """
    here = before[1] if before is not None else {}
    there = after[1]
    changes = [IntentChange(name, here.get(name), there.get(name)) for name in here.keys() | there.keys()]
    changes.sort(key=_by_weight)
    return AnchorDifference(before[0] if before is not None else None, after[0], active_id, tuple(changes))


def _held(promise: Promise, state: CellState | None, basis: Basis) -> IntentByAnchor:
    measured = promise.judged_by(basis)
    if state is None:
        return IntentByAnchor(recall=measured.recall, support=measured.support, grade=promise.grade)
    return IntentByAnchor(
        recall=measured.recall,
        support=measured.support,
        grade=promise.grade,
        floor=state.held.floor,
        watched=state.held.watched,
        verdict=state.judgement.verdict,
        coverage=state.judgement.coverage,
        standing=standing(state),
        evidence=state.evidence,
        labels=state.labels.tally.support,
    )


def _by_weight(change: IntentChange) -> tuple[bool, bool, float, str]:
    watched = change.begins_to_page or change.pages_no_more
    return not change.stands_otherwise, not watched, -abs(change.floor_moves), change.name


def _watched(held: IntentByAnchor | None) -> bool:
    return held is not None and held.watched is not None


def _floor(held: IntentByAnchor | None) -> float | None:
    return held.floor if held is not None else None


def _standing(held: IntentByAnchor | None) -> Standing:
    return held.standing if held is not None else Standing.UNANCHORED
