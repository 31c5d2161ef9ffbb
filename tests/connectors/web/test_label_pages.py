"""The pages about labels over HTTP: each as HTML, as JSON, and its tickets as CSV, narrowed by its address."""

from collections.abc import Iterator

import httpx
import pytest

from connectors.web.server import RoomServer
from tests.connectors.web.rooms import opened
from tests.fakes.room import FakeDesk, FakeRoom


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    server = RoomServer(opened(FakeRoom(), FakeDesk()), "127.0.0.1", 0)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=60) as client:
        yield client


@pytest.mark.parametrize("address", ["", "/plan", "/drawn", "/disputed", "/early"])
def test_each_is_there_as_html_and_as_json(browser: httpx.Client, address: str) -> None:
    page, programs = browser.get(f"/labels{address}"), browser.get(f"/labels{address}.json")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (programs.status_code, programs.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize("page", ["plan", "disputed", "early"])
def test_it_is_narrowed_by_its_address(browser: httpx.Client, page: str) -> None:
    for place in (f"/labels/{page}", f"/labels/{page}.json"):
        assert f"{page} {{'model': 'a b'}}" in browser.get(place, params={"model": "a b"}).text


@pytest.mark.parametrize(
    ("address", "name", "text"),
    [
        ("/labels/drawn/7.csv", "draw-7.csv", "prediction_id\ndrawn\n"),
        ("/labels/disputed.csv?model=m", "disputed.csv", "prediction_id\nm\n"),
        ("/labels/early.csv?intent=i", "early.csv", "prediction_id\ni\n"),
    ],
)
def test_tickets_can_be_kept_in_a_file(browser: httpx.Client, address: str, name: str, text: str) -> None:
    answer = browser.get(address)
    assert (answer.status_code, answer.text) == (200, text)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("number", [8, 0, 10**20])
def test_a_draw_that_never_was_is_not_there(browser: httpx.Client, number: int) -> None:
    assert browser.get(f"/labels/drawn/{number}.csv").status_code == 404
