"""Groups that expired, topics that were made anew, records that expired unread: reported and repaired, on Kafka."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from sqlalchemy import create_engine

from connectors.kafka.client import kafka
from connectors.sql.review.status import StatusStore
from tests.e2e.agent import Place
from tests.e2e.drafts import Topic
from tests.services.apache_kafka import Listeners
from tests.services.kafka_tools import create_topic, produce

SETTINGS = {"kafka": {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 500}}
ANOTHER = "what we read so far was another topic of that name: the topic was recreated"
RESET = "anchorwatch run --reset-positions"


@pytest.fixture
def place(tmp_path: Path, apache_kafka: Listeners) -> Place:
    return Place(tmp_path, apache_kafka.bootstrap, SETTINGS)


def test_a_group_that_expired_costs_nothing(place: Place) -> None:
    put(place, predictions(range(10)))
    once(place)
    group = group_of(place)
    with kafka.KafkaAdminClient(bootstrap_servers=place.bootstrap) as admin:
        assert [listed["group_id"] for listed in admin.list_groups() if listed["group_id"] == group] == [
            group
        ]
        admin.delete_groups([group])
        assert not [listed for listed in admin.list_groups() if listed["group_id"] == group]
    put(place, predictions(range(10, 15)))

    done = place.run("run", "--once", "--reset-positions")

    assert done.returncode == 0
    assert "every position can be served; none was reset" in done.stderr.decode()
    assert place.taken() == 15  # an event that were read again would be taken again, as a repeat


def test_a_topic_made_anew_is_reported_and_mended_and_every_event_counts_once(place: Place) -> None:
    put(place, predictions(range(10)))
    put(place, labels(range(5)), topic="labels")
    once(place)
    recreate(place, "predictions")
    put(place, predictions(range(8, 12)))  # two that came before, and two new predictions

    refused = place.run("run")
    output = refused.stderr.decode()
    assert refused.returncode == 5, output
    assert f"{place.topics['predictions']}[0]: our position is 10 but the log ends at 4" in output
    assert "the topic was recreated" in output
    assert RESET in output
    assert "Traceback" not in output
    assert place.taken() == 15

    mended = place.run("run", "--once", "--reset-positions")
    output = mended.stderr.decode()
    assert mended.returncode == 0, output
    assert output.count("the topic was recreated; going on at the oldest record there is") == 1
    assert place.topics["labels"] not in output  # its position can be served, so it is kept
    assert (counted(place, "prediction"), counted(place, "prediction_repeat")) == (12, 2)
    assert counted(place, "label", topic="labels") == 5
    assert counted(place, "label_repeat", topic="labels") == 0
    assert place.taken() == 19


def test_a_topic_made_anew_with_more_records_than_we_had_read_is_reported_too(place: Place) -> None:
    put(place, predictions(range(10)))
    once(place)
    recreate(place, "predictions")
    put(place, predictions(range(100, 125)))  # its eleventh record is not what follows our tenth

    refused = place.run("run", "--once")
    output = refused.stderr.decode()
    assert refused.returncode == 5, output
    assert f"{place.topics['predictions']}[0]: {ANOTHER}" in output
    assert RESET in output
    assert place.taken() == 10

    mended = place.run("run", "--once", "--reset-positions")
    assert mended.returncode == 0, mended.stderr.decode()
    assert place.taken() == 35
    once(place)
    assert place.taken() == 35


def test_records_that_expired_unread_are_reported_with_their_number_and_left_behind(place: Place) -> None:
    put(place, predictions(range(10)))
    once(place)
    put(place, predictions(range(10, 20)))
    expire(place, "predictions", before=17)

    refused = place.run("run", "--once")
    output = refused.stderr.decode()
    assert refused.returncode == 5, output
    lost = f"{place.topics['predictions']}[0]: 7 records expired unread: our position is 10"
    assert lost in output
    assert RESET in output

    mended = place.run("run", "--once", "--reset-positions")
    output = mended.stderr.decode()
    assert mended.returncode == 0, output
    assert lost in output
    assert "the log now begins at 17; going on at the oldest record there is" in output
    assert place.taken() == 13


@pytest.mark.parametrize("records", [3, 25])
def test_a_running_agent_ends_when_its_topic_is_made_anew_under_it_and_says_what_to_type(
    place: Place, records: int
) -> None:
    put(place, predictions(range(10)))
    with place.start() as agent:
        agent.wait_until(lambda: place.taken() == 10, "ten records")
        recreate(place, "predictions")
        put(place, predictions(range(100, 100 + records)))
        code = agent.ended(within_s=40)
        assert code == 5, agent.output
        # What is noticed first, the end of the log or that the log is another, is Kafka's choice.
        assert f"{place.topics['predictions']}[0]: " in agent.output
        assert "the topic was recreated" in agent.output
        assert RESET in agent.output
        assert "Traceback" not in agent.output
    assert place.taken() == 10


def once(place: Place) -> None:
    done = place.run("run", "--once")
    assert done.returncode == 0, done.stderr.decode()


def group_of(place: Place) -> str:
    return str(yaml.safe_load(place.config.read_text(encoding="utf-8"))["kafka"]["group_id"])


def counted(place: Place, became: str, topic: Topic = "predictions") -> int:
    engine = create_engine(f"sqlite:///{place.folder}/watch.db")
    try:
        counts = StatusStore(engine).event_counts()
    finally:
        engine.dispose()
    return sum(
        listed.events
        for listed in counts
        if listed.topic == place.topics[topic] and str(listed.fate) == became
    )


def recreate(place: Place, topic: Topic) -> None:
    name = place.topics[topic]
    with kafka.KafkaAdminClient(bootstrap_servers=place.bootstrap) as admin:
        admin.delete_topics([name])
        while name in admin.list_topics():
            pass
    with suppress(kafka.errors.TopicAlreadyExistsError):  # where an agent runs, its asking has made it again
        create_topic(place.bootstrap, name, 1)


def expire(place: Place, topic: Topic, before: int) -> None:
    with kafka.KafkaAdminClient(bootstrap_servers=place.bootstrap) as admin:
        admin.delete_records({kafka.TopicPartition(place.topics[topic], 0): before})


def put(place: Place, values: Sequence[bytes], topic: Topic = "predictions") -> None:
    produce(place.bootstrap, place.topics[topic], 0, [{"value": value} for value in values])


def predictions(numbers: range) -> list[bytes]:
    return [
        b'{"prediction_id":"p%d","ts":"2026-11-22T15:29:00Z","model":{"name":"tickets","version":"7"},'
        b'"predicted":{"intent":"refund"}}' % number
        for number in numbers
    ]


def labels(numbers: range) -> list[bytes]:
    return [
        b'{"label_id":"l%d","prediction_id":"p%d","intent":"refund","labeled_at":"2026-11-23T09:10:00Z"}'
        % (number, number)
        for number in numbers
    ]
