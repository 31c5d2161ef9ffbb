"""The watch room's pictures: `anchorwatch demo --keep DIR`, then `python -m benchmarks.room_pictures DIR`.

Needs Debian's Chromium. A picture is of the page's upper part, in a window of 1,120 pixels.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from monitor.app.serving import watch_room_server
from monitor.app.stores import open_stores
from monitor.settings.load import load

IMAGES = Path(__file__).parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
PAGES = {
    "room": "/",
    "room-intent": "/models/tickets/prod/intents/gdpr_erasure?version=7",
}


def main() -> None:
    """Serve the kept story, and take each picture."""
    stores = open_stores(load([Path(sys.argv[1]) / "anchorwatch.yaml"], {}))
    with watch_room_server(stores, 0) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1_120, "height": 760})
        for name, place in PAGES.items():
            page.goto(server.address + place)
            page.screenshot(path=IMAGES / f"{name}.png")
            sys.stdout.write(f"{IMAGES / name}.png\n")
        browser.close()
    stores.close()


if __name__ == "__main__":
    main()
