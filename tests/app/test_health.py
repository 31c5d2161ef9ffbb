"""Alive, ready, stuck: what each loop's reports come to."""

from datetime import UTC, datetime, timedelta

from monitor.app.health import Health

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def health() -> Health:
    return Health({"ingest": SECOND / 2, "evaluate": 60 * SECOND}, NOON)


def test_a_new_agent_is_alive_and_not_ready_until_every_loop_went_round() -> None:
    agent = health()
    agent.round("ingest", NOON)
    assert agent.stuck(NOON) == []
    assert agent.not_ready(NOON) == ["evaluate has not completed a round yet"]
    agent.round("evaluate", NOON)
    assert agent.not_ready(NOON) == []


def test_trouble_makes_it_unready_but_it_is_alive_and_its_last_whole_round_stays_as_it_was() -> None:
    agent = health()
    for name in ("ingest", "evaluate"):
        agent.round(name, NOON)
    agent.round("evaluate", NOON + 60 * SECOND, "the database is out of reach")
    assert agent.stuck(NOON + 60 * SECOND) == []
    assert agent.not_ready(NOON + 60 * SECOND) == ["evaluate: the database is out of reach"]
    assert agent.loops["evaluate"].complete == NOON
    agent.round("evaluate", NOON + 120 * SECOND)
    assert agent.not_ready(NOON + 120 * SECOND) == []


def test_a_loop_is_stuck_after_ten_periods_and_two_minutes_at_least() -> None:
    agent = health()
    for name in ("ingest", "evaluate"):
        agent.round(name, NOON)
    assert agent.stuck(NOON + 120 * SECOND) == []
    assert agent.stuck(NOON + 121 * SECOND) == ["ingest has not gone round for 121 s"]
    assert agent.stuck(NOON + 600 * SECOND) == ["ingest has not gone round for 600 s"]
    assert len(agent.stuck(NOON + 601 * SECOND)) == 2


def test_a_loop_that_never_begins_is_stuck_too() -> None:
    assert health().stuck(NOON + 121 * SECOND) == ["ingest has not gone round for 121 s"]


def test_a_loop_of_another_agent_is_none_of_ours() -> None:
    agent = Health({"deliver": SECOND}, NOON)
    agent.round("ingest", NOON, "trouble")
    assert list(agent.loops) == ["deliver"]
