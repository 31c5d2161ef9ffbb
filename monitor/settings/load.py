"""A file, the environment and the command line in; Settings out, or every problem at once with its place."""

import os
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.domain.telling.routing import Severity
from monitor.errors import ConfigError
from monitor.settings.environment import PREFIX, from_environment, unknown_variables
from monitor.settings.places import place_of, spelled
from monitor.settings.relative import from_its_folder, moved_database
from monitor.settings.rules import contradictions
from monitor.settings.settings import Settings
from monitor.settings.sound import sound_part
from monitor.settings.telling import Intent
from monitor.settings.words import worded
from monitor.settings.worksheets import severities
from monitor.settings.yaml_file import read_yaml

FEW = 3  # so many problems of a list's values that are alike are listed each
_ITEM = re.compile(r"\[(\d+)\]: ")
DEFAULT_FILE = Path("config/anchorwatch.yaml")


def find_files(
    given: Path | Sequence[Path] | None, environment: Mapping[str, str] = os.environ
) -> list[Path]:
    """The configuration files, the strongest last: those given, else $ANCHORWATCH_CONFIG, else the usual place.

    The variable names several as PATH does, with `:` between them.
    """
    if given:
        return [given] if isinstance(given, Path) else list(given)
    if named := environment.get("ANCHORWATCH_CONFIG"):
        return [Path(name) for name in named.split(os.pathsep) if name]
    return [DEFAULT_FILE] if DEFAULT_FILE.is_file() else []


def load(given: Path | Sequence[Path] | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings. `overrides` are dotted names from the command line, such as "judge.drop".

    Of several files a later one stands over those before it, key by key; a list replaces a list.

    Raises:
        ConfigError: with every problem found, each naming its place.
    """
    files: dict[Path, dict[str, Any]] = {}
    content: dict[str, Any] = {}
    problems: list[str] = []
    for file in find_files(given):
        as_written, unread = _read(file)
        files[file] = from_its_folder(as_written, file)
        content = _merged(content, files[file])
        problems += unread
        if not (overrides or {}).get("database.url") and (moved := moved_database(as_written, file)):
            problems.append(moved)
    problems += unknown_variables()
    environment, unreadable = from_environment()
    strongest, impossible = _nested(overrides or {})
    problems += unreadable + impossible
    merged = _merged(_merged(content, environment), strongest)
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as err:
        errors = _their_own(err.errors(include_url=False))
        problems += _counted([_worded(error, strongest, environment, files) for error in errors])
        if (sound := sound_part(merged, errors)) is not None:
            problems += contradictions(sound)
        raise ConfigError(problems) from err
    problems += contradictions(settings)
    try:
        known = severities(settings.worksheets)
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


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        content = read_yaml(file)
    except FileNotFoundError:
        return {}, [f"{file}: there is no such file; name another with --config or leave it out"]
    except (OSError, UnicodeDecodeError) as err:
        return {}, [f"{file}: cannot be read: {err}"]
    except ValueError as err:
        return {}, [f"{file}: is not YAML: {err}"]
    if content is None:
        return {}, []
    if not isinstance(content, dict):
        return {}, [f"{file}: must be a mapping of sections, not {type(content).__name__}"]
    # A section whose keys are all commented out reads as null.
    return {str(name): value for name, value in content.items() if value is not None}, []


def _worded(
    error: ErrorDetails,
    strongest: Mapping[str, Any],
    environment: Mapping[str, Any],
    files: Mapping[Path, Any],
) -> str:
    """One pydantic error as "source: key: what is wrong"."""
    place = place_of(error["loc"])
    names = [str(part) for part in place.path]
    if _holds(strongest, names):
        source = "command line: "
    elif _holds(environment, names):
        keys = takewhile(lambda part: isinstance(part, str), place.path)  # a list is one variable
        source = f"environment {PREFIX}{'__'.join(map(str, keys)).upper()}: "
    else:
        source = f"{_holder(files, names)}: " if files else ""
    return f"{source}{spelled(place.path)}: {worded(error, place)}"


def _counted(problems: list[str]) -> list[str]:
    """Each problem once; what is the same of many values of a list is one of them, with a count."""
    alike: dict[str, list[str]] = {}
    for problem in dict.fromkeys(problems):
        alike.setdefault(_ITEM.sub(".: ", problem, count=1), []).append(problem)
    counted = []
    for same in alike.values():
        if len(same) <= FEW:
            counted += same
        else:
            counted.append(_ITEM.sub(rf"[\1] and {len(same) - 1:,} more: ", same[0], count=1))
    return counted


def _their_own(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without that of a list that is too short only because something in it is wrong."""
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(
            len(other["loc"]) > len(error["loc"]) and other["loc"][: len(error["loc"])] == error["loc"]
            for other in errors
        )
    ]


def _holder(files: Mapping[Path, Any], path: list[str]) -> Path:
    """The file in which a key stands that counts; the last one for a key that stands in none."""
    holding = [file for file, content in files.items() if content and _holds(content, path)]
    return (holding or list(files) or [Path()])[-1]


def _holds(nested: object, path: list[str]) -> bool:
    """Whether a nested mapping goes as far as this path, or ends in a value on the way."""
    for part in path:
        if not isinstance(nested, Mapping):
            return True
        if part not in nested:
            return False
        nested = nested[part]
    return True


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
