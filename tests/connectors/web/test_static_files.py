"""Files of a page: kept for good by who asked for the version that there is, and packed for who can unpack."""

from collections.abc import Iterator
from gzip import decompress

import httpx
import pytest

from connectors.web.server import RoomServer
from reports.web.assets import asset_address, assets
from tests.connectors.web.rooms import opened
from tests.fakes.room import FakeDesk, FakeRoom


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    server = RoomServer(opened(FakeRoom(), FakeDesk()), "127.0.0.1", 0)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=60) as client:
        yield client


def test_a_browser_keeps_a_version_for_good_and_no_other_answer(browser: httpx.Client) -> None:
    for name in assets():
        kept = browser.get(asset_address(name))
        assert (kept.status_code, kept.headers["cache-control"]) == (
            200,
            "public, max-age=31536000, immutable",
        )
        for other in (f"/static/{name}", f"/static/{name}?v=old"):
            assert browser.get(other).headers["cache-control"] == "no-store"


def test_a_file_is_packed_for_who_can_unpack_it_and_is_the_same(browser: httpx.Client) -> None:
    asset = assets()["htmx.js"]
    with browser.stream("GET", "/static/htmx.js", headers={"Accept-Encoding": "gzip"}) as packed:
        sent = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert len(sent) < len(asset.content) / 2
    assert decompress(sent) == asset.content
    plain = browser.get("/static/htmx.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == asset.content
