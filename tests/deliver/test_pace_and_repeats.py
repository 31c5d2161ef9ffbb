"""What is spaced in time: paces, repeats, rest. A clock that is set changes none of it, and pages go before repeats."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
import structlog
from typing_extensions import override

from monitor.deliver.deliver import Delivered
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.pace import Pace
from monitor.domain.telling.page import Page
from tests.deliver.post import Post
from tests.fakes.clock import FakeClock
from tests.fakes.outbox import FakeSink


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def test_a_sink_is_sent_to_no_faster_than_its_pace() -> None:
    post = Post(*(("chat", f"n{i}") for i in range(5)))
    post.deliver_to_chat(
        paces={"chat": Pace(per_minute=60, burst=2)},
    )
    sent = []
    for _ in range(4):
        sent.append(post.deliver().sent)
        post.clock.now += timedelta(seconds=1)
    assert sent == [2, 1, 1, 1]


def test_a_sink_that_forgets_is_told_again_each_minute_and_of_the_end_for_five() -> None:
    post = Post(("chat", "n1"))
    post.deliver_to_chat(
        repeats={"chat": timedelta(minutes=1)},
    )
    assert post.deliver() == Delivered(sent=1, repeated=1)
    post.clock.now += timedelta(seconds=59)
    assert post.deliver() == Delivered()
    post.clock.now += timedelta(seconds=1)
    assert post.deliver() == Delivered(repeated=1)
    assert {got.id for got in post.chat.got} == {"n1"}


def test_a_page_that_comes_while_it_repeats_goes_before_the_rest_of_the_repeats() -> None:
    post = Post(*(("chat", f"n{i}") for i in range(3)))

    class Busy(FakeSink):
        @override
        def send(self, notice: Notice, page: Page) -> None:
            super().send(notice, page)
            if len(self.got) == 5:  # the second of three repeats
                post.outbox.stand_in(["chat"], [msgspec.structs.replace(notice, id="page")])

    chat = Busy()
    post.deliver_to_chat(
        chat,
        repeats={"chat": timedelta(minutes=1)},
    )
    assert post.deliver() == Delivered(sent=4, repeated=4)
    assert [got.id for got in chat.got] == ["n0", "n1", "n2", "n0", "n1", "page", "n2", "page"]


@pytest.mark.parametrize("set_by", [timedelta(hours=-1), timedelta(days=1)])
def test_a_clock_that_is_set_changes_no_pace_no_rest_and_no_repeat(set_by: timedelta) -> None:
    post, steady = Post(("chat", "n1")), FakeClock()
    post.deliver_to_chat(
        paces={"chat": Pace(per_minute=1, burst=1)},
        repeats={"chat": timedelta(minutes=1)},
        steady=steady,
    )
    assert post.deliver() == Delivered(sent=1, repeated=1)
    post.clock.now += set_by
    assert post.deliver() == Delivered()
    steady.forward(seconds=60)
    assert post.deliver() == Delivered(repeated=1)


def test_who_is_told_to_stop_begins_no_other_message() -> None:
    post = Post(("chat", "n1"), ("chat", "n2"))

    class Last(FakeSink):
        @override
        def send(self, notice: Notice, page: Page) -> None:
            post.deliver.stop()
            super().send(notice, page)

    chat = Last()
    post.deliver_to_chat(chat)
    assert (post.deliver(), post.deliver()) == (Delivered(sent=1), Delivered())
    assert (len(chat.got), list(post.outbox.waiting)) == (1, ["chat/n2"])
