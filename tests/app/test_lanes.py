"""One sink never holds up another: a sink that takes a message and never answers delays nobody else's page."""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
import structlog
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine
from werkzeug import Request, Response

from connectors.sql.evaluate.store import EvaluationStore
from monitor.app.lanes import Lanes
from monitor.app.wiring import App
from monitor.deliver.deliver import Delivered
from monitor.errors import UnavailableError
from monitor.settings.settings import Settings
from tests.notices import notice
from tests.services.trickle import trickling
from tests.stored import rows


class Post:
    """Delivers to one sink at a time; `hangs` never answers until the test ends."""

    def __init__(self) -> None:
        self.over = Event()
        self.reached: list[str] = []

    def __call__(self, sinks: list[str]) -> Delivered:
        (sink,) = sinks
        self.reached.append(sink)
        if sink == "hangs":
            self.over.wait(30)
        if sink.startswith("slow"):
            time.sleep(0.8)
        if sink.endswith("broken"):
            raise UnavailableError("the database is away")
        return Delivered(sent=1)


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    yield made
    made.over.set()


def lanes(post: Any, *sinks: str) -> Lanes:  # noqa: ANN401 - a stand-in for Deliver
    return Lanes(post, sinks)


def test_a_sink_that_hangs_delays_no_other_and_is_not_asked_twice_at_once(post: Post) -> None:
    way = lanes(post, "hangs", "pager")
    for _ in range(3):
        began = time.monotonic()
        assert way.briefly().sent == 1
        assert time.monotonic() - began < 1
    assert sorted(post.reached) == ["hangs", "pager", "pager", "pager"]


def test_shutdown_waits_no_longer_than_it_is_told_to(post: Post) -> None:
    way = lanes(post, "hangs")
    way.briefly()
    began = time.monotonic()
    way.finish(0.3)
    assert 0.2 < time.monotonic() - began < 1


def test_what_is_wrong_with_a_lane_is_told(post: Post) -> None:
    with pytest.raises(UnavailableError, match="away"):
        lanes(post, "broken", "pager")()
    post.over.set()
    assert lanes(post, "hangs", "pager")().sent == 2


def test_what_ends_a_lane_after_the_call_that_began_it_is_reported_by_a_later_call(post: Post) -> None:
    way = lanes(post, "slow and broken")
    way.briefly()
    with pytest.raises(UnavailableError, match="away"):
        way.briefly()


def test_what_a_slow_lane_sent_is_counted_once_by_a_later_call(post: Post) -> None:
    way = lanes(post, "slow")
    assert way.briefly().sent == 0
    assert way.briefly().sent == 1


def test_without_a_sink_what_waits_for_those_of_before_is_given_up() -> None:
    assert Lanes(lambda: Delivered(failed=2), ())().failed == 2  # type: ignore[arg-type]


def test_a_lane_that_does_not_end_is_logged_once(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.lanes.STUCK_S", 0.1)
    way = lanes(post, "hangs")
    with structlog.testing.capture_logs() as logged:
        for _ in range(3):
            way.briefly()
    assert [(entry["log_level"], entry["sink"]) for entry in logged] == [("error", "hangs")]


def test_a_page_arrives_at_once_while_another_sink_answers_a_byte_at_a_time(
    sqlite_engine: Engine, httpserver: HTTPServer
) -> None:
    arrived = Event()

    def take(_: Request) -> Response:
        arrived.set()
        return Response("ok")

    httpserver.expect_request("/pager").respond_with_handler(take)
    with trickling(b"HTTP/1.1 200 OK\r\nX-Slow: ") as port:
        slow = {"kind": "slack", "name": "slow", "url": f"http://127.0.0.1:{port}/in"}
        quick = {"kind": "slack", "name": "quick", "url": httpserver.url_for("/pager")}
        app = App(Settings(sinks=[slow, quick], http={"timeout_seconds": 5}), sqlite_engine)
        with EvaluationStore(sqlite_engine).evaluation() as transaction:
            transaction.enqueue(notice(), ["slow", "quick"])
        app.deliver_briefly()
        assert arrived.wait(3)  # on a machine that is busy
        app.close()
    (failed,) = rows(sqlite_engine, "SELECT last_error FROM notification WHERE sink = 'slow'")
    assert failed == ("127.0.0.1: no answer within 5 s",)
