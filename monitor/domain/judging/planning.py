"""Why the false-page budget was planned anew: kept with each plan."""

import msgspec

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell


class NewlyWatched(msgspec.Struct, frozen=True, tag_field="kind", tag="newly_watched"):
    """The cell may page from now on, and needs a share."""

    cell: Cell


class FirstLabelsIn(msgspec.Struct, frozen=True, tag_field="kind", tag="first_labels_in"):
    """The model's first `days` of labels are in: they tell how many outcomes a year its cells really have."""

    model: Model
    days: int


PlanCause = NewlyWatched | FirstLabelsIn
