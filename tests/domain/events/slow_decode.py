"""The records' format once more, read slowly and independently: what `monitor.domain.events.decode` must agree with.

The standard library's JSON, and DESIGN.md section 5 written out rule by rule. It collects every problem of
a record: `decode` must name one of them, and must read what has none.
"""

import json
import re
from datetime import UTC, datetime, timedelta


class Doubtful(Exception):  # noqa: N818
    """The reference takes no side: a key is given twice."""


_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)


def _reference_time(text: object, problems: set[str]) -> datetime | None:
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        problems.add("schema_invalid")
        return None
    zone = found[8]
    try:
        when = datetime(*(int(found[i]) for i in range(1, 7)), tzinfo=UTC)  # type: ignore[misc, arg-type]
        when += timedelta(microseconds=int(int(((found[7] or "") + "0000000")[:7]) / 10 + 0.5))
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


class _Reader:
    """Takes fields out of one JSON object and notes everything that is wrong with them."""

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
        if any("\ud800" <= c <= "\udfff" for c in value):
            self.problems.add("not_json")
        return value

    def id(self, name: str, *, default: object = None, may_be_null: bool = False) -> str | None:
        value = self.text(name, default=default, may_be_null=may_be_null)
        if value == "":
            self.problems.add("empty_id")
        if value is not None and len(value) > 255:
            self.problems.add("id_too_long")
        if value is not None and "\0" in value:
            self.problems.add("bad_character")
        return value

    def number(self, name: str) -> float | None:
        value = self.content.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            self.problems.add("schema_invalid")
            return None
        return None if value is None else float(value)

    def inner(self, name: str) -> "_Reader":
        return _Reader(self.content.get(name), self.problems)

    def inner_or_none(self, name: str) -> "_Reader":
        return _Reader({} if self.content.get(name) is None else self.content[name], self.problems)


def _reference_prediction(content: object, problems: set[str]) -> tuple[object, ...]:
    reader = _Reader(content, problems)
    reader.text("event", may_be_null=True)
    model, predicted = reader.inner("model"), reader.inner("predicted")
    score = predicted.number("score")
    if score is not None and not 0 <= score <= 1:
        problems.add("score_out_of_range")
    scores = predicted.inner_or_none("scores")
    for name in scores.content:
        if scores.number(name) is None:
            problems.add("schema_invalid")
        _Reader({"key": name}, problems).text("key")
    slices = reader.inner_or_none("slices")
    for name, value in slices.content.items():
        _Reader({"key": name, "value": value}, problems).text("key")
        _Reader({"key": name, "value": value}, problems).text("value")
        if "\0" in name or (isinstance(value, str) and "\0" in value):
            problems.add("bad_character")
    names = (model.id("name"), model.id("version"), model.id("environment", default="prod"))
    return (
        reader.id("prediction_id"),
        _reference_time(reader.content.get("ts"), problems),
        names,
        predicted.id("intent"),
        score,
        slices.content,
        reader.text("text", may_be_null=True),
        reader.id("subject", may_be_null=True),
    )


def _reference_label(content: object, problems: set[str]) -> tuple[object, ...]:
    reader = _Reader(content, problems)
    reader.text("event", may_be_null=True)
    status = reader.text("status", default="active")
    if status not in ("active", "retracted"):
        problems.add("schema_invalid")
    intent = reader.id("intent", may_be_null=True)
    if intent is None and status != "retracted":
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
    probability = sampling.number("probability")
    if probability is not None and not 0 < probability <= 1:
        problems.add("probability_out_of_range")
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
    )
    if reader.content.get("prediction") is None:
        return read
    inside = _reference_prediction(reader.content["prediction"], problems)
    if inside[0] != read[1]:
        problems.add("schema_invalid")
    return inside, read


def _half_pairs(text: str) -> bool:
    """Whether a `\\ud83d` stands without its other half, anywhere in the text."""
    codes = [match[1] for match in re.finditer(r"\\(?:u([0-9a-fA-F]{4})|.)", text, re.DOTALL)]
    places = [match.span() for match in re.finditer(r"\\(?:u([0-9a-fA-F]{4})|.)", text, re.DOTALL)]
    index = 0
    while index < len(codes):
        code = int(codes[index], 16) if codes[index] else 0
        if 0xD800 <= code < 0xDC00:
            follows = index + 1 < len(codes) and places[index + 1][0] == places[index][1]
            low = int(codes[index + 1], 16) if follows and codes[index + 1] else 0
            if not 0xDC00 <= low < 0xE000:
                return True
            index += 1
        elif 0xDC00 <= code < 0xE000:
            return True
        index += 1
    return False


def reference(value: bytes, kind: str) -> tuple[set[str], object]:
    """Every problem of a record, and what it says where there is none."""
    problems: set[str] = set()

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise Doubtful
        return dict(pairs)

    def constant(_: str) -> float:
        problems.add("not_finite")
        return 0.5

    text = value.decode("utf-8", "surrogateescape")
    try:
        content = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except ValueError:
        return {"not_json"}, None
    if _half_pairs(text):
        problems.add("not_json")
    named = content.get("event") if isinstance(content, dict) else None
    if isinstance(named, str) and any("\ud800" <= c <= "\udfff" for c in named):
        problems.add("not_json")
    event = kind if named is None else named
    if event == "prediction":
        return problems, _reference_prediction(content, problems)
    if event == "label":
        return problems, _reference_label(content, problems)
    problems.add("unknown_event" if isinstance(event, str) else "schema_invalid")
    return problems, None
