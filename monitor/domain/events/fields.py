"""The values in an event, one by one: as they are, put right with a note of it, or refused.

What is put right is added to `mends`; what can't be raises `DecodeError`.
"""

import math
from datetime import UTC, datetime
from functools import lru_cache

from msgspec import UnsetType

from monitor.domain.events.names import BYTES_MAX, CHARACTERS_MAX, normal, too_long
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Design, LabelScope, Model
from monitor.domain.events.wire import WireModel, WireScope, WireSource
from monitor.domain.slices.cells import OTHER
from monitor.errors import DecodeError

SLICES_MAX = 64
ANSWERS_MAX = 100  # intents that one prediction names
SCORES_MAX = 10_000  # intents of one prediction that have a score
LOOKED_AT = 4 * CHARACTERS_MAX
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
ROUNDING = 1e-4  # how far a float32's sum of shares strays from 1, with room to spare


def model_of(wire: WireModel, mends: list[Mend]) -> Model:
    """The model in the spelling that is compared."""
    model, trimmed = _model(wire.name, wire.version, wire.environment)
    if trimmed:
        mends.append(Mend.NAME_TRIMMED)
    return model


def scope_of(wire: WireScope, mends: list[Mend]) -> LabelScope | None:
    """The models that a label names; None where it names none, or where one of the names is no model's."""
    given = tuple(
        str(each) if isinstance(each, int) else each for each in (wire.name, wire.version, wire.environment)
    )
    if any(each is not None and (len(each) > CHARACTERS_MAX or "\x00" in each) for each in given):
        mends.append(Mend.MODEL_DROPPED)
        return None
    try:
        name, version, environment = (None if each is None else tidy_name(each, mends) for each in given)
    except DecodeError:
        mends.append(Mend.MODEL_DROPPED)
        return None
    scope = LabelScope(name, version, environment)
    return None if scope == LabelScope() else scope


def annotator_of(wire: WireSource, mends: list[Mend]) -> str | None:
    """Who gave a label, a number as its digits; None where nobody is named, or nothing that can be stored."""
    annotator = str(wire.annotator) if isinstance(wire.annotator, int) else wire.annotator
    if annotator is not None and (len(annotator) > CHARACTERS_MAX or "\x00" in annotator):
        mends.append(Mend.ANNOTATOR_DROPPED)
        return None
    return annotator


def tidy_name(name: str, mends: list[Mend]) -> str:
    """A name in the spelling that is compared."""
    if name in _TIDY:
        return name
    tidy, trimmed = _tidied(name)
    if trimmed:
        mends.append(Mend.NAME_TRIMMED)
    else:
        _remember(name)
    return tidy


def tidy_slices(given: dict[str, str], mends: list[Mend], *, short: bool) -> dict[str, str]:
    """Slices in the spelling that is compared. Those of a `short` record are worth remembering."""
    if len(given) > SLICES_MAX:
        raise DecodeError("too_many_slices", f"{len(given)} slices, more than the {SLICES_MAX} allowed")
    if short:
        names = (*given, *given.values())
        if _TIDY.issuperset(names):
            return given
        if all(map(_is_tidy, names)):
            _remember(*names)
            return given
    slices: dict[str, str] = {}
    for name, value in given.items():
        # What is far too long is cut before it is normalised, whose cost is more than its length.
        tidy, inside = normal(name[:LOOKED_AT]), normal(value[:LOOKED_AT])
        if tidy != name[:LOOKED_AT] or inside != value[:LOOKED_AT]:
            mends.append(Mend.NAME_TRIMMED)
        if too_long(tidy) or too_long(inside):
            mends.append(Mend.SLICE_CUT)
            inside = OTHER
        if not too_long(tidy):
            slices.setdefault(tidy, inside)
    return slices


def sound_answers(intents: list[str], first: str | UnsetType | None, mends: list[Mend]) -> tuple[str, ...]:
    """Several predicted intents, each once, in their order; the one that is named apart is the first.

    Raises:
        DecodeError: there are too many, or the first is not among them.
    """
    if len(intents) > ANSWERS_MAX:
        raise DecodeError(
            "too_many_intents", f"{len(intents)} predicted intents, more than the {ANSWERS_MAX} allowed"
        )
    answers = dict.fromkeys(tidy_name(each, mends) for each in intents)
    if not isinstance(first, str):
        return tuple(answers)
    named = tidy_name(first, mends)
    if named not in answers:
        raise DecodeError("schema_invalid", "predicted.intent is not among predicted.intents")
    return tuple(dict.fromkeys((named, *answers)))


def sound_score(score: float | None, mends: list[Mend]) -> float | None:
    """A score within 0 and 1; None where it is none."""
    if score is None or 0.0 <= score <= 1.0:
        return score
    if -ROUNDING <= score <= 1.0 + ROUNDING:
        mends.append(Mend.SCORE_CLIPPED)
        return min(max(score, 0.0), 1.0)
    mends.append(Mend.SCORE_DROPPED)
    return None


def sound_scores(scores: dict[str, float] | None, mends: list[Mend]) -> dict[str, float]:
    """Scores by intent, as they were sent; none of them where one is no score, or where there are too many.

    Raises:
        DecodeError: one of them is not finite.
    """
    if not scores:
        return {}
    values = scores.values()
    if not all(map(math.isfinite, values)):
        raise DecodeError("not_finite", "a value of predicted.scores is not finite")
    if len(scores) > SCORES_MAX or min(values) < -ROUNDING or max(values) > 1.0 + ROUNDING:
        mends.append(Mend.SCORES_DROPPED)
        return {}
    return scores


def sound_probability(probability: float | None, design: Design, mends: list[Mend]) -> float | None:
    """The probability of a sampling design, above 0 and at most 1; an unknown design needs none."""
    if probability is None or 0.0 < probability <= 1.0:
        return probability
    if 1.0 < probability <= 1.0 + ROUNDING:
        mends.append(Mend.PROBABILITY_CLIPPED)
        return 1.0
    if design is Design.UNKNOWN:
        mends.append(Mend.PROBABILITY_DROPPED)
        return None
    raise DecodeError(
        "probability_out_of_range",
        f"sampling.probability is {probability}, not above 0 and at most 1",
    )


def sound_time(field: str, at: datetime, latest: datetime) -> datetime:
    """A time from 2000 until `latest`, in UTC."""
    if not EARLIEST <= at <= latest:
        raise DecodeError(
            "time_out_of_range",
            f"{field} is {at.isoformat()}, not between 2000 and {latest:%Y-%m-%d %H:%M} UTC",
        )
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def refuse_nul(*texts: str) -> None:
    """Refuse a NUL, which no database takes."""
    if any("\x00" in text for text in texts):
        raise DecodeError(
            "bad_character", "an id, an intent or a slice has a NUL character, or half of a pair"
        )


# The same few names and models are given again and again: looked at once, and one object each.
@lru_cache(maxsize=1024)
def _model(name: str, version: str, environment: str) -> tuple[Model, bool]:
    """The model of these names, and whether one of them had to be trimmed."""
    given = (name, version, environment)
    tidy = [_checked(normal(each)) for each in given]
    return Model(*tidy), tuple(tidy) != given


@lru_cache(maxsize=4096)
def _tidied(name: str) -> tuple[str, bool]:
    tidy = _checked(normal(name))
    return tidy, tidy != name


_TIDY: set[str] = set()  # names that are spelled as they are compared
_TIDY_MAX = 4096


def _remember(*tidy: str) -> None:
    if len(_TIDY) >= _TIDY_MAX:
        _TIDY.clear()
    _TIDY.update(filter(None, tidy))  # nothing is a value of a slice, and no other name


def _is_tidy(name: str) -> bool:
    return normal(name) == name and not too_long(name)


def _checked(name: str) -> str:
    if not name:
        raise DecodeError("empty_id", "a name holds nothing but blanks")
    if too_long(name):
        raise DecodeError(
            "id_too_long", f"a name of more than {CHARACTERS_MAX} characters or {BYTES_MAX} bytes"
        )
    return name
