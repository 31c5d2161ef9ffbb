"""Groups of a model's intents: who is a member, and which outcomes count for all of them together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from monitor.domain.anchors.floor import MIN_FLOOR
from monitor.domain.anchors.promise import Anchor
from monitor.domain.detection.bars import GroupMembers, KeptAnchor
from monitor.domain.detection.group import MemberAnchor, group_standing, leaves_room, unmixed
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.types import Model, Outcome
from monitor.domain.judging.judge import SUSPECT
from monitor.domain.judging.state import Bet, CellState, HeldTo, ModelState
from monitor.domain.judging.watching import AllTheRare, Listed, WhyWatched
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.patterns import fits_pattern
from monitor.evaluate.apart import ModelsCounted
from monitor.evaluate.counting import Counting, Revised, counts_alike, known_alike
from monitor.evaluate.ports import EvaluationTransaction, RevisedOutcome
from monitor.evaluate.slack import only_slack, settled
from monitor.incidents.isolation import Isolation
from monitor.settings.settings import Settings

RARE = "rare"
"""The group of all that is watched, unless the configuration has one of that name."""
NOTHING_YET = Income((Rate(0, 0.0),))  # the money from now on is added to it
AT_LEAST = 2  # usable members: one alone is a cell already


def members_by_group(
    cells: Mapping[Cell, CellState], anchors: Mapping[Model, Anchor], settings: Settings
) -> dict[Cell, GroupMembers]:
    """The groups there are to be: of each anchored model, those with two usable members or more.

    A member has an anchor that leaves room for a fall; its number is that which it is held to by itself.
    """
    if not settings.judge.groups_share:
        return {}
    groups: dict[Cell, GroupMembers] = {}
    for model, anchor in anchors.items():
        here = settings.of(model)
        usable = _usable(anchor, cells, here)
        chosen = {RARE: [i for i in usable if _watched(cells.get(Cell(model, i)))]}
        for named in here.groups:
            chosen[named.name] = [i for i in usable if any(fits_pattern(i, p) for p in named.intents)]
        for name, intents in chosen.items():
            if len(intents) >= AT_LEAST:
                members = GroupMembers(
                    tuple(usable[intent] for intent in intents),
                    here.judge.forgiven,
                    here.anchor.treat_as == "promise",
                    settings.labels.assumed_slips,
                )
                standing = group_standing(members.bar, unmixed(members.bar))
                if standing is not None and standing.floor >= MIN_FLOOR:  # else there is no room for a fall
                    groups[Cell.of_group(model, name)] = members
    return groups


def _usable(anchor: Anchor, cells: Mapping[Cell, CellState], settings: Settings) -> dict[str, KeptAnchor]:
    """The intents that can be bet on together, by name; with their slack for wrong labels."""
    return {
        intent: KeptAnchor(intent, recall, measured.support)
        for (intent, slice_text), promise in sorted(anchor.promises.items(), key=lambda kept: kept[0])
        for measured in [promise.judged_by(settings.anchor.basis)]
        for state in [cells.get(Cell(anchor.model, intent))]
        for slack in [state.held.slack if state is not None else None]
        for recall in [slack.under(measured.recall) if slack else measured.recall]
        if not slice_text
        and Cell(anchor.model, intent).group is None
        and leaves_room(MemberAnchor(recall, measured.support), settings.judge.forgiven)
    }


def _watched(state: CellState | None) -> bool:
    return state is not None and state.held.watched is not None


class Groups:
    """The groups of one evaluation. They are formed when it is known which intents are watched, and counted then.

    A group whose members, or their anchors, are others than they were begins its bet anew, with money from then on:
    `form` leaves it an income of nothing. `wanted` are the groups there are to be, as soon as that is known.
    """

    def __init__(
        self,
        transaction: EvaluationTransaction,
        cells: dict[Cell, CellState],
        anchors: Mapping[Model, Anchor],
        models: Mapping[Model, ModelState],
        counting: Counting,
        settings: Settings,
        isolation: Isolation,
    ) -> None:
        self.wanted: Mapping[Cell, GroupMembers] | None = None
        self._tx = transaction
        self._cells = cells
        self._anchors = anchors
        self._models = models
        self._counting = counting
        self._settings = settings
        self._isolation = isolation

    def _wanted(self) -> Mapping[Cell, GroupMembers] | None:
        """The groups there are to be, unless they were given; None where that fails."""
        if self.wanted is None:
            self.wanted = self._isolation.attempt(
                "which intents are bet on together",
                partial(members_by_group, self._cells, self._anchors, self._settings),
                None,
            )
        return self.wanted

    def form(
        self,
        outcomes: Sequence[Outcome],
        counted: ModelsCounted,
        revisions: Sequence[RevisedOutcome],
        upto: int,
    ) -> None:
        """Bring every group up to date; what came to each is added to what was `counted`.

        Groups of a model that is not counted to the end stay as they are, and so do those of a retired version, but
        they page no more. Where a model caught up, or was revived, they are counted anew.
        """
        wanted = self._wanted()
        known = [cell for cell in self._cells if cell.group is not None]
        if wanted is None:
            self._count_anew(known)
            return
        wanted = dict(wanted)
        for cell in known:
            members = self._cells[cell].held.members
            rests = self._retired(cell.model) and cell.model in self._anchors
            if cell not in wanted and members is not None and rests:
                wanted[cell] = members
            elif cell not in wanted:
                ended = self._cells[cell]
                self._cells[cell] = replace(ended, held=HeldTo(income=ended.held.income), bet=Bet())
        caught_up = self._tx.behind()
        for cell, members in wanted.items():
            if cell.model in counted.behind:
                continue
            before = self._cells.get(cell)
            step = partial(
                self._bring_up,
                cell,
                members,
                before,
                outcomes,
                counted,
                revisions,
                upto,
                cell.model in caught_up,
            )
            if not self._isolation.attempt(cell, step, otherwise=False):
                counted.new.pop(cell, None)
                counted.revised.pop(cell, None)
                if before is not None:
                    self._cells[cell] = before
                    self._count_anew([cell])

    def _why(self, cell: Cell, members: GroupMembers) -> WhyWatched | None:
        """Why a group may page; one of a retired version may not."""
        if self._retired(cell.model):
            return None
        listed = cell.group != RARE or self._is_named(cell)
        return Listed() if listed else AllTheRare(len(members.intents))

    def _retired(self, model: Model) -> bool:
        return model in self._models and self._models[model].retirement is not None

    def _count_anew(self, cells: Iterable[Cell]) -> None:
        """Mark groups that could not be counted: held to no anchor, they are counted and bet on anew the next time."""
        for cell in cells:
            state = self._cells[cell]
            self._cells[cell] = replace(state, held=replace(state.held, anchor_id=None))

    def _bring_up(
        self,
        cell: Cell,
        members: GroupMembers,
        before: CellState | None,
        outcomes: Sequence[Outcome],
        counted: ModelsCounted,
        revisions: Sequence[RevisedOutcome],
        upto: int,
        caught_up: bool,
    ) -> bool:
        if before is not None:
            members = self._kept(before, members)
        ours = partial(_of, cell.model, frozenset(members.intents))
        counted.new[cell] = [outcome for outcome in outcomes if ours(outcome)]
        anew = before is None or before.held.members != members or before.held.anchor_id is None
        if before is None or anew or caught_up:
            self._cells[cell] = self._begun(cell, members, upto)
            return True
        why = self._why(cell, members)
        held = replace(before.held, watched=why, anchor_id=self._anchors[cell.model].id)
        self._cells[cell] = replace(before, held=held)
        for outcome in counted.new[cell]:
            self._counting.count_into(before, outcome, 1)
        changes = self._changes(before, revisions, ours)
        if changes:
            counted.revised[cell] = Revised(
                [outcome for outcome, by in changes if by < 0],
                [outcome for outcome, by in changes if by > 0],
            )
        return True

    def _changes(
        self, before: CellState, revisions: Sequence[RevisedOutcome], ours: Callable[[Outcome], bool]
    ) -> list[tuple[Outcome, int]]:
        """What corrections took out of a group (-1) and put into it (1); they are counted."""
        changes = []
        for revision in revisions:
            alike = counts_alike(*revision)
            if alike and known_alike(*revision):
                continue
            for corrected, by in ((revision.before, -1), (revision.after, 1)):
                if corrected is None or not ours(corrected):
                    continue
                changes.append((corrected, by))
                if not alike:
                    self._counting.count_into(before, corrected, by)
        return changes

    def _kept(self, before: CellState, wanted: GroupMembers) -> GroupMembers:
        """The members that a bet goes on with. Who is found rare later joins when the group would be twice as large.

        So the bet of a version begins a few times at most while its traffic shows who is rare.
        """
        members = before.held.members
        if members is None or before.held.anchor_id != self._anchors[before.cell.model].id:
            return wanted
        wanted = settled(before, wanted)
        grown = {*members.anchors} < {*wanted.anchors} and replace(wanted, anchors=members.anchors) == members
        few = len(wanted.anchors) < 2 * len(members.anchors)
        suspected = before.bet.detector is not None and before.bet.detector.evidence >= SUSPECT
        return members if grown and (few or suspected) and not self._is_named(before.cell) else wanted

    def _begun(self, cell: Cell, members: GroupMembers, upto: int) -> CellState:
        """A group counted anew; its bet begins, but where it has the same members: that is made again."""
        self._tx.note_members(cell, members.intents)
        known = self._cells.get(cell) or CellState(cell)
        min_probability = self._settings.sampling.min_probability
        tally = self._tx.recount(cell, upto, min_probability)
        labels = replace(known.labels, tally=tally, min_probability=min_probability)
        why = self._why(cell, members)
        if known.held.members == members:
            held = replace(known.held, watched=why, anchor_id=self._anchors[cell.model].id)
            again = known.held.anchor_id is None or known.bet.replay
            return replace(known, labels=labels, held=held, bet=replace(known.bet, replay=again))
        held = HeldTo(why, self._anchors[cell.model].id, None, None, members=members)
        if known.held.had_money:
            held = replace(held, income=self._income(known.held, members), funded=True)
        return with_floor(replace(known, labels=labels, held=held, bet=Bet()))

    @staticmethod
    def _income(known: HeldTo, members: GroupMembers) -> Income | None:
        """A group that its traffic makes larger bets its own money again; another group has money from now on."""
        before = known.members
        if before is not None and ({*before.anchors} < {*members.anchors} or only_slack(before, members)):
            return known.income
        return NOTHING_YET

    def _is_named(self, cell: Cell) -> bool:
        return any(named.name == cell.group for named in self._settings.of(cell.model).groups)


def with_floor(state: CellState) -> CellState:
    """A group with its floor by the mix of the labels that were bet on; other cells as they are."""
    members, detector = state.held.members, state.bet.detector
    if members is None:
        return state
    mix = detector.mix if detector is not None and detector.mix is not None else unmixed(members.bar)
    standing = group_standing(members.bar, mix)
    return replace(state, held=replace(state.held, floor=standing.floor if standing else None))


def weights_of(groups: Iterable[Cell], settings: Settings) -> dict[Cell, float]:
    """What each group weighs against the others."""
    return {
        cell: settings.weight_of(cell.model)
        * next((named.weight for named in settings.of(cell.model).groups if named.name == cell.group), 1.0)
        for cell in groups
    }


def _of(model: Model, intents: frozenset[str], outcome: Outcome) -> bool:
    return outcome.model == model and outcome.intent in intents
