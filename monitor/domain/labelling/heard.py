"""What a labelling tool tells as it happens: answers that people gave or changed, and those that they took back."""

from collections.abc import Sequence

import msgspec

from monitor.domain.labelling.annotation import Annotation
from monitor.domain.labelling.imported import NoLabel
from monitor.domain.labelling.posted import PostedLabels


class HeardAnswer(msgspec.Struct, frozen=True):
    """An annotation with the tool's number of its task; `prediction_id` is "" where the task does not name it."""

    task: str
    prediction_id: str
    annotation: Annotation


class HeardAnnotations(msgspec.Struct, frozen=True):
    """What was told of one project: answers as they stand, and the numbers of annotations that were deleted."""

    project: str
    answers: Sequence[HeardAnswer] = ()
    deleted: Sequence[str] = ()


class HeardLabels(msgspec.Struct, frozen=True):
    """What became of it: of the labels that were made of it, and why answers were none, or are none any more.

    `unheard_of` deleted annotations were no label here, or none any more.
    """

    posted: PostedLabels
    no_label: Sequence[NoLabel] = ()
    unheard_of: int = 0
