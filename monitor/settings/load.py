"""A file, the environment and the command line in; Settings out, or every problem at once with its place."""

import os
import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from monitor.domain.telling.routing import Severity
from monitor.errors import ConfigError
from monitor.settings.rules import contradictions
from monitor.settings.settings import Intent, Settings
from monitor.settings.worksheets import severities

PREFIX = "ANCHORWATCH_"
DEFAULT_FILE = Path("config/anchorwatch.yaml")
# Variables of ours that are not settings.
_NOT_SETTINGS = {
    "ANCHORWATCH_CONFIG",
    "ANCHORWATCH_REQUIRE",
    "ANCHORWATCH_SHARED_DATA",
    "ANCHORWATCH_TEST_EXAMPLES",
}


def find_file(given: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The configuration file to use: the one given, else $ANCHORWATCH_CONFIG, else the usual place."""
    if given is not None:
        return given
    if named := environment.get("ANCHORWATCH_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def load(given: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings. `overrides` are dotted names from the command line, such as "judge.drop".

    Raises:
        ConfigError: with every problem found, each naming its place.
    """
    file = find_file(given, os.environ)
    content, problems = _read(file) if file else ({}, [])
    problems += _unknown_variables()
    environment, unreadable = _environment()
    strongest, impossible = _nested(overrides or {})
    problems += unreadable + impossible
    merged = _merged(_merged(content, environment), strongest)
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as err:
        errors = err.errors(include_url=False)
        problems += [_worded(error, strongest, environment, file) for error in errors]
        problems += _contradictions_beside(errors, merged)
        raise ConfigError(problems) from err
    problems += contradictions(settings)
    try:
        known = severities([(file.parent if file else Path()) / path for path in settings.worksheets])
    except ConfigError as err:
        problems += err.problems
        known = {}
    if problems:
        raise ConfigError(problems)
    return _with_severities(settings, known)


def _with_severities(settings: Settings, given: Mapping[str, Severity]) -> Settings:
    """What worksheets say of intents whose own settings say nothing."""
    intents = dict(settings.intents)
    for name, severity in given.items():
        intent = intents.get(name, Intent())
        intents[name] = intent.model_copy(update={"severity": intent.severity or severity})
    return settings.model_copy(update={"intents": intents}) if given else settings


class _FromEnvironment(BaseSettings, Settings):
    """What pydantic-settings needs to know to read our variables."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )


def _environment() -> tuple[dict[str, Any], list[str]]:
    """Our variables as nested settings, and those that are not the JSON they would have to be."""
    source = EnvSettingsSource(_FromEnvironment)
    problems: list[str] = []
    while True:
        try:
            return source(), problems
        except SettingsError as err:
            named = re.search(r'field "(\w+)"', str(err))
            if named is None:
                return {}, [f"environment: {err}"]
            start = f"{PREFIX}{named[1]}".lower()
            problems.append(
                f"environment {start.upper()}: lists and mappings are written as JSON, this is none"
            )
            source.env_vars = {
                name: value for name, value in source.env_vars.items() if not name.lower().startswith(start)
            }


class _OnceEach(yaml.SafeLoader):
    """YAML in which a key may stand only once; else the last would win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that was there before."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                raise yaml.MarkedYAMLError(problem=f"{key} is given twice", problem_mark=key_node.start_mark)
            seen.add(str(key))
        return super().construct_mapping(node, deep)


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _OnceEach)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        return {}, [f"{file}: there is no such file; name another with --config or leave it out"]
    except (OSError, UnicodeDecodeError) as err:
        return {}, [f"{file}: cannot be read: {err}"]
    except (yaml.YAMLError, ValueError) as err:
        return {}, [f"{file}: is not YAML: {_yaml_problem(err)}"]
    if content is None:
        return {}, []
    if not isinstance(content, dict):
        return {}, [f"{file}: must be a mapping of sections, not {type(content).__name__}"]
    # A section whose keys are all commented out reads as null.
    return {str(name): value for name, value in content.items() if value is not None}, []


def _yaml_problem(err: yaml.YAMLError | ValueError) -> str:
    """Where and what, without the line that PyYAML quotes: there may be a secret on it."""
    mark = getattr(err, "problem_mark", None)
    problem = getattr(err, "problem", None) or "a value is not what it looks like, such as an impossible date"
    # PyYAML puts single characters into quotes, and whole tags and aliases, which may be someone's password.
    words = re.sub(r"'[^']{2,}'", "'...'", problem)
    return f"line {mark.line + 1}, column {mark.column + 1}: {words}" if mark else words


def _unknown_variables() -> list[str]:
    """Our prefix on a variable that names no section is a typing error, which pydantic would pass over."""
    return [
        f"environment {name}: there is no section {_section(name)!r}"
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX)
        and name.upper() not in _NOT_SETTINGS
        and _section(name) not in Settings.model_fields
    ]


def _section(variable: str) -> str:
    return variable[len(PREFIX) :].split("__")[0].lower()


def _worded(
    error: ErrorDetails, strongest: Mapping[str, Any], environment: Mapping[str, Any], file: Path | None
) -> str:
    """One pydantic error as "place: key: what is wrong"; a value is never repeated, it may be a secret."""
    path = _path(error)
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "there is no such key"
    names = [str(part) for part in path]
    if _holds(strongest, names):
        place = "command line: "
    elif _holds(environment, names):
        place = f"environment {PREFIX}{'__'.join(names).upper()}: "
    else:
        place = f"{file}: " if file else ""
    return f"{place}{'.'.join(names)}: {message}"


def _path(error: ErrorDetails) -> list[str | int]:
    """Where an error is. A union puts its tag into the path ("sinks.0.slack.url"); people wrote sinks.0.url."""
    path = list(error["loc"])
    if path[0] == "sinks" and len(path) > 2:
        path.pop(2)
    return path


def _holds(nested: object, path: list[str]) -> bool:
    """Whether a nested mapping goes as far as this path, or ends in a value on the way."""
    for part in path:
        if not isinstance(nested, Mapping):
            return True
        if part not in nested:
            return False
        nested = nested[part]
    return True


def _contradictions_beside(errors: list[ErrorDetails], merged: dict[str, Any]) -> list[str]:
    """Rules between the keys that are sound, so that one bad key does not hide the other problems."""
    sound = deepcopy(merged)
    for error in errors:
        _remove(sound, _path(error))
    try:
        return contradictions(Settings.model_validate(sound))
    except ValidationError:
        return []


def _remove(nested: Any, path: list[str | int]) -> None:  # noqa: ANN401 - mappings and lists of anything
    for part in path[:-1]:
        try:
            nested = nested[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(nested, dict):
        nested.pop(path[-1], None)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = _merged(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return merged


def _nested(overrides: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    nested: dict[str, Any] = {}
    problems = []
    for dotted, value in overrides.items():
        *sections, key = dotted.split(".")
        place: Any = nested
        for section in sections:
            place = place.setdefault(section, {}) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[key] = value
        else:
            problems.append(f"command line: {dotted}: a key above it was given a value of its own")
    return nested, problems
