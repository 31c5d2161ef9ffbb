"""The URL of an archive in, its place out: what can't be one is refused at once, with what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from typing_extensions import override

from connectors.lake.places import ArchivePlace, place_of
from monitor.errors import ConfigError, UnavailableError

_SET = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or give the machine a role) and AWS_DEFAULT_REGION in the"
    " environment; a bucket that is not AWS's needs ?endpoint_override=HOST:PORT&scheme=http in its URL"
)


class BucketPlace(ArchivePlace):
    """An archive's place in a bucket: where that refuses or is away, it is said what it may need."""

    @override
    @contextmanager
    def reached(self, path: str = "") -> Iterator[None]:
        with _advised(), super().reached(path):
            yield


def opened_place(url: str) -> ArchivePlace:
    """The place of an archive at `file:FOLDER` or `s3://BUCKET/FOLDER`. A folder need not be there yet.

    Raises:
        ConfigError: it names none, or what is there is a file.
        UnavailableError: nobody says in which region the bucket is.
    """
    with _advised():
        place = place_of(url)
    if not place.local:
        return BucketPlace(place.meant, place.files, place.root)
    if (file := _file_in(Path(place.root))) is not None:
        raise ConfigError([f"the archive {place.url}: {file} is a file, not a folder; name a folder"])
    return place


def _file_in(folder: Path) -> Path | None:
    """What of a folder's path is there and is no folder."""
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        return None if there.is_dir() else there
    except OSError:
        return None  # whoever opens it is told why


@contextmanager
def _advised() -> Iterator[None]:
    try:
        yield
    except UnavailableError as err:
        if _SET in str(err):
            raise
        raise UnavailableError(f"{err}; {_SET}") from err
