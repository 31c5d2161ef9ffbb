"""Services that a run shares: each starts once, whoever asks, and ends with the run."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from tests.services.require import Missing
from tests.services.shared import DistantServices, RunningServices


class Lamp:
    """A service that counts how often it was lit, and knows whether it burns."""

    def __init__(self) -> None:
        self.lit = 0
        self.burns = False

    @contextmanager
    def light(self, folder: Path) -> Iterator[str]:
        assert list(folder.iterdir()) == []
        self.lit += 1
        self.burns = True
        yield str(folder)
        self.burns = False


def absent(_folder: Path) -> AbstractContextManager[None]:
    raise Missing("kafka", "there is no `java` here")


def broken(_folder: Path) -> AbstractContextManager[None]:
    raise OSError("no space left")


def test_a_service_starts_once_for_all_who_ask_and_ends_with_the_run() -> None:
    lamp = Lamp()
    with closing(RunningServices({"lamp": lamp.light})) as services:
        assert lamp.lit == 0
        distant = DistantServices(*services.listen())
        together = threading.Barrier(4)

        def ask(_: int) -> str:
            together.wait(60)
            place: str = distant.get("lamp")
            return place

        with ThreadPoolExecutor(4) as pool:
            places = set(pool.map(ask, range(4)))
        assert places == {services.get("lamp")}
        assert (lamp.lit, lamp.burns) == (1, True)
        folder = Path(places.pop())
        assert folder.is_dir()
    assert (lamp.lit, lamp.burns) == (1, False)
    assert not folder.exists()


def test_whoever_asks_hears_why_there_is_none() -> None:
    with closing(RunningServices({"absent": absent, "broken": broken})) as services:
        distant = DistantServices(*services.listen())
        for asked in (services, distant):
            with pytest.raises(Missing, match="kafka: there is no `java` here"):
                asked.get("absent")
            with pytest.raises(RuntimeError, match="broken did not start: OSError"):
                asked.get("broken")
