"""Headless Chromium, from Debian's package `chromium`, on pages that a server of the test's own serves."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DARK = "--blink-settings=preferredColorScheme=0"
# Shows the page in a frame of some width, and writes down what it looks like; the page itself allows no script.
_FRAME = """<!doctype html><body><iframe id="f" style="width:{width}px;height:900px;border:0"></iframe><script>
const f = document.getElementById("f");
f.onload = () => {{
  const page = f.contentDocument, root = page.documentElement;
  const found = {{ wide: root.scrollWidth, background: getComputedStyle(page.body).backgroundColor,
    fetched: f.contentWindow.performance.getEntriesByType("resource").map(entry => entry.name),
    pictures: page.querySelectorAll("svg[role=img] > title").length, text: page.body.innerText }};
  document.body.innerText = "FOUND" + JSON.stringify(found) + "END";
}};
f.src = "/page.html";
</script></body>"""


def seen(browser: str, server: HTTPServer, page: str, width: int, *, dark: bool = False) -> dict[str, Any]:
    """What a page looks like in a window of some width, and what it fetched."""
    server.expect_request("/page.html").respond_with_data(page, content_type="text/html")
    server.expect_request("/frame.html").respond_with_data(
        _FRAME.format(width=width), content_type="text/html"
    )
    flags = ["--window-size=1400,1000", "--virtual-time-budget=5000", *([DARK] if dark else [])]
    dumped = _run(browser, [*flags, "--dump-dom", server.url_for("/frame.html")])
    rendered: dict[str, Any] = json.loads(
        dumped.split("FOUND", 1)[1]
        .split("END", 1)[0]
        .replace("<br>", "\\n")
        .replace("&lt;", "<")
        .replace("&amp;", "&")
    )
    return rendered


def printed(browser: str, server: HTTPServer, page: str, to: Path) -> bytes:
    """The page as a PDF."""
    server.expect_request("/page.html").respond_with_data(page, content_type="text/html")
    _run(browser, [f"--print-to-pdf={to}", "--no-pdf-header-footer", server.url_for("/page.html")])
    return to.read_bytes()


def _run(browser: str, words: list[str]) -> str:
    with tempfile.TemporaryDirectory(prefix="anchorwatch-chromium-") as profile:
        done = subprocess.run(
            [browser, *QUIET, f"--user-data-dir={profile}", *words],
            capture_output=True,
            check=True,
            timeout=300,
        )
    return done.stdout.decode()
