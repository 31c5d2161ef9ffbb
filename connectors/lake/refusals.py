"""What keeps an engine from reading an archive, put plainly: its files changed meanwhile, or it says why itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connectors.lake.reading import LakeFiles
from monitor.domain.text.passwords import without_passwords
from monitor.errors import ConfigError, UnavailableError


class WatchedFiles:
    """The files of an archive, and what they were before an engine read them."""

    def __init__(self, files: LakeFiles) -> None:
        self._files = files
        # A bucket is asked only when something went wrong: it is a question a file.
        self._were = self._now() if files.filesystem is None else None

    def changed(self) -> list[str]:
        """Those that are gone, or are no longer what they were; none where nobody can tell."""
        from pyarrow.fs import FileType

        try:
            now = self._now()
        except OSError:
            return []
        were = self._were or now
        return [
            info.path
            for info, before in zip(now, were, strict=True)
            if info.type != FileType.File or (info.size, info.mtime_ns) != (before.size, before.mtime_ns)
        ]

    def _now(self) -> list[Any]:
        from pyarrow.fs import LocalFileSystem

        paths = [*self._files.predictions, *self._files.labels]
        found: list[Any] = (self._files.filesystem or LocalFileSystem()).get_file_info(paths)
        return found


@contextmanager
def put_plainly(
    engine: str, files: WatchedFiles, errors: tuple[type[BaseException], ...], advice: str
) -> Iterator[None]:
    """Takes these errors of an engine for what they come from; `advice` is what to do about one of its own.

    Raises:
        ConfigError: files of the archive were rewritten or removed while they were read.
        UnavailableError: the engine itself could not go on.
    """
    try:
        yield
    except errors as err:
        if changed := files.changed():
            raise ConfigError(
                [
                    f"{len(changed)} of the archive's files changed while they were read, such as {changed[0]}:"
                    " whoever is erased, or a restored copy, replaces files; run again"
                ]
            ) from err
        raise UnavailableError(f"{engine}: {_words(err)}; {advice}") from err


def _words(err: BaseException) -> str:
    """The line that says what is wrong: mostly the first. Java's begins with which of our calls it was."""
    lines = [line for line in map(str.strip, str(err).splitlines()) if line] or [type(err).__name__]
    if lines[0].startswith("An error occurred while calling"):
        causes = [line for line in lines if line.startswith("Caused by: ")]
        lines = causes[-1:] or lines[1:] or lines
    return without_passwords(lines[0].removeprefix("Caused by: ").removeprefix(": ").rstrip("."))
