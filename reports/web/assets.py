"""The files that every page of the watch room needs: a style sheet, a script, two icons."""

from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple


class Asset(NamedTuple):
    """A file as a browser gets it."""

    media_type: str
    content: bytes


def assets() -> Mapping[str, Asset]:
    """Each by its name. The style sheet is that of the reports, and what only the room needs."""
    reports = files("reports")
    static = reports / "web" / "static"
    shared = (reports / "templates" / "style.css").read_bytes()
    return {
        "room.css": Asset("text/css; charset=utf-8", shared + (static / "room.css").read_bytes()),
        "room.js": Asset("text/javascript; charset=utf-8", (static / "room.js").read_bytes()),
        **{
            f"{name}.svg": Asset("image/svg+xml", (static / f"{name}.svg").read_bytes())
            for name in ("well", "broken")
        },
    }
