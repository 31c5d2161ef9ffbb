"""An archive opened with an engine, as the configuration says how its labels count."""

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.lake.archive import Archive
from connectors.lake.engines import engine_of
from connectors.lake.outcomes import Lake
from connectors.lake.reading import LakeFiles
from connectors.lake.rules import JoinRules
from monitor.archive.ports import ArchiveKind
from monitor.settings.engine_names import require_engine
from monitor.settings.settings import Settings


@contextmanager
def opened_lake(settings: Settings, archive: str, engine: str) -> Iterator[Lake]:
    """The archive in a folder, or at `file:FOLDER` or `s3://BUCKET/FOLDER`, joined as ingest would.

    Raises:
        ConfigError: it is no archive, not all of it is sound, or an engine cannot tell what ingest made of it.
        UnavailableError: it is out of reach.
    """
    require_engine(engine)
    place = archive_at(archive)
    rules = JoinRules.of(frozenset(settings.labels.accept), frozenset(settings.labels.out_of_scope))
    with engine_of(engine, lake_files(place)) as opened:
        lake = Lake(opened, rules, kept=True)
        lake.require_sure()
        yield lake


def archive_at(archive: str) -> Archive:
    """The archive in a folder, whose name may have a colon, or at `file:FOLDER` or `s3://BUCKET/FOLDER`, to be read."""
    return Archive(archive if archive.startswith("file:") or "://" in archive else f"file:{archive}")


def lake_files(place: Archive) -> LakeFiles:
    """The files of an archive, each looked at."""
    predictions, labels = (
        [place.location(file) for file in place.files(kind)]
        for kind in (ArchiveKind.PREDICTIONS, ArchiveKind.LABELS)
    )
    return LakeFiles(predictions, labels, None if place.place.local else place.filesystem)
