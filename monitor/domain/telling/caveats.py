"""What to bear in mind of a broken cell's figures: values, put into words by `reports.words.caveats`."""

import msgspec

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.grade_reasons import GradeReason
from monitor.domain.judging.reasons import OnlyMature
from monitor.domain.labelling.slips import MissBatches, MissSpread
from monitor.domain.labelling.unidentified import SkippedTickets


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


class CountedWeak(msgspec.Struct, frozen=True, tag_field="kind", tag="counted_weak"):
    """A program gave `weak` of the `labels` since the onset; they count as if a person had given them."""

    weak: int
    labels: int


class WrongLabels(msgspec.Struct, frozen=True, tag_field="kind", tag="wrong_labels"):
    """With so many labels wrong there was no fall: a `rate` of the other intents' tickets under this one.

    `wrong` of the `misses` would have to be such. How these spread is `likelier` times likelier than the other way.
    `batches` are the few days of labelling that the misses keep to, where they do. A second reader `confirmed` so many
    of the misses.
    """

    rate: float
    wrong: int
    misses: int
    spread: MissSpread
    likelier: float
    batches: MissBatches | None = None
    confirmed: int = 0


Caveat = (
    DoubtfulAnchor
    | UnknownDesign
    | WeighedLabels
    | CappedWeights
    | OnlyMature
    | CountedWeak
    | SkippedTickets
    | WrongLabels
    | str  # a sentence as an earlier version stored it: shown as it stands, read by nothing
)
