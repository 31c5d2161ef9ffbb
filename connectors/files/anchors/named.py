"""Reads numbers that have names, such as a run's metrics or a model card's, into measured intents."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

import yaml

from connectors.files.anchors.names import Spelling
from connectors.files.anchors.problems import Problems, measured
from monitor.domain.anchors.metric_names import MetricNames, by_intent
from monitor.domain.anchors.promise import Measured

_CARD = "---"
NUMBERS_MAX = 100_000


def named_numbers(text: str, problems: Problems) -> dict[str, float]:
    """Every number of a JSON or YAML file, or of the head of a model card, by its path with dots between.

    An element of a list goes by its `name` or its `type`, and by the `label` of its `args`, as model cards write them.

    Raises:
        ConfigError: it is neither.
    """
    head = text.lstrip()
    if head.startswith(_CARD) and f"\n{_CARD}" in head[3:]:
        head = head[3:].partition(f"\n{_CARD}")[0]
    try:
        content = json.loads(head) if head[:1] in "{[" else yaml.safe_load(head)
        numbers = dict(islice(_numbers(content, ""), NUMBERS_MAX + 1))
    except (ValueError, RecursionError, OverflowError, yaml.YAMLError) as err:
        problem = " ".join(str(err).split())[:200]
        raise problems.refuse("", f"neither JSON nor YAML: {problem}; give one of the two") from err
    if len(numbers) > NUMBERS_MAX:
        raise problems.refuse("", f"more than {NUMBERS_MAX:,} numbers; no model has so many intents")
    return numbers


def read_named(numbers: Mapping[str, float], names: MetricNames, problems: Problems) -> dict[str, Measured]:
    """The intents whose recall and support are among named numbers. Zero supports are kept, as 0 of 0."""
    for problem in names.problems:
        problems.add("", problem)
    problems.check()
    recalls, supports = by_intent(numbers, names.recall), by_intent(numbers, names.support)
    spelling = Spelling(problems)
    intents: dict[str, Measured] = {}
    for name, keys in recalls.items():
        place = f"{keys[0]!r}"
        if name not in supports:
            wanted = names.support.replace("{intent}", name)
            problems.warn(place, f"no {wanted!r} says on how many examples; not imported")
            continue
        recall = _number(numbers, keys, "recall", problems)
        support = _number(numbers, supports[name], "support", problems)
        tidy = spelling.tidy(name, place)
        value = measured(recall, support, partial(_place, keys[0], supports[name][0]), problems)
        if tidy in intents:
            problems.add(place, f"intent {tidy!r} is already there; keep one of the two")
        elif value is not None:
            intents[tidy] = value
    if not intents:
        few = ", ".join(map(repr, list(numbers)[:5])) or "none"
        problems.add(
            "",
            f"no numbers are named {names.recall!r} and {names.support!r}; say how they are with --recall and"
            f" --support. Among the {len(numbers):,} that are there: {few}",
        )
    problems.check()
    spelling.tell()
    return intents


def _number(numbers: Mapping[str, float], keys: Sequence[str], field: str, problems: Problems) -> float:
    """The number that all these keys hold."""
    if len({numbers[key] for key in keys}) > 1:
        problems.add("", f"{' and '.join(map(repr, keys))} differ; give more of the name to --{field}")
    return numbers[keys[0]]


def _place(recall: str, support: str, field: str) -> str:
    return repr(recall if field == "recall" else support)


def _numbers(value: object, path: str) -> Iterator[tuple[str, float]]:
    match value:
        case bool():
            return
        case int() | float():
            yield path, float(value)
        case dict():
            for key, inner in value.items():
                at = path if key == "value" and _label(value) else f"{path}.{key}".lstrip(".")
                yield from _numbers(inner, at)
        case list():
            for number, inner in enumerate(value):
                name = (_label(inner) if isinstance(inner, dict) else "") or str(number)
                yield from _numbers(inner, f"{path}.{name}".lstrip("."))


def _label(element: Mapping[object, object]) -> str:
    """What an element of a list is called; empty where it does not say."""
    name = element.get("name") or element.get("type")
    arguments = element.get("args")
    label = arguments.get("label") if isinstance(arguments, dict) else None
    return ".".join(str(part) for part in (name, label) if isinstance(part, str) and part)
