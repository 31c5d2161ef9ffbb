"""A person's rows removed from the database, and a list of the places that this cannot reach."""

from collections.abc import Sequence
from datetime import datetime

from typing_extensions import override

from connectors.secrets import read_secret
from connectors.sql.erasure import ErasureStore
from monitor.app.archiving import OurArchive
from monitor.app.clock import now
from monitor.app.patience import patiently
from monitor.app.stores import Stores
from monitor.erase.erase import erase as erase_from
from monitor.erase.ports import Erased, Receipt
from monitor.settings.settings import Settings


class PatientErasures(ErasureStore):
    """An evaluation that is going on is waited for."""

    @override
    def erase(self, prediction_ids: Sequence[str], subject: str | None, now: datetime) -> Erased:
        return patiently(lambda: ErasureStore.erase(self, prediction_ids, subject, now))


def erase(stores: Stores, prediction_ids: Sequence[str], subject: str | None) -> Receipt:
    """Erase predictions by id, or all about one person, in the database and in the archive that is written from it."""
    settings = stores.settings
    return erase_from(
        PatientErasures(stores.engine),
        prediction_ids,
        subject,
        subject_key(settings),
        _out_of_reach(settings),
        now(),
        None if settings.retention.archive is None else OurArchive(stores),
    )


def subject_key(settings: Settings) -> str | None:
    """The secret that people's ids are hashed with; None where none is configured.

    Raises:
        ConfigError: its file can't be read.
    """
    privacy = settings.privacy
    if privacy.subject_key_file is not None:
        return read_secret("privacy.subject_key_file", privacy.subject_key_file)
    return privacy.subject_key.get_secret_value() if privacy.subject_key is not None else None


def _out_of_reach(settings: Settings) -> list[str]:
    topics = settings.kafka.topics.names
    return [
        f"the Kafka topics {', '.join(topics)}: until their retention, or send tombstones if they are compacted",
        f"the dead-letter topics {', '.join(f'{topic}.dlq' for topic in topics)}, and files of dead letters",
        "messages already sent to sinks (they hold counts and names of intents, no ticket)",
        "an anchor's examples (anchor files, and their texts here with privacy.keep_text): they name no prediction",
        "reports and bundles written to folders: figures, in bundles a row a ticket without id or text",
        "files of tickets drawn for labelling, and the tools that read them (ids; texts with privacy.keep_text)",
        "archives that retention.archive does not name now, copies of it, and versions that its bucket keeps",
        "backups, replicas and archived logs of the database, and whatever produced the events",
    ]
