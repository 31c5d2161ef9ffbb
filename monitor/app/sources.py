"""Where events come from, Kafka or files, each with a place for what is rejected."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from typing_extensions import override

from connectors.files.events import FileDeadLetters, FileSource
from connectors.files.opening import FileOpener, named
from connectors.kafka.dead_letters import KafkaDeadLetters
from connectors.kafka.options import kafka_options
from connectors.kafka.source import KafkaSource
from connectors.sql.ingest.store import IngestStore
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.domain.events.mapping.fields import EventKind
from monitor.errors import AnchorwatchError
from monitor.ingest.ports import DeadLetters, MappedDecoder
from monitor.settings.settings import Settings

STDIN_DEAD_LETTERS = Path("anchorwatch-dead-letters.jsonl")
OnReset = Callable[[Sequence[str]], object]
"""Is given what was wrong with each position that was forgotten."""


def kafka(settings: Settings) -> tuple[KafkaSource, KafkaDeadLetters]:
    """The configured topics, and where their dead letters go.

    Raises:
        ConfigError: a secret's file or a certificate can't be used.
        UnavailableError: the broker can't be reached or refuses us, and why.
    """
    rules = settings.kafka
    client = kafka_options(rules, now)
    topics = {topic.name: kind for kind, topic in rules.topics.each}
    consumer = client | {
        "session_timeout_ms": rules.session_timeout_ms,
        "heartbeat_interval_ms": rules.heartbeat_interval_ms,
    }
    source = KafkaSource(topics, rules.group_id, consumer, max_poll_records=rules.max_poll_records)
    return source, KafkaDeadLetters(client, rules.group_id)


def kafka_after_reset(stores: Stores, on_reset: OnReset) -> tuple[KafkaSource, KafkaDeadLetters]:
    """The same; the positions that the log can't serve are forgotten first.

    Raises:
        ConfigError: a secret's file or a certificate can't be used.
        UnavailableError: the broker can't be reached or refuses us, and why.
    """
    source, letters = kafka(stores.settings)
    try:
        on_reset(_reset_positions(stores, source))
    except AnchorwatchError:
        source.close()
        raise
    return source, letters


def _reset_positions(stores: Stores, source: KafkaSource) -> Sequence[str]:
    """Forget the positions that the log can't serve, and only those; what was wrong with each."""
    store = IngestStore(stores.engine, source.cluster_id, source.group)
    saved = store.positions(sorted(stores.settings.kafka.topics.names))
    problems = source.unservable(
        {partition: claim.next_offset for partition, claim in saved.items()},
        {partition: claim.incarnation for partition, claim in saved.items()},
    )
    store.reset_positions(problems)
    return list(problems.values())


def files(
    paths: Sequence[str],
    dead_letters: Path | None,
    kind: EventKind = "prediction",
    decoders: Mapping[str, MappedDecoder] = MappingProxyType({}),
    opener: FileOpener | None = None,
    *,
    resume: bool = False,
) -> tuple[FileSource, DeadLetters]:
    """Event files as a source, of canonical events where they have none of the `decoders`.

    With `resume` each is read on from where it was read to. What we reject of standard input is kept: it can't be read
    again.
    """
    keep = dead_letters or (STDIN_DEAD_LETTERS if "-" in paths else None)
    source = FileSource(paths, kind=kind, decoders=decoders, opener=opener, resumable=resume)
    return source, FileDeadLetters(str(keep)) if keep else NoDeadLetters()


def total_of(patterns: Sequence[str]) -> int | None:
    """How many records files have, where all of them say so at once, as Parquet does; else None."""
    try:
        totals = [FileOpener().records(path).total for path in named(patterns)]
    except AnchorwatchError:  # whoever reads on says what is wrong with it
        return None
    return None if None in totals else sum(total or 0 for total in totals)


class NoDeadLetters(DeadLetters):
    """For files: the table of dead letters names file and line, and the bytes are still there."""

    @override
    def publish(self, _letters: Sequence[object]) -> Mapping[str, int]:
        return {}
