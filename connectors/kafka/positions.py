"""Can the log serve a position? Positions and the log's bounds in, the reasons why not out."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from connectors.kafka.client import Untyped, connect, kafka
from connectors.kafka.errors import explain_error, explain_refusal, listening
from monitor.domain.events.types import Partition
from monitor.errors import UnavailableError

ANSWER_MS = 5_000
PROBE_S = 2.0
_MEND = "To go on at the oldest record there is, type `anchorwatch run --reset-positions`."


def bounds(consumer: Untyped, bootstrap: str, tps: Collection[Any]) -> tuple[dict[Any, int], dict[Any, int]]:
    """The oldest offset kept and the end, of each of kafka-python's partitions.

    Raises:
        UnavailableError: no answer within five seconds, or a refusal.
    """
    if not tps:
        return {}, {}
    with listening() as lines:
        try:
            return (
                consumer.beginning_offsets(list(tps), timeout_ms=ANSWER_MS),
                consumer.end_offsets(list(tps), timeout_ms=ANSWER_MS),
            )
        except kafka.errors.KafkaTimeoutError as error:
            raise UnavailableError(explain_refusal(lines, bootstrap)) from error
        except kafka.errors.KafkaError as error:
            raise UnavailableError(explain_error(error, bootstrap)) from error


def fetched_ends(client: Mapping[str, Any], offsets: Mapping[Any, int]) -> dict[Any, int]:
    """The ends as a fetch reports them; each offset must be one that the log has, or its end.

    The embedded broker answers the plain question for the end with that of the last batch's first record.
    So before a position is called impossible, this asks again through a consumer of its own.
    """
    probe = connect(kafka.KafkaConsumer, client, {"group_id": None, "enable_auto_commit": False})
    try:
        probe.assign(list(offsets))
        for tp, offset in offsets.items():
            probe.seek(tp, offset)
        deadline = time.monotonic() + PROBE_S
        while time.monotonic() < deadline and any(probe.highwater(tp) is None for tp in offsets):
            probe.poll(timeout_ms=100)
        return {tp: end for tp in offsets if (end := probe.highwater(tp)) is not None}
    finally:
        probe.close()


def end_at_stable(consumer: Untyped) -> None:
    """Let a log end where its first open transaction begins: what comes after can't be read before that is over.

    kafka-python reads no further, but gives the end of all that was written as the end.
    """
    fetcher = consumer._fetcher
    parse = fetcher._parse_fetched_data

    def noting(completed: Untyped) -> Untyped:
        parsed = parse(completed)
        stable = completed.partition_data.last_stable_offset
        state = consumer._subscription.assignment.get(completed.topic_partition)
        if state is not None and state.highwater is not None and 0 <= stable < state.highwater:
            state.highwater = max(stable, completed.fetched_offset)
        return parsed

    fetcher._parse_fetched_data = noting


def unservable(
    wanted: Mapping[Any, int | None], begins: Mapping[Any, int], ends: Mapping[Any, int]
) -> dict[Partition, str]:
    """The positions outside their log, each with what happened."""
    problems = {}
    for tp, offset in wanted.items():
        place = f"{tp.topic}[{tp.partition}]"
        if offset is not None and offset > ends[tp]:
            problems[Partition(tp.topic, tp.partition)] = (
                f"{place}: our position is {offset} but the log ends at {ends[tp]}: the topic was recreated"
            )
        elif offset is not None and offset < begins[tp]:
            problems[Partition(tp.topic, tp.partition)] = (
                f"{place}: {begins[tp] - offset} records expired unread: our position is {offset}, the log "
                f"now begins at {begins[tp]}"
            )
    return problems


def made_anew(
    wanted: Mapping[Any, int | None], then: Mapping[Partition, str], now: Callable[[str], str]
) -> dict[Partition, str]:
    """The positions that were reached in another incarnation of their topic, whatever the log holds now."""
    return {
        partition: f"{tp.topic}[{tp.partition}]: what we read so far was another topic of that name: the topic was"
        " recreated"
        for tp, offset in wanted.items()
        for partition in [Partition(tp.topic, tp.partition)]
        if offset is not None and then.get(partition) and now(tp.topic) not in ("", then[partition])
    }


def sentence(problems: Mapping[Partition, str]) -> str:
    """The reasons as one text for a person, with what to type."""
    return ".\n".join(problems.values()) + f". {_MEND}"


def gone_meanwhile(partitions: Collection[Partition]) -> str:
    """What to say of records that left the log while we were reading it, where a second look finds nothing wrong."""
    places = ", ".join(f"{partition.topic}[{partition.partition}]" for partition in partitions)
    return (
        f"Kafka no longer has the records of {places or 'a partition'} that we were about to read: they "
        "expired, or the topic was recreated. Start again; if the position is refused then, type "
        "`anchorwatch run --reset-positions`."
    )
