"""Why labels cannot tell an intent's recall: values, put into words by `reports.words.labelling`."""

import msgspec

from monitor.domain.sampling.response import Skew


class OnlyOwnLabels(msgspec.Struct, frozen=True, tag_field="kind", tag="only_own_labels"):
    """Labels exist only for tickets predicted as the intent, where every label is a hit."""

    intent: str


class NoLabelElsewhere(msgspec.Struct, frozen=True, tag_field="kind", tag="no_label_elsewhere"):
    """No ticket that was predicted as anything but the intent has a label yet."""

    intent: str


class FewLabelsElsewhere(msgspec.Struct, frozen=True, tag_field="kind", tag="few_labels_elsewhere"):
    """Of undeclared labels `labels` are on tickets predicted otherwise, fewer than the `needed`."""

    intent: str
    labels: int
    needed: int


class UnlabelledClasses(msgspec.Struct, frozen=True, tag_field="kind", tag="unlabelled_classes"):
    """So many `predictions` of whole classes have no label: of `classes`, the largest first, and `more` of them."""

    predictions: int
    classes: tuple[str, ...]
    more: int = 0


class SkippedTickets(msgspec.Struct, frozen=True, tag_field="kind", tag="skipped_tickets"):
    """Which of the drawn tickets are labelled is no chance: `skews` is what the labelled ones differ in."""

    skews: tuple[Skew, ...]


Gap = OnlyOwnLabels | NoLabelElsewhere | FewLabelsElsewhere | UnlabelledClasses | SkippedTickets


class UnevenLabels(msgspec.Struct, frozen=True, tag_field="kind", tag="uneven_labels"):
    """The intent's own predictions are labelled `times` as often as the rest (infinite: only they are)."""

    intent: str
    times: float
