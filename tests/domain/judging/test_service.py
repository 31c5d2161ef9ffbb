"""Which versions answer requests: retired with a successor, back with traffic, and a person's word stands."""

from datetime import UTC, datetime, timedelta

from monitor.domain.events.types import Model
from monitor.domain.judging.service import Service, replaced, retire, services
from monitor.domain.judging.state import ModelState, Retirement
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.labelling.rhythm import Rhythm

START = datetime(2026, 11, 2, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * DAY
V1, V2, CANARY = Model("tickets", "1"), Model("tickets", "2"), Model("tickets", "2", "canary")


def served(until: float, since: float = 0.0, **known: object) -> ModelState:
    """A version with a prediction every hour from day `since` until day `until`."""
    rhythm = Rhythm()
    for hour in range(round(since * 24), round(until * 24)):
        rhythm.count(START + timedelta(hours=hour))
    return ModelState(labelling=Labelling(predictions=rhythm), **known)  # type: ignore[arg-type]


def test_a_version_is_retired_a_week_after_its_last_prediction_where_another_answers() -> None:
    assert retire({V1: served(10), V2: served(16.9, since=10)}, START + 17.1 * DAY, WEEK) == {}
    (changed,) = retire({V1: served(10), V2: served(17.1, since=10)}, START + 17.1 * DAY, WEEK).items()
    assert changed[0] == V1
    last = START + 10 * DAY - timedelta(hours=1)
    assert changed[1].retirement == Retirement(START + 17.1 * DAY, last=last)


def test_a_version_that_answers_once_a_week_is_not_retired_before_it_missed_its_turn() -> None:
    weekly = Rhythm()
    for week in range(3):
        weekly.count(START + week * WEEK)
    batch = ModelState(labelling=Labelling(predictions=weekly))
    assert retire({V1: batch, V2: served(14 + 7.5)}, START + 40 * DAY, WEEK) == {}
    assert set(retire({V1: batch, V2: served(14 + 10.7)}, START + 40 * DAY, WEEK)) == {V1}


def test_what_came_before_the_retirement_and_was_learned_after_it_brings_a_version_back() -> None:
    """As where an agent was down for a week: it had not looked at the traffic yet."""
    known = Retirement(START + 17 * DAY, last=START + 10 * DAY)
    models = {V1: served(16, retirement=known), V2: served(17, since=10)}
    assert retire(models, START + 17 * DAY, WEEK)[V1].retirement is None


def test_a_version_that_stopped_is_not_retired_where_no_other_goes_on() -> None:
    """Its silence is a fault that somebody must hear of."""
    assert retire({V1: served(10)}, START + 40 * DAY, WEEK) == {}
    assert retire({V1: served(10), CANARY: served(20)}, START + 40 * DAY, WEEK) == {}, "another environment"


def test_where_all_traffic_stopped_or_old_events_are_read_nobody_is_retired() -> None:
    assert retire({V1: served(9.5), V2: served(10)}, START + 40 * DAY, WEEK) == {}


def test_a_release_that_was_rolled_back_is_retired_though_it_is_newer() -> None:
    models = {V1: served(20), V2: served(11, since=10)}
    assert set(retire(models, START + 20 * DAY, WEEK)) == {V2}


def test_a_retired_version_is_back_with_its_next_prediction() -> None:
    gone = Retirement(START + 17 * DAY)
    models = {V1: served(18, retirement=gone), V2: served(18, since=10)}
    assert retire(models, START + 18 * DAY, WEEK)[V1].retirement is None


def test_what_a_person_retired_stays_retired_whatever_it_predicts() -> None:
    word = Retirement(START + 5 * DAY, "ana", "shadow")
    assert retire({V1: served(18, retirement=word)}, START + 18 * DAY, WEEK) == {}


def test_who_revives_a_version_gives_it_a_week() -> None:
    revived = served(10, revived_at=START + 20 * DAY)
    assert retire({V1: revived, V2: served(26.9, since=10)}, START + 27 * DAY, WEEK) == {}
    assert set(retire({V1: revived, V2: served(27.1, since=10)}, START + 27.2 * DAY, WEEK)) == {V1}


def test_a_canary_with_hours_without_traffic_is_not_replaced() -> None:
    assert replaced({V1: served(10), V2: served(9.2)}) == set()
    assert replaced({V1: served(10), V2: served(8.9)}) == {V2}
    both = services({V1: served(10), V2: served(8.9, retirement=Retirement(START))})
    assert [known.service for known in both.values()] == [Service.SERVING, Service.RETIRED]
