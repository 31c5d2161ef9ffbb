"""What a person said is done, whether or not those whom it concerns can be told of it now."""

from functools import partial
from types import SimpleNamespace
from typing import ClassVar

import pytest

from monitor.app import oncall
from monitor.app.lanes import PATIENCE_S
from monitor.app.oncall_stores import OnCallStores
from monitor.errors import NotSentError, UnavailableError

STORES = SimpleNamespace(settings=None, outbox=None, sent_alerts=None)


class Unsendable:
    """A delivery that the database fails."""

    closed: ClassVar[list[float]] = []

    def __init__(self, *_: object) -> None:
        pass

    def lanes(self, patience_s: float) -> None:
        raise UnavailableError("the database is locked")

    def close(self, within_s: float) -> None:
        self.closed.append(within_s)


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> OnCallStores:
    monkeypatch.setattr(oncall, "Delivery", Unsendable)
    monkeypatch.setattr(Unsendable, "closed", [])
    return STORES  # type: ignore[return-value]


def test_the_command_says_that_it_is_kept_and_not_sent(stores: OnCallStores) -> None:
    done: list[str] = []
    with pytest.raises(NotSentError, match="it is kept, and could not be sent yet: the database is locked"):
        oncall.tell_at_once(stores, lambda: done.append("acknowledged"))
    assert (done, Unsendable.closed) == (["acknowledged"], [PATIENCE_S])


def test_a_browser_hears_that_it_is_done(stores: OnCallStores) -> None:
    done: list[str] = []
    told = oncall.act_then_send(stores, lambda: done.append("acknowledged"), 2.0)
    assert (done, Unsendable.closed) == (["acknowledged"], [2.0])
    assert str(told.unsent) == "the database is locked"


def test_what_could_not_be_done_is_an_error_for_everybody(stores: OnCallStores) -> None:
    def act() -> None:
        raise UnavailableError("the database is away")

    for does in (oncall.tell_at_once, partial(oncall.act_then_send, patience_s=2.0)):
        with pytest.raises(UnavailableError, match="away"):
            does(stores, act)
    assert len(Unsendable.closed) == 2
