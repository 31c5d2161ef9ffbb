"""Topics that are deleted, or deleted and made anew, while they are read."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from connectors.kafka.admin import missing_topics
from connectors.kafka.client import Untyped, bootstrap_of
from connectors.kafka.positions import made_anew, sentence
from monitor.domain.events.types import Partition
from monitor.errors import PositionError, UnavailableError

MISSING_EVERY_S = 10.0


class TopicIncarnations:
    """The incarnations in which topics were when their reading began.

    `deleted` says which are gone, and what to do; "" while all are there.
    """

    def __init__(self, client: Mapping[str, Any], names: Collection[str]) -> None:
        self._client = client
        self._names = names
        self._incarnations: dict[str, str] = {}
        self._look_again = 0.0
        self.deleted = ""

    def begin(self, topic: str, incarnation: str) -> None:
        """Its reading begins, in this incarnation."""
        self._incarnations[topic] = incarnation

    def look_for_missing(self, incarnation: Callable[[str], str]) -> None:
        """A topic that was deleted is one that nobody writes to any more: it has to be told.

        Raises:
            UnavailableError: all of them are gone.
        """
        gone = [topic for topic, known in self._incarnations.items() if known and not incarnation(topic)]
        if not gone:
            self.deleted = ""
        elif time.monotonic() >= self._look_again:
            self._look_again = time.monotonic() + MISSING_EVERY_S
            missing = missing_topics(self._client, gone)
            self.deleted = self._sentence(missing) if missing else ""
        if self.deleted and len(gone) == len(self._names):
            raise UnavailableError(self.deleted)

    def _sentence(self, missing: Collection[str]) -> str:
        return (
            f"Kafka at {bootstrap_of(self._client)} no longer has the topic {', '.join(missing)}: it was deleted."
            " Make it again, or correct kafka.topics."
        )

    def refuse_made_anew(
        self, started: Mapping[Untyped, Partition], incarnation: Callable[[str], str]
    ) -> None:
        """A topic that was made anew while we read it may hold records at our position: other ones.

        Raises:
            PositionError: one of the started partitions is of such a topic.
        """
        if all(incarnation(topic) == known for topic, known in self._incarnations.items()):
            return
        then = {partition: self._incarnations[tp.topic] for tp, partition in started.items()}
        if problems := made_anew(dict.fromkeys(started, 0), then, incarnation):
            raise PositionError(sentence(problems))
