"""What a labelling tool tells as it happens: answers that people gave or changed, and those that they took back."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from monitor.domain.labelling.imported import NoLabel
from monitor.domain.labelling.posted import PostedLabels


class HeardAnswer(msgspec.Struct, frozen=True):
    """A person's answer to a task as it stands now, or that the person skipped it, or that a reviewer rejected it.

    `annotation` and `task` are the tool's own numbers; `prediction_id` is "" where the task does not name it, and
    `annotator` where nobody is named. `at` is when it last changed.
    """

    annotation: str
    task: str
    prediction_id: str
    at: datetime
    choices: Sequence[str]
    annotator: str = ""
    skipped: bool = False
    rejected: bool = False


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
