"""Apprise, with a stand-in for the optional package: what it is given, and what its answers mean."""

import sys
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.sinks.apprise import AppriseSink
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.kinds import NoticeKind
from monitor.errors import ConfigError, DeliveryError
from reports.pages.page import page_of
from tests.notices import TICKETS, gdpr_erasure, notice, of_kind
from tests.sending import send


class FakeApprise:
    """What we use of `apprise.Apprise`."""

    def __init__(self, asset: object = None) -> None:
        self.urls: list[str] = []
        self.got: list[dict[str, Any]] = []
        self.takes = True

    def add(self, url: str) -> bool:
        self.urls.append(url)
        return "://" in url

    def notify(self, **message: Any) -> bool:  # noqa: ANN401
        self.got.append(message)
        return self.takes


def made(fake: FakeApprise, *urls: str) -> AppriseSink:
    package = SimpleNamespace(Apprise=lambda asset: fake, AppriseAsset=dict)
    return AppriseSink("rest", urls or ("json://x",), apprise=package)


def test_a_page_is_a_failure_and_its_end_a_success() -> None:
    fake = FakeApprise()
    sink = made(fake)
    for kind in (NoticeKind.OPENED, NoticeKind.RESOLVED, NoticeKind.BLIND):
        send(sink, of_kind(kind))
    assert [message["notify_type"] for message in fake.got] == ["failure", "success", "info"]
    assert fake.got[0]["title"] == page_of(notice()).title
    assert fake.got[0]["body"].startswith("Incident 17 opened at 2026-11-23 09:10 UTC.")


def test_a_title_that_is_wrapped_in_the_text_is_not_sent_twice() -> None:
    fake = FakeApprise()
    news = notice(gdpr_erasure(cell=Cell(TICKETS, "a right of the person " * 6)))
    assert len(page_of(news).text.partition("\n\n")[0].splitlines()) == 2
    send(made(fake), news)
    assert fake.got[0]["title"] == page_of(news).title
    assert fake.got[0]["body"].startswith("Incident 17 opened at 2026-11-23 09:10 UTC.")


def test_one_address_that_hangs_delays_no_other() -> None:
    arrived, over = Event(), Event()

    class Hanging(FakeApprise):
        def notify(self, **message: Any) -> bool:  # noqa: ANN401
            if self.urls == ["json://hangs"]:
                return over.wait(30)
            arrived.set()
            return True

    sink = AppriseSink(
        "rest", ["json://hangs", "json://x"], apprise=SimpleNamespace(Apprise=Hanging, AppriseAsset=dict)
    )
    sending = Thread(target=lambda: send(sink, notice()), daemon=True)
    sending.start()
    assert arrived.wait(10)
    over.set()
    sending.join(5)


def test_what_was_not_taken_is_tried_again() -> None:
    fake = FakeApprise()
    fake.takes = False
    with pytest.raises(DeliveryError) as caught:
        send(made(fake), notice())
    assert caught.value.retryable


def test_an_address_it_does_not_know_is_reported_by_its_number_not_by_its_secret() -> None:
    with pytest.raises(ConfigError, match=r"sinks.rest.urls\[1\]: apprise does not know") as caught:
        made(FakeApprise(), "json://x", "s3cret")
    assert "s3cret" not in str(caught.value)


def test_without_the_package_the_configuration_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r"pip install 'anchorwatch\[apprise\]'"):
        AppriseSink("rest", ["json://x"])
