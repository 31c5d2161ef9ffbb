"""Why an offline number has its grade: values, put into words by `reports.words.grades`."""

from enum import StrEnum

import msgspec

from monitor.domain.text.apart import Apart


class GeneratedExamples(msgspec.Struct, frozen=True, tag_field="kind", tag="generated_examples"):
    """So many of the `support` examples are `generated`; on the `real` ones recall is `real_recall`.

    It is None where none of them was predicted. More than a fifth of them make the grade `soft` at best.
    """

    generated: int
    support: int
    real: int
    real_recall: float | None


class LeakedExamples(msgspec.Struct, frozen=True, tag_field="kind", tag="leaked_examples"):
    """So many of the `support` examples are nearly in the training set; `usual` is the share that people repeat anyway.

    It is None where nothing tells.
    """

    leaked: int
    support: int
    usual: float | None = None


class UnlikeProduction(msgspec.Struct, frozen=True, tag_field="kind", tag="unlike_production"):
    """The examples can be told from live tickets; not `by_words` where only descriptors were kept."""

    apart: Apart
    by_words: bool


class LikeGenerated(msgspec.Struct, frozen=True, tag_field="kind", tag="like_generated"):
    """The examples can't be told from generated text but can be from real text: the AUC of both.

    `pooled`: over all intents with generated examples together.
    """

    generated_auc: float
    real_auc: float
    pooled: bool


class SmallSupport(msgspec.Struct, frozen=True, tag_field="kind", tag="small_support"):
    """There are fewer examples than the `needed`."""

    support: int
    needed: int


class UnknownOrigins(msgspec.Struct, frozen=True, tag_field="kind", tag="unknown_origins"):
    """Nobody recorded where so many of the `support` examples come from."""

    unknown: int
    support: int


class Unseen(StrEnum):
    """What an audit could not look at."""

    LEAKS = "leaks"
    PRODUCTION = "production"


class NotLookedAt(msgspec.Struct, frozen=True, tag_field="kind", tag="not_looked_at"):
    """The number is trusted although the audit did not see these."""

    what: tuple[Unseen, ...]


GradeReason = (
    GeneratedExamples
    | LeakedExamples
    | UnlikeProduction
    | LikeGenerated
    | SmallSupport
    | UnknownOrigins
    | NotLookedAt
    | str  # a sentence as an earlier version stored it: shown as it stands, read by nothing
)
