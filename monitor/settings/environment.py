"""The environment in, what it says of the settings out; and the variables of ours that say nothing."""

import json
import os
import re
from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from monitor.domain.text.nearest import did_you_mean
from monitor.settings.places import Kinds, place_of
from monitor.settings.settings import Settings
from monitor.settings.wanted import is_compound, wanted

PREFIX = "ANCHORWATCH_"
# Variables of ours that are not settings.
_NOT_SETTINGS = {
    "ANCHORWATCH_CONFIG",
    "ANCHORWATCH_REQUIRE",
    "ANCHORWATCH_SHARED_DATA",
    "ANCHORWATCH_TEST_EXAMPLES",
}
# Kubernetes (and Docker's links before it) describes a Service called `anchorwatch`, or `anchorwatch-metrics`, by
# these names in every pod of its namespace. What ends in PORT may be a setting, unless its value is an address.
_OF_A_SERVICE = re.compile(
    r"(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_AN_ADDRESS = re.compile(r"(?:tcp|udp|sctp)://.*")


class _FromEnvironment(BaseSettings, Settings):
    """What pydantic-settings needs to know to read our variables."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )


def from_environment() -> tuple[dict[str, Any], list[str]]:
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
            unread = [
                name
                for name, value in source.env_vars.items()
                if name.lower().startswith(start) and not _readable(name, value or "")
            ] or [name for name in source.env_vars if name.lower().startswith(start)]
            problems += [
                f"environment {name.upper()}: {_as_json(name)}, this is none" for name in sorted(unread)
            ]
            source.env_vars = {name: value for name, value in source.env_vars.items() if name not in unread}


def _kinds_of(variable: str) -> Kinds | None:
    """What the key may hold that a variable is for; None where there is no such key."""
    return place_of(variable[len(PREFIX) :].lower().split("__")).kinds


def _readable(variable: str, value: str) -> bool:
    """Whether it is JSON where that has to be; what is for no key is told elsewhere."""
    kinds = _kinds_of(variable)
    if kinds is None or not is_compound(kinds):
        return True
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _as_json(variable: str) -> str:
    kinds = _kinds_of(variable)
    example = (
        ', such as ["a", "b"]' if kinds is not None and wanted(kinds).startswith("a list of texts") else ""
    )
    return f"lists and mappings are written as JSON{example}"


def unknown_variables() -> list[str]:
    """Our prefix on a variable that names no section is a typing error, which pydantic would pass over."""
    return [
        f"environment {name}: there is no section {_section(name)!r}{_meant(name)}"
        for name in sorted(os.environ)
        if name.upper().startswith(PREFIX)
        and name.upper() not in _NOT_SETTINGS
        and _section(name) not in Settings.model_fields
        and not _describes_a_service(name, os.environ[name])
    ]


def _describes_a_service(variable: str, value: str) -> bool:
    """Whether Kubernetes set it, so that it says nothing of our settings."""
    name = variable[len(PREFIX) :]
    if "__" in name or not name.isupper():
        return False
    return bool(_OF_A_SERVICE.fullmatch(name)) or (
        name.endswith("PORT") and bool(_AN_ADDRESS.fullmatch(value))
    )


def _meant(variable: str) -> str:
    """The end of the sentence: two underscores stand between a section and its key, and names are easily misspelt."""
    section = _section(variable)
    for known in Settings.model_fields:
        if section.startswith(f"{known}_"):
            rest = variable[len(PREFIX) + len(known) + 1 :]
            return f"; did you mean {PREFIX}{known.upper()}__{rest.upper()}?"
    return did_you_mean(section, Settings.model_fields)


def _section(variable: str) -> str:
    return variable[len(PREFIX) :].split("__")[0].lower()
