"""The files that a browser gets: what others wrote as they wrote it, and an address of its own for each content."""

from hashlib import sha256
from pathlib import Path

import pytest

from reports.web.assets import asset_address, assets

VENDOR = Path(__file__).parents[3] / "reports" / "web" / "static" / "vendor"
FILES = {"htmx.min.js": "htmx", "uPlot.iife.min.js": "uPlot", "uPlot.min.css": "uPlot"}


@pytest.mark.parametrize("name", FILES)
def test_what_others_wrote_is_as_they_wrote_it_with_its_licence(name: str) -> None:
    sum_, of = (VENDOR / f"{name}.sha256").read_text().split()
    assert of == name
    assert sha256((VENDOR / name).read_bytes()).hexdigest() == sum_
    assert "permission" in (VENDOR / f"{FILES[name]}.LICENSE").read_text().casefold()


def test_nothing_else_of_others_is_there() -> None:
    there = {path.name for path in VENDOR.iterdir()}
    assert there == {*FILES, *(f"{name}.sha256" for name in FILES)} | {
        f"{of}.LICENSE" for of in FILES.values()
    }


def test_each_content_has_an_address_of_its_own() -> None:
    for name, asset in assets().items():
        assert asset_address(name) == f"/static/{name}?v={sha256(asset.content).hexdigest()[:12]}"
    assert len({asset.version for asset in assets().values()}) == len(assets())
