"""The labels of a prediction in; those that are about a model's, and the label that holds, out."""

from collections.abc import Iterable, Set

from msgspec.structs import replace

from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import ONLY_OF_MISSES, Kind, Label, LabelScope, Model
from monitor.domain.slices.cells import OTHER


def serves(label: Label, model: Model) -> bool:
    """Whether a label is about this model's prediction; where models count together, its own name may be any."""
    scope = label.scope
    if scope is None or OTHER not in (model.name, model.version):
        return label.serves(model)
    given = (
        (scope.name, model.name),
        (scope.version, model.version),
        (scope.environment, model.environment),
    )
    return LabelScope(*(None if name == OTHER else asked for asked, name in given)).holds(model)


def about(labels: Iterable[Label], model: Model, out_of_scope: Set[str]) -> list[Label]:
    """The labels that are about this model's prediction, as they count."""
    ours = [label for label in labels if serves(label, model)]
    return [as_counted(label, out_of_scope) for label in ours] if out_of_scope else ours


def as_counted(label: Label, out_of_scope: Set[str]) -> Label:
    """A label as it counts: one whose intent is a name `out_of_scope` says that there is none."""
    return replace(label, intent=NO_INTENT) if label.intent in out_of_scope else label


def counted_intent(intent: str, out_of_scope: Set[str]) -> str:
    """The intent that a label names, as it counts."""
    return NO_INTENT if intent in out_of_scope else intent


def may_hold(accept: Set[Kind]) -> frozenset[Kind]:
    """The kinds of label that may hold, of those that are accepted: none that exists only for a miss."""
    return frozenset(accept) - ONLY_OF_MISSES


def holding(labels: Iterable[Label], accept: Set[Kind]) -> Label | None:
    """The label that holds for a prediction, or None.

    Of several active ones an adjudicated label holds before the rest, then the latest `labeled_at`, then
    the larger `label_id`. Kinds outside `accept` never hold.
    """
    active = [label for label in labels if not label.retracted and label.kind in accept]
    if not active:
        return None
    return max(active, key=lambda label: (label.kind is Kind.ADJUDICATED, label.labeled_at, label.label_id))
