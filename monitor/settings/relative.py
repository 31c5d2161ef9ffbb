"""What a file says in, the same with its relative paths out: each is meant from the file's own folder.

What comes from the environment or the command line is meant from where the command runs, and stays as it is.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from monitor.settings.places import Kinds, members_of, of_field, tag_of
from monitor.settings.settings import Settings

# Paths that are handed on as text, since a library asks for them so.
_PATHS_AS_TEXT = {"ssl_cafile", "ssl_certfile", "ssl_keyfile", "cafile"}
_SQLITE = re.compile(
    r"(sqlite(?:\+pysqlite)?:///)(?!/|file:|:memory:)([^?]+)(\?.*)?", re.IGNORECASE | re.DOTALL
)


def from_its_folder(content: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """The content of a configuration file, whatever of it is sound."""
    return {
        name: _resolved(value, of_field(Settings.model_fields[name]), name, file.parent)
        if name in Settings.model_fields
        else value
        for name, value in content.items()
    }


def moved_database(content: Mapping[str, Any], file: Path) -> str | None:
    """Earlier versions meant an SQLite file from the working directory: where it lies there and not beside `file`.

    The problem as a sentence; None where there is none.
    """
    database = content.get("database")
    url = database.get("url") if isinstance(database, Mapping) else None
    parts = _SQLITE.fullmatch(url) if isinstance(url, str) else None
    if parts is None or (file.parent / parts[2]).exists() or not Path(parts[2]).exists():
        return None
    return (
        f"{file}: database.url: is meant from the folder of this file, where there is no {parts[2]}; one that lies in"
        f" the working directory is no longer meant: move it, or write {parts[1]}{Path(parts[2]).absolute()}"
    )


def _resolved(value: Any, kinds: Kinds, name: str, folder: Path) -> Any:  # noqa: ANN401 - whatever a file holds
    members = members_of(kinds.type)
    if isinstance(value, str):
        if name == "url" and (parts := _SQLITE.fullmatch(value)):
            return f"{parts[1]}{folder / parts[2]}{parts[3] or ''}"
        if name == "archive" and value.startswith("file:") and not value.startswith("file:/"):
            return f"file:{folder / value.removeprefix('file:')}"
        return str(folder / value) if value and (Path in members or name in _PATHS_AS_TEXT) else value
    if isinstance(value, list):
        inner = next((Kinds(get_args(each)[0]) for each in members if get_origin(each) is tuple), None)
        return [_resolved(each, inner, name, folder) for each in value] if inner else value
    section = _section_of(value, members)
    if section is None:
        return value
    return {
        key: _resolved(each, of_field(section.model_fields[key]), key, folder)
        if key in section.model_fields
        else each
        for key, each in value.items()
    }


def _section_of(value: object, members: tuple[Any, ...]) -> type[BaseModel] | None:
    """The section that a mapping is; of a sink by its kind."""
    if not isinstance(value, Mapping):
        return None
    sections = [each for each in members if isinstance(each, type) and issubclass(each, BaseModel)]
    if len(sections) > 1:
        sections = [each for each in sections if tag_of(each) == value.get("kind")]
    return sections[0] if sections else None
