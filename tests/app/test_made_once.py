"""What is made once for many is never older than the asking, and a failure is nobody else's."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from monitor.app.made_once import MadeOnce


class Slow:
    """Makes numbers, and goes on when it is let."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.made = count(1)

    def __call__(self) -> int:
        number = next(self.made)
        self.begun.release()
        assert self.go.acquire(timeout=30)
        return number


def waiting(pool: ThreadPoolExecutor, ask: Callable[[], int], many: int) -> list[Callable[[], int]]:
    """So many who ask, all of whom have asked when this returns."""
    asked = threading.Barrier(many + 1)

    def come() -> int:
        asked.wait(30)
        return ask()

    futures = [pool.submit(come) for _ in range(many)]
    asked.wait(30)
    return [future.result for future in futures]


def test_who_asks_while_it_is_made_gets_one_that_was_begun_afterwards_and_all_of_them_the_same() -> None:
    slow = Slow()
    ask = MadeOnce(slow)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(ask)
        assert slow.begun.acquire(timeout=30)
        later = waiting(pool, ask, 10)
        threading.Event().wait(0.2)  # until all of them stand before the lock
        slow.go.release()
        assert first.result(30) == 1
        slow.go.release()
        assert {result() for result in later} == {2}


def test_who_asks_later_gets_another() -> None:
    ask = MadeOnce(iter(range(3)).__next__)
    assert [ask(), ask(), ask()] == [0, 1, 2]


def test_what_is_fresh_will_do_until_the_mark_is_another() -> None:
    marks = iter("aabbb")
    ask = MadeOnce(iter(range(9)).__next__, mark=lambda: next(marks), fresh_s=60.0)
    assert [ask() for _ in range(5)] == [0, 0, 1, 1, 1]
    old = MadeOnce(iter(range(9)).__next__, mark=lambda: "a", fresh_s=1e-9)
    assert [old(), old()] == [0, 1]


def test_a_failure_is_raised_to_who_caused_it_and_the_next_one_tries_again() -> None:
    answers: Iterator[ValueError | int] = iter([ValueError("no"), 7])

    def make() -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    ask = MadeOnce(make)
    with pytest.raises(ValueError, match="no"):
        ask()
    assert ask() == 7
