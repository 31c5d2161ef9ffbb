"""What each cell is held to: the promise of its model's active anchor, and whether it may page."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from monitor.domain.anchors.floor import MIN_FLOOR, floor
from monitor.domain.anchors.not_intents import promises_of_intents
from monitor.domain.anchors.promise import Anchor, Promise
from monitor.domain.events.types import Model
from monitor.domain.judging.state import HeldTo
from monitor.domain.judging.watching import SHARE_NEEDS, SmallShare, why_watched
from monitor.domain.labelling.slack import Slack
from monitor.domain.slices.admission import SliceRule
from monitor.domain.slices.cells import OTHER, Cell, Slice
from monitor.settings.settings import Settings


def of_intents(anchors: Mapping[Model, Anchor], settings: Settings) -> dict[Model, Anchor]:
    """The anchors as they are held up: what is no intent by now is promised nothing."""
    held = {}
    for model, anchor in anchors.items():
        others = settings.not_intents_of(model)
        promises = promises_of_intents(anchor.promises, others) if others else anchor.promises
        held[model] = replace(anchor, promises=promises)
    return held


def promised(anchors: Mapping[Model, Anchor]) -> list[tuple[Model, str]]:
    """The intents of which anything is promised."""
    return [(model, intent) for model, anchor in anchors.items() for intent, _ in anchor.promises]


def measured_cells(anchors: Mapping[Model, Anchor], settings: Settings) -> Iterator[Cell]:
    """The cells that active anchors measured, if they are configured to be judged."""
    for model, anchor in anchors.items():
        for intent, slice_text in anchor.promises:
            cell = Cell(model, intent, slice_text)
            if cell.group is None and (cell.slice is None or _configured(cell.slice, settings.of(model))):
                yield cell


def slice_rules(settings: Settings, model: Model) -> Sequence[SliceRule]:
    """The slices that are judged apart in a model."""
    return [
        SliceRule(rule.name, None if rule.values == "*" else rule.values, rule.cap)
        for rule in settings.of(model).slices
    ]


def _configured(slice_: Slice, settings: Settings) -> bool:
    return any(
        rule.name == slice_.name and (rule.values == "*" or slice_.value in rule.values)
        for rule in settings.slices
    )


def hold(
    held: HeldTo, cell: Cell, anchor: Anchor | None, settings: Settings, slack: Slack | None = None
) -> HeldTo:
    """Hold a cell to its model's active anchor: to the floor of its promise, or to nothing without one.

    The floor is lower by the `slack` for labels that may be wrong.
    """
    settings = settings.of(cell.model)
    promise = _promise(cell, anchor, settings) if anchor is not None else None
    measured = promise.judged_by(settings.anchor.basis) if promise is not None else None
    if anchor is None or measured is None or not measured.support:
        return replace(held, anchor_id=None, floor=None, slack=None, to_number=False)
    kept = floor(measured.recall, measured.support, settings.judge.forgiven, settings.anchor.treat_as)
    lowered = slack.under(kept) if slack else kept
    to_number = settings.judge.promise == "anchor"
    return replace(held, anchor_id=anchor.id, floor=lowered, slack=slack, to_number=to_number)


def _promise(cell: Cell, anchor: Anchor, settings: Settings) -> Promise | None:
    if cell.slice is None:
        return anchor.promise(cell.intent)
    against = {rule.name: rule.against for rule in settings.slices}
    if cell.slice.name not in against or cell.slice.value == OTHER:
        return None  # no longer configured, or a mixture of values
    return anchor.promise(cell.intent, None if against[cell.slice.name] == "intent" else cell.slice)


def watch(
    held: HeldTo, cell: Cell, anchor: Anchor | None, support: int, model_outcomes: int, settings: Settings
) -> HeldTo:
    """Whether a cell may page. Once watched, it stays watched: its share of the budget is spoken for.

    `support` counts the outcomes of its intent, `model_outcomes` all of its model.
    """
    if anchor is None or held.floor is None or held.floor < MIN_FLOOR:
        return replace(held, watched=None)
    if held.watched:
        return held
    rules = settings.of(cell.model).watch
    why = why_watched(
        cell.intent,
        anchor.promise(cell.intent),
        support,
        model_outcomes,
        listed=rules.intents,
        rare_share=rules.rare_share,
        rare_support=rules.rare_support,
    )
    return replace(held, watched=why)


def is_rare_by_share(cell: Cell, anchor: Anchor | None, settings: Settings) -> bool:
    """Whether nothing but its intent's share of the traffic can make a cell watched, whatever that is now."""
    why = watch(HeldTo(floor=1.0), cell, anchor, 0, SHARE_NEEDS, settings).watched
    return isinstance(why, SmallShare)


def may_become_watched(held: HeldTo) -> bool:
    """Whether a cell is not watched yet, and has a floor that can be bet against."""
    return not held.watched and held.floor is not None and held.floor >= MIN_FLOOR
