"""Why a cell has its verdict and its coverage: values, put into words by `reports.words.reasons`.

Figures are rounded to what people are told, so that a stored cell changes only when its sentence does.
"""

from enum import StrEnum

import msgspec

from monitor.domain.labelling.unidentified import Gap


class BlindCause(StrEnum):
    """What keeps a cell from being watched, the gravest first."""

    VERIFICATION_BIAS = "verification bias"
    CUT_WEIGHTS = "weights are cut"
    FLOOR_TOO_LOW = "floor too low"
    NO_MONEY = "no money"
    TOO_FEW_LABELS = "too few labels"


class EventStream(StrEnum):
    """What a cell is fed by."""

    LABELS = "labels"
    PREDICTIONS = "predictions"


class NoAnchor(msgspec.Struct, frozen=True, tag_field="kind", tag="no_anchor"):
    """There is nothing to hold the cell to."""


class BelowFloor(msgspec.Struct, frozen=True, tag_field="kind", tag="below_floor"):
    """Recall fell below the floor: the bet won `evidence`, as a share of what pages.

    `pages_at` is 1, but where a version before this one stored it.
    """

    floor: float
    evidence: float
    pages_at: float = msgspec.field(default=1.0, name="threshold")


class PageEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="page_ended"):
    """A person ended the cell's page, and nothing was judged since."""


class VerificationBias(msgspec.Struct, frozen=True, tag_field="kind", tag="verification_bias"):
    """The labels cannot tell recall. All that is known is that it is `at_least` so high."""

    gaps: tuple[Gap, ...]
    at_least: float


class CutWeights(msgspec.Struct, frozen=True, tag_field="kind", tag="cut_weights"):
    """`labels` of `of` had a smaller chance than `min_probability`, so those of their design are not bet on.

    `smallest` is the smallest chance that any label of the model states (None: not known).
    """

    labels: int
    of: int
    min_probability: float
    smallest: float | None = None


class FloorTooLow(msgspec.Struct, frozen=True, tag_field="kind", tag="floor_too_low"):
    """Under a floor below `least` there is no room for a fall."""

    floor: float
    least: float


class NoMoney(msgspec.Struct, frozen=True, tag_field="kind", tag="no_threshold"):
    """The cell has no part of the false pages a year, so it never pages."""


class TooFewLabels(msgspec.Struct, frozen=True, tag_field="kind", tag="too_few_labels"):
    """With `per_day` labels a fall to `fallen` takes `days` to page (None: for ever); `needed` a day do it `within`."""

    per_day: float
    fallen: float
    days: float | None
    needed: float
    within: float


class StreamStopped(msgspec.Struct, frozen=True, tag_field="kind", tag="stream_stopped"):
    """Nothing has come for `silent_h` hours, of the intent's labels where one is named.

    `allowed_h` were tolerated: by the stream's own rhythm, or (not `by_rhythm`) as configured.
    """

    stream: EventStream
    silent_h: float
    allowed_h: float
    by_rhythm: bool
    intent: str = ""


class Suspicion(msgspec.Struct, frozen=True, tag_field="kind", tag="half_way"):
    """The bet has won `evidence`, a tenth or more of what pages.

    `pages_at` is 1, but where a version before this one stored it.
    """

    evidence: float
    pages_at: float = msgspec.field(default=1.0, name="threshold")


class OnlyMature(msgspec.Struct, frozen=True, tag_field="kind", tag="only_mature"):
    """Misses are labelled sooner than hits, so only predictions older than `days` are judged."""

    days: float


class MissesDoubted(msgspec.Struct, frozen=True, tag_field="kind", tag="misses_doubted"):
    """Second readers confirmed `right` of `read` misses, so each of the others counts for so much of a miss."""

    read: int
    right: int
    counts: float


Reason = (
    NoAnchor
    | BelowFloor
    | PageEnded
    | VerificationBias
    | CutWeights
    | FloorTooLow
    | NoMoney
    | TooFewLabels
    | StreamStopped
    | Suspicion
    | OnlyMature
    | MissesDoubted
    | str  # a sentence as an earlier version stored it: shown as it stands, read by nothing
)


def significant(value: float, digits: int) -> float:
    """A figure to so many significant digits."""
    return float(f"{value:.{digits}g}")
