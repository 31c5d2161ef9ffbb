"""The labels of a prediction in; those that are about a model's, and the label that holds, out."""

from collections.abc import Iterable, Set

from monitor.domain.events.types import Kind, Label, LabelScope, Model
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


def holding(labels: Iterable[Label], accept: Set[Kind]) -> Label | None:
    """The label that holds for a prediction, or None.

    Of several active ones an adjudicated label holds before the rest, then the latest `labeled_at`, then
    the larger `label_id`. Kinds outside `accept` never hold.
    """
    active = [label for label in labels if not label.retracted and label.kind in accept]
    if not active:
        return None
    return max(active, key=lambda label: (label.kind is Kind.ADJUDICATED, label.labeled_at, label.label_id))
