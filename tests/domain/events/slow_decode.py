"""The records' format once more, read slowly and independently: what `monitor.domain.events.decode` must agree with.

The standard library's JSON, and docs/events.md written out rule by rule. It collects every problem of
a record: `decode` must name one of them, and must read what has none.
"""

import json
import math

from tests.domain.events.slow_fields import Reader, bad, long, reference_time, tidied


class Doubtful(Exception):  # noqa: N818
    """The reference takes no side: a key is given twice."""


def _reference_prediction(content: object, problems: set[str]) -> tuple[object, ...]:
    reader = Reader(content, problems)
    reader.text("event", may_be_null=True)
    model = reader.inner("model")
    if "predicted" in reader.content and reader.content["predicted"] is None:
        predicted = Reader({"intent": None}, problems)
    else:
        predicted = reader.inner("predicted")
    answers = _reference_answers(predicted, problems)
    slices = reader.inner_or_none("slices")
    kept: dict[str, str] = {}
    for name, value in slices.content.items():
        if not isinstance(value, str):
            problems.add("schema_invalid")
        elif bad(name) or bad(value):
            problems.add("bad_character")
        elif not long(tidied(name)):
            kept.setdefault(tidied(name), "__other__" if long(tidied(value)) else tidied(value))
    names = (model.name("name"), model.name("version"), model.name("environment", default="prod"))
    text = reader.text("text", may_be_null=True)
    return (
        reader.id("prediction_id"),
        reference_time(reader.content.get("ts"), problems),
        names,
        (answers or ("",))[0],
        answers[1:],
        predicted.score(),
        kept,
        None if text is None else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text),
        reader.id("subject", may_be_null=True),
    )


def _reference_answers(predicted: Reader, problems: set[str]) -> tuple[str, ...]:
    """What the model said, the first of them first; nothing where it abstained."""
    intent, listed = predicted.name("intent", may_be_null=True), predicted.content.get("intents")
    if listed is None:
        if "intent" not in predicted.content:
            problems.add("schema_invalid")
        return () if intent is None else (intent,)
    if not isinstance(listed, list):
        problems.add("schema_invalid")
        return ()
    if len(listed) > 100:
        problems.add("too_many_intents")
    each = [Reader({"name": name}, problems).name("name") or "" for name in listed]
    if intent is not None and intent not in each:
        problems.add("schema_invalid")
    first = [intent] if intent is not None else []
    return tuple(dict.fromkeys([*first, *each]))


def _reference_truth(reader: Reader, problems: set[str], *, retracted: bool) -> str:
    """The intent that a label names; "" where it names none."""
    intent, listed = reader.name("intent", may_be_null=True), reader.content.get("intents")
    if listed is None:
        if "intent" not in reader.content and not retracted:
            problems.add("schema_invalid")
        return intent or ""
    if not isinstance(listed, list):
        problems.add("schema_invalid")
        return ""
    names = [Reader({"name": name}, problems).name("name") or "" for name in listed]
    given = {each for each in [*listed, reader.content.get("intent")] if isinstance(each, str)}
    if len(given) > 1:
        problems.add("several_intents")
    return names[0] if names else (intent or "")


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
        if not isinstance(given, str) or len(given) > 255 or bad(given):
            return None
        tidy = tidied(given)
        if not tidy or long(tidy):
            return None
        names.append(tidy)
    return tuple(names) if any(names) else None


def _reference_annotator(given: object) -> str | None:
    if isinstance(given, int) and not isinstance(given, bool):
        return str(given) if abs(given) < 10**254 else None
    return given if isinstance(given, str) and 0 < len(given) <= 255 and not bad(given) else None


def _reference_label(content: object, problems: set[str]) -> tuple[object, ...]:
    reader = Reader(content, problems)
    reader.text("event", may_be_null=True)
    status = reader.text("status", default="active")
    if status not in ("active", "retracted"):
        problems.add("schema_invalid")
    intent = _reference_truth(reader, problems, retracted=status == "retracted")
    revision = reader.content.get("revision", 1)
    if isinstance(revision, bool) or not isinstance(revision, int):
        problems.add("schema_invalid")
    elif not 0 <= revision < 2**31:
        problems.add("revision_out_of_range")
    source, sampling = reader.inner_or_none("source"), reader.inner_or_none("sampling")
    kind = source.text("kind", default="human")
    if kind not in ("human", "adjudicated", "complaint", "correction", "weak"):
        problems.add("schema_invalid")
    design = sampling.text("design", default="unknown")
    if design not in ("uniform", "by_prediction", "by_score", "unknown"):
        problems.add("schema_invalid")
    probability = sampling.probability(design)
    read: tuple[object, ...] = (
        reader.id("label_id"),
        reader.id("prediction_id"),
        intent,
        reference_time(reader.content.get("labeled_at"), problems),
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
