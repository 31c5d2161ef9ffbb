"""What takes long is counted beside who asks: once at a time, kept for a while, and older meanwhile."""

import threading

from monitor.app.kept import Kept
from monitor.errors import UnavailableError

LONG_S = 30.0


def test_what_is_quick_is_there_at_once_and_counted_once_while_it_is_fresh() -> None:
    kept, counted = Kept[int](fresh_s=LONG_S, patience_s=LONG_S), list[int]()

    def count() -> int:
        counted.append(1)
        return len(counted)

    assert [kept.of("a", count), kept.of("a", count), kept.of("b", count)] == [1, 1, 2]


def test_nobody_waits_for_what_is_slow_and_it_is_there_afterwards() -> None:
    kept, ready, done = Kept[int](fresh_s=LONG_S, patience_s=0.01), threading.Event(), threading.Event()
    counted: list[int] = []

    def slow() -> int:
        counted.append(1)
        ready.wait(LONG_S)
        return 7

    assert kept.of("a", slow) is None
    assert kept.of("a", slow) is None
    assert counted == [1]
    ready.set()
    for _ in range(1_000):
        if kept.of("a", slow) == 7:
            done.set()
            break
    assert done.is_set()
    assert counted == [1]


def test_an_older_value_is_shown_while_a_new_one_is_counted() -> None:
    kept, never = Kept[int](fresh_s=0.0, patience_s=0.01), threading.Event()
    patient = Kept[int](fresh_s=0.0, patience_s=LONG_S)
    assert patient.of("a", lambda: 1) == 1
    assert patient.of("a", lambda: 2) == 2
    while kept.of("a", lambda: 1) is None:
        pass
    assert kept.of("a", lambda: 3 if never.wait(0.5) else 2) == 1


def test_the_oldest_is_forgotten() -> None:
    kept = Kept[int](fresh_s=LONG_S, patience_s=LONG_S, most=2)
    assert [kept.of(key, lambda: 1) for key in "abc"] == [1, 1, 1]
    assert [kept.of(key, lambda: 2) for key in "bca"] == [1, 1, 2]


def test_what_fails_leaves_nothing_and_is_asked_for_again() -> None:
    kept = Kept[int](fresh_s=LONG_S, patience_s=LONG_S)

    def fails() -> int:
        raise UnavailableError(["the database is out of reach"])

    assert kept.of("a", fails) is None
    assert kept.of("a", lambda: 5) == 5
