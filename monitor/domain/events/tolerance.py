"""What a producer wrote wrong by a hair: put right, counted so that people can be told, and taken in all the same.

Python's own JSON reads what producers in Python write and JSON does not have: NaN, and half of a pair of
characters, where a text was cut inside an emoji.
"""

import json
import math
import re
from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Any

from monitor.domain.events.names import CHARACTERS_MAX


class Mend(StrEnum):
    """One thing that was put right. What the judgement needs is never invented: at most a field is left out."""

    NAME_TRIMMED = "name_trimmed"  # blanks around a name, or letters that were not in normal form C
    SCORE_CLIPPED = "score_clipped"  # beyond 0 or 1 by no more than rounding
    SCORE_DROPPED = "score_dropped"  # no number within 0 and 1; nothing is judged by it
    SCORES_DROPPED = "scores_dropped"  # not a number within 0 and 1 for each intent, or too many
    PROBABILITY_CLIPPED = "probability_clipped"  # above 1 by no more than rounding
    PROBABILITY_DROPPED = (
        "probability_dropped"  # beyond 0 and 1, beside a sampling design that is unknown anyway
    )
    MODEL_DROPPED = "model_dropped"  # a label's, in which something is no model's name
    ANNOTATOR_DROPPED = "annotator_dropped"  # who gave a label, where that is no name and no number
    SLICE_CUT = "slice_cut"  # a slice's value that is too long counts as `__other__`; its name: not at all
    TEXT_MENDED = "text_mended"  # half of a pair of characters in a text, which is only described
    FIELD_IGNORED = (
        "field_ignored"  # a field that nobody reads is no JSON: NaN, or half of a pair of characters
    )


# What an event is read for. All else is left out: nothing in it can make it unreadable.
_TOP = {
    "event",
    "prediction",
    "label_id",
    "prediction_id",
    "ts",
    "labeled_at",
    "model",
    "predicted",
    "intent",
}
_TOP |= {"revision", "status", "source", "sampling", "slices", "text", "subject"}
_FIELDS: Mapping[str, Set[str]] = {
    "": _TOP,
    "model": {"name", "version", "environment"},
    "predicted": {"intent", "score", "scores"},
    "source": {"kind", "annotator"},
    "sampling": {"design", "probability"},
}
_HALF = re.compile("[\ud800-\udfff]")  # Python's JSON has joined whole pairs by then
# The same as it is spelled, also where the name stands twice and only the last is kept.
_HALF_SPELLED = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
_DIGITS_MAX = 300  # below any float's largest


class _NoNumber:
    """Stands where JSON has NaN, Infinity or a number beyond any float."""


_NO_NUMBER = _NoNumber()


def repaired(value: bytes) -> tuple[bytes, list[Mend]]:
    """The record with its scores, its unneeded probability and its text put right; no mends: it was not that.

    Half of a pair of characters becomes a NUL where it is more than text: both are refused in ids and names.
    """
    strange: list[str] = []

    def no_number(spelled: str) -> _NoNumber:
        strange.append(spelled)
        return _NO_NUMBER

    def integer(digits: str) -> object:
        return int(digits) if len(digits) < _DIGITS_MAX else no_number(digits)

    def decimal(digits: str) -> object:
        return number if math.isfinite(number := float(digits)) else no_number(digits)

    mends: list[Mend] = []
    try:
        event = json.loads(value.decode(), parse_constant=no_number, parse_int=integer, parse_float=decimal)
        if not isinstance(event, dict):
            return value, []
        better = _event(event, mends)
        spelled = json.dumps(_without_halves(better))
    except (
        ValueError,
        TypeError,
        RecursionError,
    ):  # no JSON even to Python, or a needed field holds no number
        return value, []
    if not mends and (strange or _HALF_SPELLED.search(value)):
        mends.append(Mend.FIELD_IGNORED)
    return spelled.encode(), mends


def _event(event: Mapping[str, Any], mends: list[Mend]) -> dict[str, Any]:
    better = _only(event, "")
    for name in ("model", "predicted", "source", "sampling"):
        if isinstance(better.get(name), dict):
            better[name] = _only(better[name], name)
    if isinstance(better.get("predicted"), dict):
        _mend_scores(better["predicted"], mends)
    if "label_id" in better and not _names_or_none(better.get("model")):
        better["model"] = None
        mends.append(Mend.MODEL_DROPPED)
    if isinstance(better.get("sampling"), dict):
        _mend_probability(better["sampling"], mends)
    if isinstance(better.get("source"), dict):
        _mend_annotator(better["source"], mends)
    text = better.get("text")
    if isinstance(text, str) and _HALF.search(text):
        better["text"] = _HALF.sub("\ufffd", text)
        mends.append(Mend.TEXT_MENDED)
    if isinstance(better.get("prediction"), dict):
        better["prediction"] = _event(better["prediction"], mends)
    return better


def _only(content: Mapping[str, Any], of: str) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name in _FIELDS[of]}


def _mend_scores(predicted: dict[str, Any], mends: list[Mend]) -> None:
    if not _number_or_none(predicted.get("score")):
        predicted["score"] = None
        mends.append(Mend.SCORE_DROPPED)
    scores = predicted.get("scores")
    sound = isinstance(scores, dict) and all(
        each is not None and _number_or_none(each) and not _HALF.search(name) for name, each in scores.items()
    )
    if scores is not None and not sound:
        predicted["scores"] = None
        mends.append(Mend.SCORES_DROPPED)


def _mend_probability(sampling: dict[str, Any], mends: list[Mend]) -> None:
    unknown = sampling.get("design", "unknown") == "unknown"
    if unknown and not _number_or_none(sampling.get("probability")):
        sampling["probability"] = None
        mends.append(Mend.PROBABILITY_DROPPED)


def _mend_annotator(source: dict[str, Any], mends: list[Mend]) -> None:
    annotator = source.get("annotator")
    number = isinstance(annotator, int) and not isinstance(annotator, bool)
    if not number and not (isinstance(annotator, str) and 0 < len(annotator) <= CHARACTERS_MAX):
        source["annotator"] = None
        if annotator is not None:
            mends.append(Mend.ANNOTATOR_DROPPED)


def _number_or_none(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _names_or_none(model: object) -> bool:
    """Whether it may say which models a label is about: by names, or numbers for names."""
    return model is None or (
        isinstance(model, dict)
        and all(isinstance(name, str | int | None) and not isinstance(name, bool) for name in model.values())
    )


def _without_halves(content: object) -> object:
    if isinstance(content, str):
        return _HALF.sub("\0", content)
    if isinstance(content, dict):
        return {_HALF.sub("\0", name): _without_halves(value) for name, value in content.items()}
    return [_without_halves(each) for each in content] if isinstance(content, list) else content
