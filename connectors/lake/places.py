"""The URL of an archive in, a folder on a disk or in a bucket out, whose files are read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from pyarrow.fs import FileSystem, FileType, LocalFileSystem

from monitor.domain.text.passwords import without_passwords
from monitor.errors import ConfigError, UnavailableError
from monitor.settings.archive import archive_problem, without_keys

_PIECE = 4 << 20  # bytes that are hashed at a time
_SET = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or give the machine a role) and AWS_DEFAULT_REGION in the"
    " environment; a bucket that is not AWS's needs ?endpoint_override=HOST:PORT&scheme=http in its URL"
)


class ArchivePlace:
    """Where an archive lies. Its files are named from its root, with slashes: `labels/day=2026-11-23/a.parquet`."""

    def __init__(self, url: str, files: FileSystem, root: str) -> None:
        self.url = without_keys(url)
        self.files = files
        self.root = root.rstrip("/")
        # For nobody to see. A folder is the same however it is written; a bucket's endpoint stands in the query.
        self.meant = self.root if self.local else url

    @property
    def local(self) -> bool:
        """Whether it is a folder on a disk, where a name is taken by renaming."""
        return isinstance(self.files, LocalFileSystem)

    @property
    def number(self) -> int:
        """A number of 62 bits that stands for where it lies, and tells nothing of it."""
        return int.from_bytes(sha256(self.meant.encode()).digest()[:8], "big") >> 2

    def full(self, path: str) -> str:
        """A file as its filesystem names it."""
        return f"{self.root}/{path}"

    def sizes(self, paths: Sequence[str]) -> list[int | None]:
        """How many bytes each file has; None where it is not there."""
        with self.reached():
            found = self.files.get_file_info([self.full(path) for path in paths])
        return [each.size if each.type == FileType.File else None for each in found]

    def content(self, path: str) -> bytes | None:
        """All of a small file; None where it is not there."""
        with self.reached():
            try:
                with self.files.open_input_stream(self.full(path)) as stream:
                    return bytes(stream.read())
            except FileNotFoundError:
                return None

    def hash_of(self, path: str) -> str:
        """The SHA-256 of a file, in hexadecimal."""
        hashed = sha256()
        with self.reached(path), self.files.open_input_stream(self.full(path), buffer_size=0) as stream:
            while piece := stream.read(_PIECE):
                hashed.update(piece)
        return hashed.hexdigest()

    @contextmanager
    def reached(self, path: str = "") -> Iterator[None]:
        """Puts plainly what a disk or a bucket refuses, and what is wrong with the file that is read.

        Raises:
            ConfigError: the file is not there or not whole, or it is not allowed.
            UnavailableError: anything else, so that trying again may help.
        """
        where = f"the archive {self.url}: {path}" if path else f"the archive {self.url}"
        try:
            yield
        except FileNotFoundError as err:
            raise ConfigError([f"{where} is not there; restore it from a copy"]) from err
        except PermissionError as err:
            raise ConfigError([f"{where}: not allowed: {_words(err)}"]) from err
        except (OSError, pa.ArrowException) as err:
            if path and (isinstance(err, pa.ArrowInvalid) or _of_what_is_read(err)):
                raise ConfigError([f"{where} is damaged ({_words(err)}); restore it from a copy"]) from err
            advice = "" if self.local else f"; {_SET}"
            raise UnavailableError(f"{where}: {_words(err)}{advice}") from err


def place_of(url: str) -> ArchivePlace:
    """The place that `file:FOLDER` or `s3://BUCKET/FOLDER` names. Nothing is made there, and mostly nothing asked.

    A bucket's keys, region and endpoint are those of the environment, as AWS's own tools read them; region and endpoint
    may stand in the URL's query (`?endpoint_override=HOST:PORT&scheme=http`).

    Raises:
        ConfigError: it names none, or holds a key.
        UnavailableError: nobody says in which region the bucket is.
    """
    if problem := archive_problem(url):
        raise ConfigError([f"the archive {without_keys(url)}: its URL {problem}"])
    scheme, _, rest = url.partition(":")
    if scheme == "file":
        folder = rest.removeprefix("//") if rest.startswith("///") else rest
        return ArchivePlace(url, LocalFileSystem(), Path(folder).absolute().as_posix())
    try:
        files, root = FileSystem.from_uri(url)
    except (OSError, pa.ArrowException, ValueError) as err:
        words = _words(err).replace(url, without_keys(url))
        raise UnavailableError(f"the archive {without_keys(url)} cannot be opened: {words}") from err
    return ArchivePlace(url, files, root)


def opened_place(url: str) -> ArchivePlace:
    """The place of an archive that is written or read. A folder need not be there yet.

    Raises:
        ConfigError: it names none, or holds a key; or what is there is a file.
        UnavailableError: nobody says in which region the bucket is.
    """
    try:
        place = place_of(url)
    except UnavailableError as err:
        raise UnavailableError(f"{err}; {_SET}") from err
    if place.local and (file := _file_in(Path(place.root))) is not None:
        raise ConfigError([f"the archive {place.url}: {file} is a file, not a folder; name a folder"])
    return place


def _file_in(folder: Path) -> Path | None:
    """What of a folder's path is there and is no folder."""
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        return None if there.is_dir() else there
    except OSError:
        return None  # whoever opens it is told why


def _of_what_is_read(err: BaseException) -> bool:
    """Whether pyarrow says that a file holds no Parquet: not the system, whose errors have a number, nor a bucket."""
    return isinstance(err, OSError) and err.errno is None and "AWS Error" not in str(err)


def _words(err: BaseException) -> str:
    return without_passwords(str(err).strip().split("\n")[0])
