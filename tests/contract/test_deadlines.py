"""A send has a deadline for all of it, in every kind of sink: a server that trickles holds up no lane."""

import threading
import time
from collections.abc import Callable
from threading import Event

import pytest

from connectors.sinks.apprise import AppriseSink
from connectors.sinks.punctual import LEFT_BEHIND_MAX, PunctualSink
from monitor.deliver.ports import Sink
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.errors import DeliveryError
from tests.connectors.sinks import smtp
from tests.contract import http_sinks
from tests.notices import notice
from tests.sending import send
from tests.services.trickle import trickling

HTTP, SMTP = b"HTTP/1.1 200 OK\r\nX-Slow: ", b"220-slow "
SOON_S = 3.0  # ten deadlines, for a machine that is busy; what trickles never ends


def over_http(build: Callable[[str], Sink]) -> Callable[[int], Sink]:
    return lambda port: build(f"http://127.0.0.1:{port}/in")


def refused(sink: Sink) -> DeliveryError:
    """How it fails, which it does soon."""
    began = time.monotonic()
    with pytest.raises(DeliveryError) as caught:
        send(sink, notice())
    assert time.monotonic() - began < SOON_S
    return caught.value


def no_more_threads_than(before: int) -> bool:
    ends = time.monotonic() + SOON_S
    while threading.active_count() > before and time.monotonic() < ends:
        time.sleep(0.02)
    return threading.active_count() <= before


@pytest.mark.parametrize(
    ("begins", "build"),
    [
        (HTTP, over_http(http_sinks.slack)),
        (HTTP, over_http(http_sinks.webhook)),
        (HTTP, over_http(http_sinks.alertmanager)),
        (HTTP, over_http(http_sinks.pagerduty)),
        (SMTP, lambda port: smtp.sink(port, deadline_s=0.3)),
    ],
    ids=["slack", "webhook", "alertmanager", "pagerduty", "email"],
)
def test_an_answer_that_trickles_is_cut_off_and_nothing_of_it_goes_on(
    begins: bytes, build: Callable[[int], Sink]
) -> None:
    with trickling(begins) as port:
        before = threading.active_count()
        error = refused(build(port))
        assert (error.retryable, error.disables) == (True, False)
        assert "within 0.3 s" in error.reason
        assert no_more_threads_than(before + 1)  # the server's own


@pytest.mark.parametrize("begins", [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"HT"])
def test_wherever_in_its_answer_it_trickles(begins: bytes) -> None:
    with trickling(begins) as port:
        assert "within 0.3 s" in refused(http_sinks.slack(f"http://127.0.0.1:{port}/in")).reason


def test_what_cannot_be_cut_off_is_left_behind() -> None:
    with trickling(HTTP) as port:
        rest = PunctualSink(AppriseSink("rest", [f"json://127.0.0.1:{port}/in"]), deadline_s=0.4)
        assert refused(rest).reason == "it was not done within 0.4 s"


class Stuck(Sink):
    """Takes a message and never comes back, until the test ends."""

    def __init__(self) -> None:
        self.name = "stuck"
        self.over = Event()
        self.asked = 0

    def send(self, notice: Notice, page: Page) -> None:
        self.asked += 1
        self.over.wait(30)


def test_what_is_left_behind_does_not_pile_up_and_the_sink_is_used_again_when_it_is_through() -> None:
    stuck = Stuck()
    sink = PunctualSink(stuck, deadline_s=0.05)
    assert sink.name == "stuck"
    for _ in range(LEFT_BEHIND_MAX + 3):
        assert refused(sink).retryable
    assert stuck.asked == LEFT_BEHIND_MAX
    assert "on their way" in refused(sink).reason
    stuck.over.set()
    time.sleep(0.1)
    send(sink, notice())
    assert stuck.asked == LEFT_BEHIND_MAX + 1


@pytest.mark.parametrize(
    "failure", [DeliveryError("no", retryable=False, disables=True), ZeroDivisionError()]
)
def test_how_a_sink_fails_in_time_is_reported_as_it_is(failure: Exception) -> None:
    class Broken(Stuck):
        def send(self, notice: Notice, page: Page) -> None:
            raise failure

    with pytest.raises(type(failure)) as caught:
        send(PunctualSink(Broken(), deadline_s=5), notice())
    assert caught.value is failure
