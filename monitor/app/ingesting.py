"""An open database in, what moves records from a source into it out."""

import sys
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from types import MappingProxyType

from connectors.sql.ingest.store import IngestStore
from monitor.app.clock import now
from monitor.app.erasing import subject_key
from monitor.app.oncall_stores import OnCallStores
from monitor.ingest.ingest import Ingest
from monitor.ingest.ports import DeadLetters, EventDecoder, EventSource


def ingest_of(
    stores: OnCallStores,
    source: EventSource,
    dead_letters: DeadLetters,
    *,
    poison_stops: bool = True,
    decoders: Mapping[str, EventDecoder] = MappingProxyType({}),
) -> Ingest:
    """What moves records from a source into the database, as it is configured.

    `poison_stops`: too many rejects in a row end it, as they show a broken producer that nobody answers.
    `decoders` read the topics that are not canonical.

    Raises:
        ConfigError: a secret file can't be read.
    """
    settings = stores.settings
    limits, labels, privacy = settings.limits, settings.labels, settings.privacy
    return Ingest(
        source,
        IngestStore(stores.engine, source.cluster_id, source.group, limits.intents, limits.models),
        dead_letters,
        accept=labels.accept,
        decoders=decoders,
        beliefs=[rule.belief() for rule in labels.believe],
        max_consecutive_rejects=settings.poison.max_consecutive if poison_stops else sys.maxsize,
        max_bytes=limits.message_bytes,
        clock=now,
        future=timedelta(hours=limits.future_hours),
        subject_key=subject_key(settings) or "",
        customer=privacy.customer,
        plain_annotators=privacy.annotators == "plain",
        keep_text=privacy.keep_text,
        draws_by=labels.draw.design if labels.draw else None,
        no_answers=lru_cache(settings.not_intents_of) if settings.names_no_intents else None,
        out_of_scope=frozenset(labels.out_of_scope),
    )
