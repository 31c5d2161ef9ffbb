"""One hostile record costs itself: the good one behind it is saved at once, on every broker and database."""

import json
import time

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from monitor.cli.main import cli
from tests.e2e.hostile_records import RECORDS, prediction
from tests.services.kafka_tools import create_topic, new_name, options, produce

SECONDS = 10.0
"""The most that a hostile record may hold up the good one behind it."""


def saved(url: str) -> set[str]:
    """The ids of the predictions that are in the database."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        ids = set(connection.execute(text("SELECT prediction_id FROM prediction")).scalars())
    engine.dispose()
    return ids


def test_the_good_record_behind_a_hostile_one_is_saved_within_ten_seconds(
    kafka_bootstrap: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = new_name("hostile")
    create_topic(kafka_bootstrap, topic)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", database_url)
    for name, value in options(kafka_bootstrap).items():
        monkeypatch.setenv(f"ANCHORWATCH_KAFKA__{name.upper()}", str(value))
    monkeypatch.setenv("ANCHORWATCH_KAFKA__GROUP_ID", new_name("group"))
    monkeypatch.setenv("ANCHORWATCH_KAFKA__TOPICS", json.dumps({"predictions": topic, "labels": topic}))
    rows = [
        {"value": record}
        for number, hostile in enumerate(RECORDS.values())
        for record in (hostile, json.dumps(prediction(f"good-{number}")).encode())
    ]
    produce(kafka_bootstrap, topic, 0, rows)
    begun = time.monotonic()
    done = CliRunner().invoke(cli, ["run", "--once"])
    seconds = time.monotonic() - begun
    assert done.exit_code == 0, done.output
    assert saved(database_url) >= {f"good-{number}" for number in range(len(RECORDS))}
    assert seconds < SECONDS * len(RECORDS)
