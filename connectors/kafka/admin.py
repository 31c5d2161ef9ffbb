"""Ask Kafka which cluster it is and which topics it has, and make those that are missing."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from connectors.kafka.client import Untyped, bootstrap_of, connect, kafka
from connectors.kafka.errors import explain_error
from monitor.errors import UnavailableError


def cluster_id(client: Mapping[str, Any]) -> str:
    """The id the cluster gave itself, or the bootstrap addresses where it has none.

    Raises:
        UnavailableError: the broker is not there or refuses us.
    """
    with _admin(client) as admin:
        return _cluster_id(admin, client)


def missing_topics(client: Mapping[str, Any], topics: Collection[str]) -> list[str]:
    """Those of the topics that are not there, or that this user may not see.

    Raises:
        UnavailableError: the broker is not there or refuses us.
    """
    with _admin(client) as admin:
        return _missing(admin, topics)


def introduce(client: Mapping[str, Any], topics: Collection[str]) -> str:
    """The cluster's id, after making sure that the topics are there.

    kafka-python would make a missing topic by asking for it, so a misspelt name would go unnoticed.

    Raises:
        UnavailableError: a topic is missing, or the broker is not there or refuses us.
    """
    with _admin(client) as admin:
        if missing := _missing(admin, topics):
            raise UnavailableError(
                f"Kafka at {bootstrap_of(client)} has no topic {', '.join(missing)} (or hides it from this "
                "user). Create it, or correct kafka.topics."
            )
        return _cluster_id(admin, client)


def ensure_topics(
    client: Mapping[str, Any], topics: Collection[str], *, partitions: int = 1, replicas: int = -1
) -> list[str]:
    """Make the topics that are missing and say which; -1 replicas means what the broker is set to.

    Raises:
        UnavailableError: the broker is not there or does not allow it.
    """
    with _admin(client) as admin:
        missing = _missing(admin, topics)
        made = []
        for topic in missing:
            wish = {topic: {"num_partitions": partitions, "replication_factor": replicas}}
            try:
                admin.create_topics(wish)
                made.append(topic)
            except kafka.errors.TopicAlreadyExistsError:
                continue  # someone else was quicker
        if missing:
            admin.wait_for_topics(missing)
        return made


@contextmanager
def _admin(client: Mapping[str, Any]) -> Iterator[Any]:
    admin = connect(kafka.KafkaAdminClient, client, {})
    try:
        yield admin
    except kafka.errors.KafkaError as error:
        raise UnavailableError(explain_error(error, bootstrap_of(client))) from error
    finally:
        admin.close()


def _cluster_id(admin: Untyped, client: Mapping[str, Any]) -> str:
    return str(admin.describe_cluster().get("cluster_id") or bootstrap_of(client))


def _missing(admin: Untyped, topics: Collection[str]) -> list[str]:
    there = set(admin.list_topics())
    return [topic for topic in topics if topic not in there]
