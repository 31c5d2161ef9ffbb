"""What became of an event, as it is counted; and the text that stands for it in a table or a metric."""

from enum import StrEnum
from typing import NamedTuple

from monitor.domain.events.tolerance import Mend


class Became(StrEnum):
    """What became of an event that was taken in; a rejected one has a code instead."""

    PREDICTION = "prediction"
    PREDICTION_REPEAT = "prediction_repeat"
    PREDICTION_LATE = (
        "prediction_late"  # taken in, though retention has dropped all that was made when it was
    )
    PREDICTION_FOLDED = (
        "prediction_folded"  # of models that count together another has answered: that one counts
    )
    PREDICTION_DROPPED = "prediction_dropped"  # a repeat of what retention has dropped
    LABEL = "label"
    LABEL_FITS_NONE = (
        "label_fits_none"  # taken in; its id was answered, but so far by no model that the label names
    )
    LABEL_REPEAT = "label_repeat"
    LABEL_OUTDATED = "label_outdated"
    LABEL_NOT_BELIEVED = (
        "label_not_believed"  # of a kind, a design or a time that its topic is not believed for
    )
    ERASED = "erased"
    NO_EVENT = "no_event"  # a sound record that holds none, as a request does: passed over
    TOMBSTONE = "tombstone"  # a key without a value, as compacted topics have it: passed over


SEEN_BEFORE = frozenset(
    {Became.PREDICTION_REPEAT, Became.PREDICTION_DROPPED, Became.LABEL_REPEAT, Became.LABEL_OUTDATED}
)
"""What repeats an event, or was replaced by one, that was taken in before."""
PASSED_OVER = frozenset({Became.LABEL_NOT_BELIEVED, Became.ERASED, Became.NO_EVENT, Became.TOMBSTONE})
"""What is no news, and never was."""


class FateKind(StrEnum):
    """How to read the code of a fate."""

    TAKEN = "taken"  # one of `Became`
    REJECTED = "rejected"  # a dead letter, by one of `CODES`
    MENDED = "mended"  # put right, by one of `Mend`; such an event counts as taken in, too
    FOLDED = "folded"  # beyond a `Limit`: counts together with others, under `__other__`
    UNSENT = "unsent"  # a dead letter that can't be sent; no code


class Limit(StrEnum):
    """How many there may be; what is beyond counts under one name, `__other__`."""

    PREDICTED_NAMES = "predicted_names"  # that one model predicts
    MODELS = "models"  # released ones: name, version and environment
    TOPICS = "topics"  # or files, whose events are counted apart


class EventFate(NamedTuple):
    """What became of an event: `rejected` with the code `not_json`, say.

    As a text it is `rejected:not_json`, what is taken in the code alone:

    >>> str(EventFate.rejected("not_json")), str(EventFate.taken(Became.LABEL)), str(UNSENT)
    ('rejected:not_json', 'label', 'unsent')
    >>> EventFate.parse("rejected:not_json") == EventFate.rejected("not_json")
    True
    """

    kind: FateKind
    code: str

    @classmethod
    def taken(cls, became: Became) -> "EventFate":
        """It was taken in, or passed over."""
        return cls(FateKind.TAKEN, became.value)

    @classmethod
    def rejected(cls, code: str) -> "EventFate":
        """It is a dead letter."""
        return cls(FateKind.REJECTED, code)

    @classmethod
    def mended(cls, mend: Mend) -> "EventFate":
        """It was put right."""
        return cls(FateKind.MENDED, mend.value)

    @classmethod
    def folded(cls, limit: Limit) -> "EventFate":
        """It counts together with others; it is taken in, too."""
        return cls(FateKind.FOLDED, limit.value)

    @classmethod
    def parse(cls, text: str) -> "EventFate":
        """From its text. What no release knows is the code of something taken in."""
        if text == FateKind.UNSENT:
            return UNSENT
        kind, colon, code = text.partition(":")
        if colon and kind in _WITH_A_CODE:
            return cls(FateKind(kind), code)
        return cls(FateKind.TAKEN, text)

    def __str__(self) -> str:
        match self.kind:
            case FateKind.TAKEN:
                return self.code
            case FateKind.UNSENT:
                return self.kind.value
            case _:
                return f"{self.kind}:{self.code}"


LIMITS = "limits"  # stands for a topic where it is counted what is beyond one
_WITH_A_CODE = (FateKind.REJECTED, FateKind.MENDED, FateKind.FOLDED)
UNSENT = EventFate(FateKind.UNSENT, "")
