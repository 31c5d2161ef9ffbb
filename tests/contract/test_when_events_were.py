"""A database of before: when its events were is counted once, by the hour and by the day, as if it always had been."""

from datetime import timedelta

from alembic import command
from sqlalchemy import Engine, text

from connectors.sql.database import writing
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.migrate import config, upgrade
from tests.stored import NOON, TICKETS, label, prediction, rows, take
from tests.worlds import World

HOURS = "SELECT hour, events, latest_us FROM event_hour ORDER BY hour"


def test_an_upgrade_counts_what_is_there_as_it_would_have_been_counted(engine: Engine) -> None:
    world = World(engine)
    world.anchor(refund=(0.9, 40))
    for number, hours in enumerate((0, 1, 30, 31, 80)):
        take(world.store, prediction(f"p{number}", hours=hours), label(f"p{number}", hours=hours))
    take(world.store, prediction("waits", hours=90))
    world.evaluate(NOON + timedelta(days=6))
    take(world.store, prediction("new", hours=100), label("new", hours=100))  # judged by nobody yet
    with EvaluationStore(engine).evaluation() as transaction:
        known, latest = transaction.models()[TICKETS].labelled_days, transaction.latest_event()
    kept = rows(engine, HOURS)
    assert (len(known.days), len(kept)) == (3, 13)

    with writing(engine) as connection:
        command.downgrade(config(connection), "0005")
        (first_us,) = connection.execute(text("SELECT first_prediction_us FROM model")).one()
    upgrade(engine)
    with EvaluationStore(engine).evaluation() as transaction:
        model = transaction.models()[TICKETS]
        assert model.labelled_days == known
        assert transaction.latest_event() == latest
    assert rows(engine, HOURS) == kept
    assert model.labelled_days.since == model.first_prediction == NOON
    assert first_us == round(NOON.timestamp()) * 10**6
