"""What to bear in mind of a broken cell's figures: values, put into words by `reports.words.caveats`."""

import msgspec

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.grade_reasons import GradeReason
from monitor.domain.judging.reasons import OnlyMature


class DoubtfulAnchor(msgspec.Struct, frozen=True, tag_field="kind", tag="doubtful_anchor"):
    """An audit does not believe the offline `recall`; `reason` is the first it gave."""

    recall: float
    grade: Grade
    reason: GradeReason | None = None


class UnknownDesign(msgspec.Struct, frozen=True, tag_field="kind", tag="unknown_design"):
    """Nobody said how the labels were chosen."""


class WeighedLabels(msgspec.Struct, frozen=True, tag_field="kind", tag="weighed_labels"):
    """Each label counts for the tickets it stands for, so that `labels` count as much as `count_as` alike."""

    labels: int
    count_as: float


class CappedWeights(msgspec.Struct, frozen=True, tag_field="kind", tag="capped_weights"):
    """So many `labels` had a smaller chance than `min_probability`, at which their weight is capped."""

    labels: int
    min_probability: float


Caveat = (
    DoubtfulAnchor
    | UnknownDesign
    | WeighedLabels
    | CappedWeights
    | OnlyMature
    | str  # a sentence as an earlier version stored it: shown as it stands, read by nothing
)
