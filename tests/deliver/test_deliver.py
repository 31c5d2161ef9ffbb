"""Delivering: what is due is sent, what was not taken is tried again, later and later."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
import structlog
from typing_extensions import override

from monitor.deliver.deliver import Deliver, Delivered
from monitor.domain.telling.about import SinkRecovery, SinkTrouble
from monitor.domain.telling.kinds import NoticeKind
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.domain.telling.runbooks import linked
from monitor.errors import DeliveryError
from reports.pages.page import page_of
from tests.deliver.post import Evenly, Post
from tests.fakes.clock import FakeClock
from tests.fakes.outbox import FakeOutbox, FakeSink
from tests.notices import notice

DOWN = DeliveryError("chat answered 503", retryable=True)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


def test_what_is_due_is_sent_once_with_its_page() -> None:
    post = Post(("chat", "n1"))
    assert (post.deliver(), post.deliver()) == (Delivered(sent=1), Delivered())
    assert post.chat.got == [notice(id="n1")]
    assert post.chat.pages == [page_of(notice(id="n1"))]
    assert post.outbox.sent_at == {"chat/n1": post.clock.now}


def test_what_is_sent_has_the_address_of_its_runbook() -> None:
    post = Post()
    post.outbox = FakeOutbox([("chat", notice(id="n1", runbook="recall-drop"))], post.clock.now)
    post.deliver_to_chat(
        addressed=lambda sent: linked(sent, "https://wiki.example"),
    )
    post.deliver()
    (sent,), (page,) = post.chat.got, post.chat.pages
    assert sent.runbook == "https://wiki.example/recall-drop.md"
    assert "https://wiki.example/recall-drop.md" in page.text


def test_everything_due_is_sent_in_its_order() -> None:
    post = Post(("chat", "n1"), ("hook", "n1"), ("chat", "n2"), ("chat", "n3"))
    assert post.deliver() == Delivered(sent=4)
    assert [got.id for got in post.chat.got] == ["n1", "n2", "n3"]
    assert [got.id for got in post.hook.got] == ["n1"]


def test_what_is_not_due_yet_is_left_alone() -> None:
    post = Post(("chat", "n1"))
    post.clock.forward(seconds=-1)
    assert post.deliver() == Delivered()
    assert post.chat.got == []


def test_what_was_not_taken_is_tried_again_after_five_seconds_and_arrives() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = DOWN
    assert post.deliver() == Delivered(waiting=1)
    assert post.wait("chat/n1") == timedelta(seconds=5)
    assert post.outbox.errors == ["chat answered 503"]

    post.chat.broken = None
    post.clock.forward(seconds=4.9)
    assert post.deliver() == Delivered()
    post.clock.forward(seconds=0.1)
    assert post.deliver() == Delivered(sent=1)


def test_one_sink_in_trouble_holds_up_no_other() -> None:
    post = Post(("chat", "n1"), ("hook", "n1"))
    post.chat.broken = DOWN
    assert post.deliver() == Delivered(sent=1, waiting=1)


def test_every_wait_is_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = DOWN
    waits = []
    for _ in range(11):
        post.deliver()
        waits.append(post.wait("chat/n1").total_seconds())
        post.clock.now = post.outbox.waiting["chat/n1"]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]


@pytest.mark.parametrize(("share", "first", "longest"), [(0.0, 4.0, 720.0), (1.0, 6.0, 1080.0)])
def test_jitter_moves_a_wait_by_a_fifth_at_most(share: float, first: float, longest: float) -> None:
    deliver = Post(share=share).deliver
    assert deliver.wait_s(1) == pytest.approx(first)
    assert deliver.wait_s(99) == pytest.approx(longest)


def test_two_agents_wait_differently() -> None:
    waits = {
        Deliver(FakeOutbox([], FakeClock().now), {}, page_of, FakeClock(), Random(n)).wait_s(1)
        for n in (1, 2)
    }
    assert len(waits) == 2


def test_a_sink_that_says_how_long_to_wait_is_obeyed() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = DeliveryError("chat answered 429", retryable=True, retry_after_s=77.0)
    post.deliver()
    assert post.wait("chat/n1") == timedelta(seconds=77)


def test_what_is_refused_for_good_is_not_tried_again() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = DeliveryError("chat answered 404: no such channel", retryable=False)
    assert post.deliver() == Delivered(failed=1, sent=2)
    assert post.outbox.gave_up == {"chat/n1": "chat answered 404: no such channel"}
    assert post.outbox.waiting == {}


def test_what_a_sink_refuses_goes_to_the_next_one_which_is_told_why() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = DeliveryError("chat answered 400: too long", retryable=False)
    post.deliver()
    assert [got.id for got in post.hook.got][:1] == ["n1"]
    trouble = post.hook.got[1]
    assert trouble.kind is NoticeKind.SINK_FAILED
    assert trouble.about == SinkTrouble(sink="chat", reason="chat answered 400: too long")


def test_a_sink_whose_key_is_refused_is_left_alone_for_an_hour() -> None:
    post = Post(("chat", "n1"), ("chat", "n2"))
    post.chat.broken = DeliveryError("chat answered 401", retryable=False, disables=True)
    assert post.deliver() == Delivered(failed=2, sent=4)
    assert post.deliver.at_rest() == {"chat": "chat answered 401"}
    assert post.outbox.gave_up["chat/n2"] == "left alone since it refused for good: chat answered 401"
    post.clock.now += timedelta(hours=1)
    assert post.deliver.at_rest() == {}


def test_a_refused_key_loses_nothing_where_no_other_sink_could_stand_in() -> None:
    post = Post(("chat", "n1"))
    post.deliver_to_chat()
    post.chat.broken = DeliveryError("chat answered 401", retryable=False, disables=True)
    assert post.deliver() == Delivered(waiting=1)
    assert post.wait("chat/n1") == timedelta(hours=1)
    post.clock.now += timedelta(hours=1)
    post.chat.broken = None
    assert post.deliver() == Delivered(sent=1)


def test_a_sink_in_trouble_for_six_attempts_is_stood_in_for_and_still_tried() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = DOWN
    for _ in range(5):
        post.deliver()
        post.clock.now = post.outbox.waiting["chat/n1"]
    assert post.hook.got == []
    post.deliver()
    assert [got.kind for got in post.hook.got] == [NoticeKind.OPENED, NoticeKind.SINK_FAILED]
    assert list(post.outbox.waiting) == ["chat/n1"]


def down_for(post: Post, attempts: int) -> None:
    post.chat.broken = DOWN
    for _ in range(attempts):
        post.deliver()
        post.clock.now = max(post.outbox.waiting.values())


def test_whoever_was_told_of_trouble_hears_once_that_the_sink_works_again() -> None:
    post = Post(("chat", "n1"), ("chat", "n2"))
    down_for(post, 8)
    troubles = [got.at for got in post.hook.got if got.kind is NoticeKind.SINK_FAILED]
    post.chat.broken = None
    assert post.deliver() == Delivered(sent=3)
    works = post.hook.got[-1]
    assert works.kind is NoticeKind.SINK_WORKING
    assert works.about == SinkRecovery(sink="chat", since=troubles[0], waited=2)
    assert works.at - troubles[0] > timedelta(minutes=3)
    post.outbox.stand_in(["chat"], [notice(id="n3")])
    assert post.deliver() == Delivered(sent=1)


def test_the_end_of_trouble_is_told_after_a_restart_too() -> None:
    post = Post(("chat", "n1"))
    down_for(post, 6)
    post.chat.broken = None
    again = Deliver(post.outbox, {"chat": post.chat, "hook": post.hook}, page_of, post.clock, Evenly(0.5))
    assert again() == Delivered(sent=2)
    assert post.hook.got[-1].kind is NoticeKind.SINK_WORKING


def test_trouble_that_nobody_was_told_of_has_no_end_to_tell() -> None:
    post = Post(("chat", "n1"))
    down_for(post, 5)
    post.chat.broken = None
    assert post.deliver() == Delivered(sent=1)
    assert post.hook.got == []


def test_a_repeat_that_is_taken_is_the_end_of_trouble_too() -> None:
    post = Post(("chat", "n1"), ("chat", "n2"))
    post.deliver_to_both(repeats={"chat": timedelta(minutes=1)})
    assert post.deliver().sent == 2
    post.outbox.stand_in(["chat"], [notice(id="n3")])
    post.chat.broken = DeliveryError("chat answered 400: too long", retryable=False)
    post.deliver()
    post.chat.broken = None
    post.clock.now += timedelta(minutes=2)
    post.deliver()
    post.deliver()
    assert [got.kind for got in post.hook.got][-2:] == [NoticeKind.SINK_FAILED, NoticeKind.SINK_WORKING]


def test_trouble_with_the_sink_that_is_told_of_trouble_goes_no_further() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = post.hook.broken = DeliveryError("answered 400", retryable=False)
    assert post.deliver() == Delivered(failed=4)
    assert post.outbox.waiting == {}


def test_after_a_hundred_attempts_it_gives_up() -> None:
    post = Post(("chat", "n1"))
    post.chat.broken = DOWN
    post.outbox.tried("chat/n1", 98)
    assert post.deliver() == Delivered(waiting=1)
    post.clock.now = post.outbox.waiting["chat/n1"]
    assert post.deliver() == Delivered(failed=1)
    assert post.outbox.gave_up == {"chat/n1": "chat answered 503"}


def test_a_sink_that_is_no_longer_configured_is_given_up_and_the_rest_is_sent() -> None:
    post = Post(("pager", "n1"), ("chat", "n1"))
    assert post.deliver() == Delivered(sent=2, failed=1)
    assert post.outbox.gave_up == {"pager/n1": "this sink is no longer configured"}


def test_every_attempt_sends_the_same_ids() -> None:
    post = Post(("chat", "n1"))
    seen: list[tuple[Notice, Page]] = []

    class Forgetful(FakeSink):
        @override
        def send(self, notice: Notice, page: Page) -> None:
            seen.append((notice, page))
            raise DOWN

    post.deliver_to_chat(Forgetful())
    for _ in range(3):
        post.deliver()
        post.clock.now = post.outbox.waiting["chat/n1"]
    assert seen == [(notice(id="n1"), page_of(notice(id="n1")))] * 3


def test_a_defect_of_one_sink_holds_up_no_other() -> None:
    post = Post(("chat", "n1"), ("hook", "n1"))
    post.chat.broken = ZeroDivisionError()
    post.deliver()
    assert len(post.hook.got) == 1
