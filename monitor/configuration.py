"""A file, the environment and the command line in; Settings out, or every problem at once with its place."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from monitor.errors import ConfigError
from monitor.rules import contradictions
from monitor.settings import Settings

PREFIX = "ANCHORWATCH_"
DEFAULT_FILE = Path("config/anchorwatch.yaml")
# Variables of ours that are not settings.
_NOT_SETTINGS = {"ANCHORWATCH_CONFIG", "ANCHORWATCH_REQUIRE"}


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
    strongest: dict[str, Any] = {}
    for dotted, value in (overrides or {}).items():
        _put(strongest, dotted.split("."), value)
    problems += _unknown_variables()
    try:
        settings = _layered(content)(**strongest)
        problems += contradictions(settings)
    except SettingsError as err:
        problems.append(f"environment: {err} (lists and mappings are written as JSON there)")
    except ValidationError as err:
        problems += [_told(error, strongest, file) for error in err.errors(include_url=False)]
        problems += _contradictions_beside(err, content, strongest)
    if problems:
        raise ConfigError(problems)
    return settings


def _layered(content: dict[str, Any]) -> type[Settings]:
    """Settings that take what they are given first, then the environment, then the file's content."""

    class Layered(BaseSettings, Settings):
        model_config = SettingsConfigDict(
            env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, init_kwargs=content)

    return Layered


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
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
    return content, []


def _yaml_problem(err: yaml.YAMLError | ValueError) -> str:
    """Where and what, without the line that PyYAML quotes: there may be a secret on it."""
    mark = getattr(err, "problem_mark", None)
    problem = getattr(err, "problem", None) or "a value is not what it looks like, such as an impossible date"
    # PyYAML puts single characters into quotes, and whole tags and aliases, which may be someone's password.
    told = re.sub(r"'[^']{2,}'", "'...'", problem)
    return f"line {mark.line + 1}, column {mark.column + 1}: {told}" if mark else told


def _unknown_variables() -> list[str]:
    """Our prefix on a variable that names no section is a typing error, which pydantic would pass over."""
    return [
        f"environment {name}: there is no section {name[len(PREFIX) :].split('__')[0].lower()!r}"
        for name in sorted(os.environ)
        if name.startswith(PREFIX)
        and name not in _NOT_SETTINGS
        and name[len(PREFIX) :].split("__")[0].lower() not in Settings.model_fields
    ]


def _told(error: ErrorDetails, strongest: Mapping[str, Any], file: Path | None) -> str:
    """One pydantic error as "place: key: what is wrong"; a value is never repeated, it may be a secret."""
    path = [str(part) for part in error["loc"]]
    # A discriminated union puts its tag into the path ("sinks.0.slack.url"); people wrote sinks.0.url.
    if path[0] == "sinks" and len(path) > 2:
        path.pop(2)
    dotted = ".".join(path)
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "there is no such key"
    return f"{_place(path, strongest, file)}{dotted}: {message}"


def _place(path: list[str], strongest: Mapping[str, Any], file: Path | None) -> str:
    variable = PREFIX + "__".join(path).upper()
    if path[0] in strongest:
        return "command line: "
    if any(name == variable or variable.startswith(f"{name}__") for name in os.environ):
        return f"environment {variable}: "
    return f"{file}: " if file else ""


def _contradictions_beside(
    err: ValidationError, content: dict[str, Any], strongest: dict[str, Any]
) -> list[str]:
    """Rules between the sections that are sound, so that one bad key does not hide the other problems."""
    layered = _layered(content)
    environment = EnvSettingsSource(cast("type[BaseSettings]", layered))()
    merged = _merged(_merged(content, environment), strongest)
    broken = {str(error["loc"][0]) for error in err.errors()}
    try:
        settings = Settings.model_validate(
            {name: value for name, value in merged.items() if name not in broken}
        )
    except ValidationError:
        return []
    return [
        problem for problem in contradictions(settings) if problem.split(".")[0].split(":")[0] not in broken
    ]


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = _merged(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return merged


def _put(nested: dict[str, Any], path: list[str], value: object) -> None:
    for part in path[:-1]:
        nested = nested.setdefault(part, {})
    nested[path[-1]] = value
