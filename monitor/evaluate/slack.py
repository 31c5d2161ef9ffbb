"""How much lower each cell's floor is for `labels.slip_rate`; found seldom, and kept with the cell between."""

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.bars import GroupMembers
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState, HeldTo
from monitor.domain.labelling.slack import FIRST, Slack, due, slack_by_examples, slack_by_labels
from monitor.domain.slices.cells import Cell
from monitor.evaluate.holding import hold
from monitor.settings.settings import Settings


class Slacks:
    """The slack of every cell. Without a rate there is none, and nothing is counted."""

    def __init__(
        self, cells: Mapping[Cell, CellState], anchors: Mapping[Model, Anchor], settings: Settings
    ) -> None:
        self._anchors = anchors
        self._settings = settings
        self._rate = rate = settings.labels.assumed_slips
        self._labels: Counter[tuple[Model, str]] = Counter()
        self._predicted: Counter[tuple[Model, str, str]] = Counter()
        for cell, state in cells.items() if rate else ():
            if cell.group is not None:
                continue
            tally, where = state.labels.tally, (cell.model, cell.slice_text)
            self._labels[where] += tally.support
            self._predicted[*where, cell.intent] += tally.hits
            for intent, misses in tally.misses_to.items():
                self._predicted[*where, intent] += misses

    def hold(self, state: CellState) -> HeldTo:
        """Hold a cell to its model's active anchor, with its slack."""
        anchor = self._anchors.get(state.cell.model)
        return hold(state.held, state.cell, anchor, self._settings, self.of(state))

    def of(self, state: CellState) -> Slack | None:
        """A cell's slack: as it was, but where it is due. While a page stands it stays, and so do page and floor."""
        cell, known = state.cell, state.held.slack
        anchor = self._anchors.get(cell.model)
        if not self._rate or anchor is None:
            return None
        labels = state.labels.tally.support
        if known is not None and known.rate == self._rate and state.bet.broken:
            return known
        if labels < FIRST:
            return self._by_examples(cell, anchor)
        if known is not None and not due(known, self._rate, labels):
            return known
        everything = self._labels[cell.model, cell.slice_text]
        called = self._predicted[cell.model, cell.slice_text, cell.intent] - state.labels.tally.hits
        others = everything - labels
        return slack_by_labels(self._rate, labels, everything, called / others if others else 0.0)

    def _by_examples(self, cell: Cell, anchor: Anchor) -> Slack | None:
        where = cell.slice_text if (cell.intent, cell.slice_text) in anchor.promises else ""
        promises = {intent: each for (intent, slice_), each in anchor.promises.items() if slice_ == where}
        everything = sum(each.shipped.support for each in promises.values())
        own = promises[cell.intent].shipped.support if cell.intent in promises else 0
        if not own:
            return None
        called = sum(each.misses_to.get(cell.intent, 0) for each in promises.values())
        others = everything - own
        return slack_by_examples(self._rate, own / everything, called / others if others else 0.0)


def settled(before: CellState, wanted: GroupMembers) -> GroupMembers:
    """A group's members with the slack that their bet has, until the group's labels have doubled."""
    members, labels = before.held.members, before.labels.tally.support
    if not wanted.slip_rate or members is None or members.slip_rate != wanted.slip_rate:
        return wanted
    if labels >= max(2 * members.labels, FIRST) and not before.bet.broken:
        return replace(wanted, labels=labels)
    known = {anchor.intent: anchor for anchor in members.anchors}
    anchors = tuple(known.get(anchor.intent, anchor) for anchor in wanted.anchors)
    return replace(wanted, anchors=anchors, labels=members.labels)


def only_slack(before: GroupMembers, after: GroupMembers) -> bool:
    """Whether a group is the same but for its slack, of the same rate."""
    return (
        after.slip_rate > 0
        and before.intents == after.intents
        and replace(after, anchors=before.anchors, labels=before.labels) == before
    )
