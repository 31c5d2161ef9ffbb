"""A file of sample records tried against the mapping of a topic, without any service but a schema registry."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from connectors.files.events import FileSource
from connectors.files.lines import LONGEST, STDIN
from connectors.files.opening import holds_rows
from connectors.files.whole_object import whole_object
from connectors.formats.make import file_decoder, file_opener, label_decoder
from monitor.app.checking import records_in
from monitor.app.clock import now
from monitor.domain.events.mapping.fields import EventKind
from monitor.domain.events.types import Partition, Record
from monitor.errors import ConfigError
from monitor.ingest.checking import CheckLimits
from monitor.ingest.ports import MappedDecoder
from monitor.ingest.trying import TriedSample, try_records
from monitor.settings.settings import Settings


def try_file(path: str, kind: EventKind, settings: Settings, most: int, sender: str = "") -> TriedSample:
    """Try the records of a file: JSON lines, one object over several lines, or rows. Nothing is written anywhere.

    They are tried as the topic of their kind is mapped, or as the labels of a `sender` are.

    Raises:
        ConfigError: it can't be read; or there is no such sender, or none with a map.
        UnavailableError: what its format needs can't be had.
    """
    kind = "label" if sender else kind
    decoder = _decoder_of(sender, settings) if sender else file_decoder(settings.kafka, kind, path)
    limits = settings.limits
    latest = now() + timedelta(hours=limits.future_hours)
    decoders, opener = {path: decoder} if decoder else {}, file_opener(settings.kafka, kind)
    with closing(FileSource([path], kind=kind, decoders=decoders, opener=opener)) as source:
        records = _one_object(path, kind) or records_in(source)
        return try_records(records, kind, decoder, CheckLimits(limits.message_bytes, latest), most)


def _decoder_of(sender: str, settings: Settings) -> MappedDecoder | None:
    given = {each.name: each for each in settings.web.hooks.label_senders}
    if sender not in given:
        there = f"there is {', '.join(given)}" if given else "there is none in web.hooks.labels.sources"
        raise ConfigError([f"--sender {sender}: nobody sends labels by this name; {there}"])
    if given[sender].format == "label-studio":
        raise ConfigError([f"--sender {sender}: label-studio says itself what it is, and has no map"])
    return label_decoder(given[sender].map)


def _one_object(path: str, kind: EventKind) -> Iterator[Record] | None:
    """The one record of a file that is an object over several lines; None where it is anything else."""
    file = Path(path)
    if path == STDIN or holds_rows(path) or file.suffix == ".gz" or file.stat().st_size > LONGEST:
        return None
    content = whole_object(file.read_bytes())
    return iter([Record(Partition(path, 0), 0, content, kind)]) if content else None
