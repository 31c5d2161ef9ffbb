"""The manifest of an archive: which files it consists of, with their counts and hashes. Whatever else lies there is not
part of it: what a writing left that was killed, or a file whose place another has taken.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

import msgspec

from connectors.lake.columns import FORMAT
from monitor.archive.ports import ArchivedFile, ArchiveKind
from monitor.domain.events.archive_reach import ArchiveReach
from monitor.errors import ConfigError

MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The files of an archive. `number` rises with every writing; `owner` stands for the database it is written from.

    `rows` of each kind are the sums of the files': a list that lost one by hand is found out. `until`: what had come by
    the last writing and was predicted before then is in it; None where nobody noted it.
    """

    format: int
    number: int
    owner: int
    rows: Mapping[ArchiveKind, int]
    until: datetime | None = None
    files: tuple[ArchivedFile, ...]


class _Format(msgspec.Struct):
    format: int


_decode = msgspec.json.Decoder(Manifest).decode
_format = msgspec.json.Decoder(_Format).decode


def with_files(
    number: int, owner: int, files: Iterable[ArchivedFile], until: datetime | None = None
) -> Manifest:
    """The manifest of these files, in the order of their days."""
    listed = tuple(sorted(files, key=lambda file: (file.kind, file.day, file.number, file.path)))
    rows = {kind: sum(file.rows for file in listed if file.kind == kind) for kind in ArchiveKind}
    return Manifest(format=FORMAT, number=number, owner=owner, rows=rows, until=until, files=listed)


def reach_of(manifest: Manifest) -> ArchiveReach | None:
    """From when to when the predictions are whole; None where they are for no time at all.

    Where nobody noted until when, it is the end of their last day.
    """
    days = [file.day for file in manifest.files if file.kind is ArchiveKind.PREDICTIONS]
    if not days:
        return None
    begin, last = (datetime.combine(day, time(), UTC) for day in (min(days), max(days)))
    until = manifest.until or last + timedelta(days=1)
    return ArchiveReach(begin, until) if begin < until else None


def written(manifest: Manifest) -> bytes:
    """A manifest as it is written: a file a line."""
    head = msgspec.json.encode(msgspec.structs.replace(manifest, files=())).removesuffix(b"[]}")
    return head + b"[\n" + b",\n".join(map(msgspec.json.encode, manifest.files)) + b"\n]}\n"


def read(content: bytes | None, url: str) -> Manifest:
    """A manifest as it was written.

    Raises:
        ConfigError: there is none, it is cut short or changed, or it is of a newer version.
    """
    where = f"the archive {url}: {MANIFEST}"
    if content is None:
        raise ConfigError(
            [f"{where} is not there, so nobody can tell what belongs to it; name the folder that holds it"]
        )
    try:
        number = _format(content).format
        if number <= FORMAT:
            manifest = _decode(content)
    except msgspec.DecodeError as err:
        raise ConfigError(
            [f"{where} is cut short or was changed ({err}); restore it, it is written whole or not at all"]
        ) from err
    if number > FORMAT:
        raise ConfigError(
            [f"{where} is of format {number}, which this version cannot read (up to {FORMAT}); upgrade"]
        )
    summed = with_files(manifest.number, manifest.owner, manifest.files).rows
    if wrong := [kind for kind in ArchiveKind if summed[kind] != manifest.rows.get(kind, 0)]:
        raise ConfigError(
            [
                f"{where} was changed: its files have {summed[kind]:,} {kind}, and it says"
                f" {manifest.rows.get(kind, 0):,}; restore it, and let `anchorwatch archive --forget-before DAY`"
                " take out what is not to be kept"
                for kind in wrong
            ]
        )
    return manifest
