"""Pages that take seconds: two at once beside the server, each told of honestly until it is made, none twice."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from monitor.app.costly_child import AskedAnalysis, AskedCostly, CostlyView, NotMade
from monitor.app.costly_pages import AT_ONCE, CostlyChild, CostlyPages, ShownCostly
from monitor.app.stores import Stores, open_stores
from monitor.errors import NotFoundError, UnavailableError
from monitor.settings.settings import Settings
from reports.render.blocks import Block, View

NOW = datetime(2026, 11, 27, tzinfo=UTC)
NEVER_QUICK = -1
WHO = (("who*", "your name"),)


def number_of(asked: AskedCostly) -> int:
    assert isinstance(asked, AskedAnalysis)
    return asked.number


def at_once(_: Settings, asked: AskedCostly, to: Connection) -> None:
    view = View([Block(lines=[f"incident {number_of(asked)}"])], {"number": number_of(asked)})
    to.send(CostlyView(view, [("/there", "do it", WHO)]))


def when_told(settings: Settings, asked: AskedCostly, to: Connection) -> None:
    """Waits for a file beside the database."""
    database = settings.database.url.get_secret_value().removeprefix("sqlite:///")
    while not Path(f"{database}.{number_of(asked)}").exists():
        time.sleep(0.02)
    at_once(settings, asked, to)


def refused(_: Settings, __: AskedCostly, to: Connection) -> None:
    to.send(NotMade("the database is out of reach"))


def crashing(_: Settings, __: AskedCostly, ___: Connection) -> None:
    os._exit(9)


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return open_stores(Settings(database={"url": f"sqlite:///{tmp_path / 'watch.db'}"}), new_too=True)


@pytest.fixture
def pages(stores: Stores) -> Iterator[Callable[..., CostlyPages]]:
    made: list[CostlyPages] = []

    def begin(
        child: CostlyChild, mark: Callable[[], str] = lambda: "1", quick: int = NEVER_QUICK
    ) -> CostlyPages:
        made.append(CostlyPages(stores, mark, lambda: NOW, child=child, quick=quick))
        return made[-1]

    yield begin
    for each in made:
        each.close()


def words(shown: ShownCostly) -> str:
    return " ".join(line for block in shown.view.blocks for line in block.lines)


def until_made(pages: CostlyPages, number: int) -> ShownCostly:
    deadline = time.monotonic() + 120.0  # a busy machine takes long to start a process
    while (shown := pages.page(AskedAnalysis(number))).again_s:
        assert time.monotonic() < deadline, words(shown)
        time.sleep(0.05)
    return shown


def let(stores: Stores, number: int) -> None:
    Path(f"{stores.settings.database.url.get_secret_value().removeprefix('sqlite:///')}.{number}").touch()


def test_it_says_that_it_is_being_made_and_then_is_there_and_is_kept(
    pages: Callable[..., CostlyPages], stores: Stores
) -> None:
    costly = pages(when_told)
    first = costly.page(AskedAnalysis(7))
    assert "is being made" in words(first)
    assert (first.again_s, first.forms) == (2, [])
    let(stores, 7)
    made = until_made(costly, 7)
    assert (words(made), made.view.content) == ("incident 7", {"number": 7})
    assert [(form.action, form.button) for form in made.forms] == [("/there", "do it")]
    assert costly.page(AskedAnalysis(7)).view is made.view


def test_two_are_made_at_once_and_a_third_is_told_that_it_must_wait(
    pages: Callable[..., CostlyPages], stores: Stores
) -> None:
    costly = pages(when_told)
    for number in range(AT_ONCE):
        assert "is being made" in words(costly.page(AskedAnalysis(number)))
    third = costly.page(AskedAnalysis(9))
    assert "Busy" in words(third)
    assert third.again_s == 2
    with pytest.raises(UnavailableError, match="two like it are being made"):
        _ = third.view.content
    for number in (0, 1, 9):
        let(stores, number)
    assert words(until_made(costly, 9)) == "incident 9"


def test_a_program_waits_for_it(pages: Callable[..., CostlyPages]) -> None:
    assert pages(at_once).page(AskedAnalysis(7)).view.content == {"number": 7}


def test_when_something_changed_the_older_one_stands_there_until_the_newer_is_made(
    pages: Callable[..., CostlyPages], stores: Stores
) -> None:
    mark = ["1"]
    costly = pages(when_told, lambda: mark[0])
    let(stores, 7)
    until_made(costly, 7)
    Path(f"{stores.settings.database.url.get_secret_value().removeprefix('sqlite:///')}.7").unlink()
    mark[0] = "2"
    shown = costly.page(AskedAnalysis(7))
    assert words(shown) == (
        "As of 2026-11-27 00:00 UTC. Something has changed since, so it is being made anew, and loads by itself."
        " incident 7"
    )
    assert shown.again_s == 2
    let(stores, 7)
    assert words(until_made(costly, 7)) == "incident 7"


@pytest.mark.parametrize(
    ("child", "why"), [(refused, "out of reach"), (crashing, "ended before it was made")]
)
def test_what_cannot_be_made_is_said_once_and_tried_again(
    pages: Callable[..., CostlyPages], child: CostlyChild, why: str
) -> None:
    costly = pages(child)
    with pytest.raises(UnavailableError, match=why):
        until_made(costly, 7)
    with pytest.raises(UnavailableError, match=why):
        _ = costly.page(AskedAnalysis(8)).view.content


def test_of_a_small_database_it_is_made_at_once_here(pages: Callable[..., CostlyPages]) -> None:
    with pytest.raises(NotFoundError, match="there is no incident 7"):
        pages(crashing, quick=0).page(AskedAnalysis(7))
