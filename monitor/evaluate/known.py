"""What a process keeps in memory between two evaluations, so that the next one judges only what is new.

Nothing of it is a count: only names, and what anchors and settings make of them. It holds as long as the database says
that the last evaluation, whoever made it, rested on the very same.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from hashlib import blake2b
from importlib.metadata import version
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.bars import GroupMembers
from monitor.domain.events.types import Model
from monitor.domain.judging.state import CellState, HeldTo
from monitor.domain.slices.admission import Admitted
from monitor.domain.slices.cells import Cell
from monitor.evaluate.groups import members_by_group
from monitor.evaluate.holding import of_intents, promised
from monitor.evaluate.owners import Owner, owner_of
from monitor.evaluate.ports import EvaluationTransaction
from monitor.evaluate.ports_due import RestedOn
from monitor.settings.settings import Settings

NOT_JUDGED_BY = {"kafka", "database", "metrics", "heartbeat", "poison", "schedule", "http"}
"""Sections of the settings that change nothing of what is judged or told: agents may have their own."""
VERSION = version("anchorwatch")  # another one may judge otherwise


class KnownCells(NamedTuple):
    """The cells by their `numbers`, in that order; what models are held to, and whose names have cells of their own.

    `groups` are those there are to be, `formed` all that there are (a retired version's rests), `watched` the intents
    that may page, `held` by model those with a floor, groups too, and `believing` the models with misses that are
    believed in part only. `owners` are whose cells there are. `digest` stands for all that the anchors and the settings
    make of the cells. `days_taken` is up to which day all early bets of a model are known to be made.
    """

    numbers: Mapping[Cell, int]
    anchors: Mapping[Model, Anchor]
    admitted: Admitted
    groups: Mapping[Cell, GroupMembers]
    formed: Set[Cell]
    watched: Sequence[Cell]
    held: Mapping[Model, Sequence[str]]
    believing: Set[Model]
    owners: Set[Owner]
    settings: str
    digest: str
    days_taken: dict[Model, int]

    @classmethod
    def of(
        cls,
        transaction: EvaluationTransaction,
        cells: Mapping[Cell, CellState],
        anchors: Mapping[Model, Anchor],
        admitted: Admitted,
        groups: Mapping[Cell, GroupMembers],
        settings: Settings,
    ) -> "KnownCells":
        """What these cells say, as they were saved: all, or those that are no slices."""
        held: dict[Model, list[str]] = {}
        for cell, state in cells.items():
            if not cell.slice_text and state.held.floor is not None:
                held.setdefault(cell.model, []).append(cell.intent)
        watched = sorted(watched_intents(cells.values()))
        believing = {
            cell.model for cell, state in cells.items() if state.held.believed and not cell.slice_text
        }
        _, *of_anchors = transaction.changes()
        numbers = transaction.numbers()
        rests = (
            of_anchors,
            watched,
            sorted((model, sorted(intents)) for model, intents in held.items()),
            sorted(believing),
            sorted(groups.items()),
        )
        return cls(
            numbers,
            anchors,
            admitted,
            groups,
            {cell for cell in cells if cell.group is not None},
            watched,
            held,
            believing,
            {owner_of(cell) for cell in numbers},
            _digest((VERSION + settings.model_dump_json(exclude=NOT_JUDGED_BY)).encode()),
            _digest(msgspec.json.encode(rests)),
            {},
        )

    @classmethod
    def read(cls, transaction: EvaluationTransaction, settings: Settings) -> "KnownCells":
        """What the last evaluation left, whoever made it."""
        cells = {state.cell: state for state in transaction.whole_cells()}
        anchors = of_intents(transaction.active_anchors(), settings)
        admitted = Admitted.of(transaction.numbers(), promised(anchors))
        groups = members_by_group(cells, anchors, settings)
        return cls.of(transaction, cells, anchors, admitted, groups, settings)

    def rested_on(self, transaction: EvaluationTransaction) -> RestedOn:
        """What an evaluation rested on that saved everything."""
        return RestedOn(
            self.settings, self.digest, transaction.changes(), dict(transaction.models_as_saved())
        )

    def holds(self, rested_on: RestedOn) -> bool:
        """Whether an evaluation rested on the same."""
        return (rested_on.settings, rested_on.known) == (self.settings, self.digest)

    def with_new(self, numbers: Mapping[Cell, int], admitted: Admitted) -> "KnownCells":
        """With cells that are new and concern no other that is known here."""
        if not numbers:
            return self
        owners = self.owners | {owner_of(cell) for cell in numbers}
        formed = self.formed | {cell for cell in numbers if cell.group is not None}
        return self._replace(
            numbers={**self.numbers, **numbers}, admitted=admitted, owners=owners, formed=formed
        )


def watched_intents(states: Iterable[CellState]) -> list[Cell]:
    """The intents that are watched."""
    return [
        state.cell
        for state in states
        if state.held.watched and not state.cell.slice_text and state.cell.group is None
    ]


def same_group(before: HeldTo, after: HeldTo) -> bool:
    """Whether a group is held to the same; its floor goes with the mix of its labels."""
    return replace(before, floor=after.floor) == after


def _digest(text: bytes) -> str:
    return blake2b(text, digest_size=16).hexdigest()
