"""Labels that an alert keeps as long as it stands, whatever happens around it; and every end that was owed is sent."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.domain.telling.alerts import Alert, SentAlert, Settled, settled

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "k"


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def fall(about: str = "erasure", since: int = 0, ends: int | None = None, **labels: str) -> Alert:
    return Alert(
        about=about,
        since=after(since),
        labels={"intent": about, **labels},
        annotations={"summary": about},
        ends=None if ends is None else after(ends),
    )


class Memory:
    """What a sink was sent, as a store keeps it; and what the system behind it knows: labels that stand."""

    def __init__(self) -> None:
        self.sent: dict[tuple[str, str, datetime], SentAlert] = {}
        self.stands: dict[frozenset[tuple[str, str]], bool] = {}

    def tell(self, at: int, *alerts: Alert, closes: bool = False, key: str = KEY) -> Settled:
        done = settled(alerts, list(self.sent.values()), key, after(at), closes=closes)
        for begun in done.begun:
            self.sent[begun.dedup_key, begun.about, begun.since] = begun
        for alert in done.alerts:
            self.stands[frozenset(alert.labels.items())] = alert.ends is None
        for over in done.ended:
            self.sent[over.dedup_key, over.about, over.since] = replace(over, ended=after(at))
        return done

    def standing(self) -> list[dict[str, str]]:
        return [dict(labels) for labels, stands in self.stands.items() if stands]


def test_other_labels_count_only_from_the_next_fall_on() -> None:
    memory = Memory()
    memory.tell(0, fall(severity="warning"))
    memory.tell(1, fall(severity="critical", team="privacy"))
    assert memory.standing() == [{"intent": "erasure", "severity": "warning"}]
    memory.tell(2, fall(severity="critical", ends=2), closes=True)
    assert memory.standing() == []
    memory.tell(3, fall(since=3, severity="critical"))
    assert memory.standing() == [{"intent": "erasure", "severity": "critical"}]


def test_an_end_that_never_arrived_is_sent_with_the_next_fall() -> None:
    memory = Memory()
    memory.tell(0, fall(severity="warning"))
    memory.tell(5, fall(since=5, severity="critical"))
    assert memory.standing() == [{"intent": "erasure", "severity": "critical"}]


def test_the_end_of_an_incident_ends_also_what_it_does_not_name() -> None:
    memory = Memory()
    memory.tell(0, fall("erasure"), fall("export"))
    memory.tell(1, fall("erasure"))
    assert len(memory.standing()) == 2, "who is not named stands"
    memory.tell(2, fall("erasure", ends=2), closes=True)
    assert memory.standing() == []


def test_an_end_is_sent_again_under_the_same_labels() -> None:
    memory = Memory()
    memory.tell(0, fall(team="a"))
    first = memory.tell(2, fall(team="b", ends=2), closes=True)
    again = memory.tell(2, fall(team="c", ends=2), closes=True)
    assert first.alerts == again.alerts
    assert first.alerts[0].labels == {"intent": "erasure", "team": "a"}


def test_a_repeat_that_comes_too_late_raises_nothing_that_is_over_and_ends_nothing_that_began_since() -> None:
    memory = Memory()
    memory.tell(0, fall())
    memory.tell(2, fall(ends=2), closes=True)
    assert memory.tell(0, fall()).alerts == []
    memory.tell(4, fall(since=4, severity="critical"))
    memory.tell(0, fall())
    assert memory.standing() == [{"intent": "erasure", "severity": "critical"}]


def test_no_end_is_sent_of_labels_that_another_incident_stands_under() -> None:
    memory = Memory()
    memory.tell(0, fall(), key="first")
    memory.tell(1, fall(since=1), key="second")
    memory.tell(2, fall(ends=2), closes=True, key="first")
    assert memory.standing() == [{"intent": "erasure"}]
    memory.tell(3, fall(since=1, ends=3), closes=True, key="second")
    assert memory.standing() == []


def test_an_incident_whose_end_never_arrived_ends_with_the_next_of_the_same_cell() -> None:
    memory = Memory()
    memory.tell(0, fall(team="a"), key="first")
    memory.tell(5, fall(since=5, team="b"), key="second")
    assert memory.standing() == [{"intent": "erasure", "team": "b"}]
    memory.tell(6, fall(since=5, ends=6, team="b"), closes=True, key="second")
    assert memory.standing() == []


def test_nor_does_it_keep_up_the_next_under_the_same_labels() -> None:
    memory = Memory()
    memory.tell(0, fall(), key="first")
    memory.tell(5, fall(since=5), key="second")
    assert memory.standing() == [{"intent": "erasure"}]
    memory.tell(6, fall(since=5, ends=6), closes=True, key="second")
    assert memory.standing() == []


def test_an_end_ends_also_an_earlier_incident_of_the_same_cell_that_nothing_ended_since() -> None:
    """The end of the first was given up, and whoever told of the second did not get so far as to end it."""
    memory = Memory()
    memory.tell(0, fall(), key="first")
    memory.sent["second", "erasure", after(5)] = SentAlert("second", "erasure", after(5), fall().labels)
    memory.tell(6, fall(since=5, ends=6), closes=True, key="second")
    assert memory.standing() == []
    assert [past.ended for past in memory.sent.values()] == [after(6), after(6)]


def test_a_late_end_ends_nothing_that_began_since_and_is_remembered() -> None:
    memory = Memory()
    memory.tell(0, fall(), key="first")
    memory.sent["second", "erasure", after(5)] = SentAlert("second", "erasure", after(5), fall().labels)
    late = memory.tell(4, fall(ends=4), closes=True, key="first")
    assert late.alerts == []
    assert [past.dedup_key for past in late.ended] == ["first"]
    assert memory.standing() == [{"intent": "erasure"}]


def test_of_what_nothing_is_known_the_end_goes_out_under_the_labels_of_now() -> None:
    done = Memory().tell(2, fall(ends=2), closes=True)
    assert (done.alerts, done.begun, done.ended) == ([fall(ends=2)], [], [])


def test_the_same_moment_may_end_and_begin() -> None:
    """Evaluations that go by the time of events may share it."""
    memory = Memory()
    memory.tell(0, fall())
    memory.tell(0, fall(ends=0), closes=True)
    memory.tell(0, fall())
    assert len(memory.standing()) == 1
    memory.tell(1, fall(ends=1), closes=True)
    assert memory.standing() == []


CELLS = ("erasure", "export", "refund")
STEPS = st.lists(
    st.tuples(st.sampled_from(CELLS), st.sampled_from(["break", "heal", "lost", "relabel"])), max_size=30
)


@given(STEPS)
def test_each_broken_cell_stands_once_and_at_the_end_nothing_does(steps: list[tuple[str, str]]) -> None:
    """Cells break and heal, notices of healing get lost, and labels change all the time."""
    memory, broken, team = Memory(), dict[str, int](), 0
    for minute, (cell, what) in enumerate(steps):
        over: list[str] = []
        team += what == "relabel"
        if what == "break":
            broken.setdefault(cell, minute)
        elif cell in broken and what in ("heal", "lost"):
            del broken[cell]
            over = [cell] if what == "heal" else []
        if what == "lost":
            continue
        firing = [fall(name, since, team=str(team)) for name, since in broken.items()]
        memory.tell(
            minute, *firing, *(fall(name, ends=minute, team=str(team)) for name in over), closes=not broken
        )
        stands = [labels["intent"] for labels in memory.standing()]
        assert set(broken) <= set(stands)
        assert len(stands) == len(set(stands))
    memory.tell(len(steps), closes=True)
    assert memory.standing() == []
