"""The records' format once more, read slowly and independently: what `monitor.domain.events.decode` must agree with.

The standard library's JSON, and docs/events.md written out rule by rule. It collects every problem of
a record: `decode` must name one of them, and must read what has none.
"""

import json
import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TypeGuard


class Doubtful(Exception):  # noqa: N818
    """The reference takes no side: a key is given twice."""


_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)


def _reference_time(text: object, problems: set[str]) -> datetime | None:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        problems.add("schema_invalid")
        if isinstance(text, str) and _half(text):
            problems.add("time_without_zone")  # read as the end of the time, as a NUL is
        return None
    zone = match[8]
    try:
        when = datetime(*(int(match[i]) for i in range(1, 7)), tzinfo=UTC)  # type: ignore[misc, arg-type]
        when += timedelta(microseconds=int(int(((match[7] or "") + "0000000")[:7]) / 10 + 0.5))
        if zone and zone not in "Zz":
            hours, minutes = int(zone[1:3]), int(zone[-2:])
            if hours > 23 or minutes > 59:
                raise ValueError(zone)
            offset = timedelta(hours=hours, minutes=minutes)
            when += offset if zone[0] == "-" else -offset
    except ValueError:
        problems.add("schema_invalid")
        return None
    except OverflowError:
        problems |= {"time_out_of_range", "schema_invalid"}
        return None
    if zone is None:
        problems.add("time_without_zone")
    elif not datetime(2000, 1, 1, tzinfo=UTC) <= when <= datetime(2100, 1, 1, tzinfo=UTC):
        problems.add("time_out_of_range")
    return when


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _half(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


def _bad(text: str) -> bool:
    return "\0" in text or _half(text)


def _tidy(name: str) -> str:
    unseen = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
    while name and (name[0].isspace() or name[0] in unseen):
        name = name[1:]
    while name and (name[-1].isspace() or name[-1] in unseen):
        name = name[:-1]
    return unicodedata.normalize("NFC", name)


def _long(name: str) -> bool:
    return len(name) > 255 or len(name.encode("utf-8", "surrogatepass")) > 512


class _Reader:
    """Takes fields out of a JSON object and notes everything that is wrong with them."""

    def __init__(self, content: object, problems: set[str]) -> None:
        self.problems = problems
        self.content = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            problems.add("schema_invalid")

    def text(self, name: str, *, default: object = None, may_be_null: bool = False) -> str | None:
        value = self.content.get(name, default)
        if value is None and may_be_null and (name not in self.content or self.content[name] is None):
            return None
        if not isinstance(value, str):
            self.problems.add("schema_invalid")
            return None
        return value

    def id(self, name: str, *, default: object = None, may_be_null: bool = False) -> str | None:
        value = self.text(name, default=default, may_be_null=may_be_null)
        if value == "":
            self.problems.add("empty_id")
        if value is not None and len(value) > 255:
            self.problems.add("id_too_long")
        if value is not None and _bad(value):
            self.problems.add("bad_character")
        return value

    def name(self, name: str, *, default: object = None, may_be_null: bool = False) -> str | None:
        """An id short enough for an index; blanks around it and its Unicode form do not count."""
        value = self.id(name, default=default, may_be_null=may_be_null)
        tidy = None if value is None else _tidy(value)
        if value and not tidy:
            self.problems.add("empty_id")
        if tidy is not None and _long(tidy):
            self.problems.add("id_too_long")
        return tidy

    def score(self) -> float | None:
        """A share; what is none costs itself alone."""
        value = self.content.get("score")
        if not _is_number(value) or not -1e-4 <= value <= 1.0001:
            return None
        return min(max(float(value), 0.0), 1.0)

    def probability(self, design: str | None) -> float | None:
        """A share above 0, which a design needs."""
        value = self.content.get("probability")
        if value is None or (_is_number(value) and 0 < value <= 1):
            return None if value is None else float(value)
        if _is_number(value) and 1 < value <= 1.0001:
            return 1.0
        if design == "unknown":
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.problems.add("schema_invalid")
        elif math.isfinite(value):
            self.problems.add("probability_out_of_range")
        else:
            self.problems |= {"not_finite", "probability_out_of_range"}
        return None

    def inner(self, name: str) -> "_Reader":
        return _Reader(self.content.get(name), self.problems)

    def inner_or_none(self, name: str) -> "_Reader":
        return _Reader({} if self.content.get(name) is None else self.content[name], self.problems)


def _reference_prediction(content: object, problems: set[str]) -> tuple[object, ...]:
    reader = _Reader(content, problems)
    reader.text("event", may_be_null=True)
    model = reader.inner("model")
    if "predicted" in reader.content and reader.content["predicted"] is None:
        predicted = _Reader({"intent": None}, problems)
    else:
        predicted = reader.inner("predicted")
    if "intent" not in predicted.content:
        problems.add("schema_invalid")
    slices = reader.inner_or_none("slices")
    kept: dict[str, str] = {}
    for name, value in slices.content.items():
        if not isinstance(value, str):
            problems.add("schema_invalid")
        elif _bad(name) or _bad(value):
            problems.add("bad_character")
        elif not _long(_tidy(name)):
            kept.setdefault(_tidy(name), "__other__" if _long(_tidy(value)) else _tidy(value))
    names = (model.name("name"), model.name("version"), model.name("environment", default="prod"))
    text = reader.text("text", may_be_null=True)
    return (
        reader.id("prediction_id"),
        _reference_time(reader.content.get("ts"), problems),
        names,
        predicted.name("intent", may_be_null=True) or "",
        predicted.score(),
        kept,
        None if text is None else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text),
        reader.id("subject", may_be_null=True),
    )


def _reference_scope(model: object) -> tuple[str | None, ...] | None:
    """The names that a label gives of its model; none at all where one of them is no name."""
    if not isinstance(model, dict):
        return None
    names: list[str | None] = []
    for field in ("name", "version", "environment"):
        given = model.get(field)
        if isinstance(given, int) and not isinstance(given, bool):
            given = "x" * 256 if abs(given) >= 10**255 else str(given)
        if given is None:
            names.append(None)
            continue
        if not isinstance(given, str) or len(given) > 255 or _bad(given):
            return None
        tidy = _tidy(given)
        if not tidy or _long(tidy):
            return None
        names.append(tidy)
    return tuple(names) if any(names) else None


def _reference_annotator(given: object) -> str | None:
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given) if abs(given) < 10**254 else None
    return given if isinstance(given, str) and 0 < len(given) <= 255 and not _bad(given) else None


def _reference_label(content: object, problems: set[str]) -> tuple[object, ...]:
    reader = _Reader(content, problems)
    reader.text("event", may_be_null=True)
    status = reader.text("status", default="active")
    if status not in ("active", "retracted"):
        problems.add("schema_invalid")
    intent = reader.name("intent", may_be_null=True)
    if "intent" not in reader.content and status != "retracted":
        problems.add("schema_invalid")
    revision = reader.content.get("revision", 1)
    if isinstance(revision, bool) or not isinstance(revision, int):
        problems.add("schema_invalid")
    elif not 0 <= revision < 2**31:
        problems.add("revision_out_of_range")
    source, sampling = reader.inner_or_none("source"), reader.inner_or_none("sampling")
    kind = source.text("kind", default="human")
    if kind not in ("human", "adjudicated", "complaint", "weak"):
        problems.add("schema_invalid")
    design = sampling.text("design", default="unknown")
    if design not in ("uniform", "by_prediction", "by_score", "unknown"):
        problems.add("schema_invalid")
    probability = sampling.probability(design)
    read: tuple[object, ...] = (
        reader.id("label_id"),
        reader.id("prediction_id"),
        intent or "",
        _reference_time(reader.content.get("labeled_at"), problems),
        revision,
        status == "retracted",
        kind,
        design,
        probability,
        _reference_scope(reader.content.get("model")),
        _reference_annotator(source.content.get("annotator")),
    )
    if reader.content.get("prediction") is None:
        return read
    inside = _reference_prediction(reader.content["prediction"], problems)
    if inside[0] != read[1]:
        problems.add("schema_invalid")
    return inside, read


def reference(value: bytes, kind: str) -> tuple[set[str], object]:
    """Every problem of a record, and what it says where there is none."""
    problems: set[str] = set()

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise Doubtful
        return dict(pairs)

    constants: list[str] = []

    def constant(spelled: str) -> float:
        constants.append(spelled)
        return math.nan

    text = value.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    try:
        content = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except ValueError:
        return {"not_json"}, None
    named = content.get("event") if isinstance(content, dict) else None
    event = kind if named is None else named
    read: object = None
    if event == "prediction":
        read = _reference_prediction(content, problems)
    elif event == "label":
        read = _reference_label(content, problems)
    else:
        problems.add("unknown_event" if isinstance(event, str) else "schema_invalid")
    if problems and constants:
        problems.add("not_finite")  # as good a reason as the other
    return problems, read
