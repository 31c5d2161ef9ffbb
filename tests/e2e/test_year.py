"""A season of the simulated year: nothing lost, nothing counted twice, and what has a limit stops there."""

from sqlalchemy import Engine

from tests.e2e.growth import BOUNDED, lost_or_doubled, memory_growth
from tests.e2e.year import run

WEEKS = 5
MEMORY_BYTES = 60_000_000  # what SQLite and the interpreter keep of so young a life


def test_five_weeks_grow_as_the_table_says(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    desk, measures = run(url, events=40_000, days=7 * WEEKS, predictions_days=14)
    assert list(lost_or_doubled(desk.engine, desk.year.expected)) == []
    assert len(measures) == WEEKS
    for table, most in BOUNDED.items():
        assert measures[-1].rows[table] <= most
    # Two releases, each with its limit, what its anchor measured, and the rest: made-up names came every day.
    assert 2 * 61 <= measures[-1].rows["predicted_name"] <= 2 * 86
    a_day = measures[0].rows["prediction"] / 7
    assert measures[-1].rows["prediction"] <= 15 * a_day
    assert memory_growth(measures) < MEMORY_BYTES
    desk.engine.dispose()
