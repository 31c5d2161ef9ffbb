"""A broker that goes away between two questions is out of reach, whatever was asked: no crash, nothing left open."""

from types import SimpleNamespace
from typing import NoReturn

import pytest

from connectors.kafka import consumer, positions
from connectors.kafka.client import Untyped, kafka
from connectors.kafka.consumer import GroupConsumer
from monitor.errors import UnavailableError

PLACE = kafka.TopicPartition("predictions", 0)
SERVERS = {"bootstrap_servers": "broker:9092"}


class Restarting:
    """A consumer whose broker stops after a number of answers about topics."""

    def __init__(self, answers: int) -> None:
        self.closed = 0
        self._answers = answers
        self._fetcher = SimpleNamespace(_parse_fetched_data=None, _append=None)

    def partitions_for_topic(self, _topic: str) -> set[int]:
        self._answers -= 1
        if self._answers < 0:
            refuse()
        return {0}

    def subscribe(self, **_what: object) -> None:
        """Taken down."""

    def beginning_offsets(self, tps: list[Untyped], **_within: object) -> dict[Untyped, int]:
        return dict.fromkeys(tps, 0)

    end_offsets = beginning_offsets

    def assign(self, _tps: list[Untyped]) -> None:
        refuse()

    def close(self, **_how: object) -> None:
        self.closed += 1


def refuse() -> NoReturn:
    raise kafka.errors.KafkaConnectionError("111 ECONNREFUSED")


def member(restarting: Restarting, patch: pytest.MonkeyPatch) -> GroupConsumer:
    for module in (consumer, positions):
        patch.setattr(module, "connect", lambda *_asked: restarting)
    return GroupConsumer(SERVERS, "group", {"predictions": "prediction", "labels": "label"}, 100)


@pytest.mark.parametrize("answers", [0, 1])
def test_a_member_that_loses_its_broker_as_it_begins_says_so_and_closes(
    answers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    restarting = Restarting(answers)
    with pytest.raises(UnavailableError, match="nothing listens at broker:9092"):
        member(restarting, monkeypatch)
    assert restarting.closed == 1


def test_a_question_to_a_broker_that_went_away_is_answered_with_that(monkeypatch: pytest.MonkeyPatch) -> None:
    restarting = Restarting(answers=2)
    ours = member(restarting, monkeypatch)
    with pytest.raises(UnavailableError, match="nothing listens at broker:9092"):
        ours.partitions_of("predictions")
    with pytest.raises(UnavailableError, match="nothing listens at broker:9092"):
        ours.bounds({PLACE: 7})  # beyond the end that it gave
    assert restarting.closed == 1  # the second look closes its own; ours is not lost with it
