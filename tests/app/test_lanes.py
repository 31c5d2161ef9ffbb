"""One sink never holds up another: a sink that takes a message and never answers delays nobody else's page."""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from monitor.app.lanes import Lanes
from monitor.deliver.deliver import Delivered
from monitor.errors import UnavailableError


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
        if sink == "broken":
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
