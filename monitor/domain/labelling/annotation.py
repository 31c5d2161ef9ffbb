"""What a person answered to a task of a labelling tool."""

from collections.abc import Sequence
from datetime import datetime

import msgspec


class Annotation(msgspec.Struct, frozen=True):
    """A person's answer as it stands now, or that the person skipped the task, or that a reviewer rejected the answer.

    `number` is the tool's own, `at` when it last changed, `choices` what was chosen, `annotator` who it was
    ("" where the tool does not say).
    """

    number: str
    at: datetime
    choices: Sequence[str]
    annotator: str = ""
    skipped: bool = False
    rejected: bool = False
