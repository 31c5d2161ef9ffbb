"""The files that every page of the watch room needs: a style sheet, scripts, two icons; and their addresses."""

from collections.abc import Mapping
from functools import cache
from gzip import compress
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

SCRIPTS = ("room.js", "times.js", "charts.js")
_CSS, _SCRIPT, _PICTURE = "text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"


class Asset(NamedTuple):
    """A file as a browser gets it, also packed by gzip. `version` is another whenever its content is."""

    media_type: str
    content: bytes
    packed: bytes
    version: str


@cache
def assets() -> Mapping[str, Asset]:
    """Each by its name. The style sheet is that of the reports, uPlot's, and what only the room needs."""
    reports = files("reports")
    static = reports / "web" / "static"
    others = static / "vendor"
    sheets = (reports / "templates" / "style.css", others / "uPlot.min.css", static / "room.css")
    return {
        "room.css": _asset(_CSS, b"\n".join(sheet.read_bytes() for sheet in sheets)),
        **{name: _asset(_SCRIPT, (static / name).read_bytes()) for name in SCRIPTS},
        "htmx.js": _asset(_SCRIPT, (others / "htmx.min.js").read_bytes()),
        "uplot.js": _asset(_SCRIPT, (others / "uPlot.iife.min.js").read_bytes()),
        **{
            f"{name}.svg": _asset(_PICTURE, (static / f"{name}.svg").read_bytes())
            for name in ("well", "broken")
        },
    }


def asset_address(name: str) -> str:
    """Where a browser gets a file, and may keep it for good: another content has another address."""
    return f"/static/{name}?v={assets()[name].version}"


def _asset(media_type: str, content: bytes) -> Asset:
    return Asset(media_type, content, compress(content, mtime=0), sha256(content).hexdigest()[:12])
