"""A worksheet's file in, its answers out; and the severities that worksheets give to their intents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from monitor.domain.anchors.worksheet import Worksheet, severity
from monitor.domain.telling.routing import Severity, worst
from monitor.domain.text.nearest import did_you_mean
from monitor.errors import ConfigError
from monitor.settings.misanswered import misanswered
from monitor.settings.yaml_file import read_yaml


def read_worksheet(path: Path) -> Worksheet:
    """Read one.

    Raises:
        ConfigError: with every section that can't be read, each naming its place.
    """
    try:
        content = read_yaml(path)
    except (OSError, UnicodeDecodeError) as err:
        reason = getattr(err, "strerror", None) or "not UTF-8"
        raise ConfigError([f"worksheet {path}: can't be read: {reason}"]) from err
    except ValueError as err:
        raise ConfigError([f"worksheet {path}: is not YAML: {err}"]) from err
    if not isinstance(content, dict):
        raise ConfigError([f"worksheet {path}: write it as in config/worksheet.example.yaml"])
    fields = {field.name: field for field in msgspec.structs.fields(Worksheet)}
    problems = [
        f"worksheet {path}: {key}: there is no such question{did_you_mean(str(key), fields)}"
        for key in content
        if key not in fields
    ]
    answers: dict[str, Any] = {}
    for key, value in content.items():
        if key in fields and value is not None:
            try:
                answers[key] = msgspec.convert(_with_truths(value, fields[key].type), fields[key].type)
            except msgspec.ValidationError as err:
                problems.append(f"worksheet {path}: {misanswered(key, value, fields[key].type, str(err))}")
    if problems:
        raise ConfigError(problems)
    return Worksheet(**answers)


def _with_truths(value: object, kind: object) -> object:
    """The same with `yes` and `no` as truth values, where the question is answered by one."""
    if kind is bool and isinstance(value, str):
        return {"yes": True, "on": True, "no": False, "off": False}.get(value.lower(), value)
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        kinds = {field.name: field.type for field in msgspec.structs.fields(kind)}
        return {key: _with_truths(answer, kinds.get(key, object)) for key, answer in value.items()}
    return value


def severities(paths: Sequence[Path]) -> dict[str, Severity]:
    """What each intent's worksheets make of a fall, the worst where several name it.

    Raises:
        ConfigError: with every problem of every file.
    """
    severities: dict[str, list[Severity]] = {}
    problems: list[str] = []
    for path in paths:
        try:
            worksheet = read_worksheet(path)
        except ConfigError as err:
            problems += err.problems
            continue
        for intent in worksheet.intents:
            severities.setdefault(intent, []).append(severity(worksheet))
    if problems:
        raise ConfigError(problems)
    return {intent: worst(given) for intent, given in severities.items()}
