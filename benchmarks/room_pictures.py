"""The watch room's pictures in README.md and docs: `make pictures`. Needs Debian's Chromium.

The demo tells its story as on one fixed day, so that a picture changes only where the room does. A picture is of the
page's upper part, and not larger than `BYTES_MAX`: whoever reads the documents waits for it.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

from monitor.app import clock

IMAGES = Path(__file__).parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
DAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
BYTES_MAX = 150_000


class Picture(NamedTuple):
    """A page, and the window that it is seen in."""

    name: str
    place: str
    width: int = 1_120
    height: int = 760
    scheme: Literal["light", "dark"] = "light"


PICTURES = (
    Picture("room", "/"),
    Picture("room-model", "/models/tickets/prod"),
    Picture("room-intent", "/models/tickets/prod/intents/gdpr_erasure?version=7"),
    Picture("room-phone", "/incidents/1", width=390, height=780, scheme="dark"),
)


def main() -> None:
    """Tell the story, serve it, and take each picture."""
    began = time.monotonic()
    # Before anybody else imports it: they all take it from there by name.
    clock.now = lambda: DAY + timedelta(seconds=time.monotonic() - began)
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "demo"
        told = CliRunner().invoke(_of("monitor.cli.main", "cli"), ["demo", "--keep", str(kept)])
        if told.exit_code:
            sys.exit(told.output)
        _take(kept)


def _take(kept: Path) -> None:
    settings = _of("monitor.settings.load", "load")([kept / "anchorwatch.yaml"], {})
    stores = _of("monitor.app.stores", "open_stores")(settings)
    with (
        _of("monitor.app.serving", "watch_room_server")(stores, 0) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for picture in PICTURES:
            size = {"width": picture.width, "height": picture.height}
            page = browser.new_page(viewport=size, color_scheme=picture.scheme, timezone_id="UTC")  # type: ignore[arg-type]
            page.goto(server.address + picture.place)
            path = IMAGES / f"{picture.name}.png"
            page.screenshot(path=path)
            page.close()
            sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")
            if path.stat().st_size > BYTES_MAX:
                sys.exit(f"{path} is larger than {BYTES_MAX:,} bytes: show less of the page")
        browser.close()
    stores.close()


def _of(module: str, name: str) -> Any:  # noqa: ANN401 - a module that must not be imported earlier
    return getattr(import_module(module), name)


if __name__ == "__main__":
    main()
