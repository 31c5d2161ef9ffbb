"""Several things that may be wrong with one command, told together."""

from collections.abc import Callable
from typing import TypeVar

from monitor.errors import ConfigError
from monitor.settings.engine_names import DUCKDB, require_engine

T = TypeVar("T")


class CommandProblems:
    """What was found so far."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, *problems: str) -> None:
        """Note what is wrong."""
        self._found += problems

    def of(self, ask: Callable[[], T]) -> T | None:
        """What it answers; None where that is refused, which is noted."""
        try:
            return ask()
        except ConfigError as refused:
            self._found += refused.problems
            return None

    def __bool__(self) -> bool:
        return bool(self._found)

    def error(self) -> ConfigError:
        """All of it, to be raised."""
        return ConfigError(self._found)

    def tell(self) -> None:
        """Raise what was found, if anything.

        Raises:
            ConfigError: all of it.
        """
        if self._found:
            raise self.error()


def engine_named(archive: str | None, engine: str | None) -> str:
    """The engine that reads an archive, as `--engine` names it.

    Raises:
        ConfigError: there is none of that name, or no archive that it could read.
    """
    if engine is not None and archive is None:
        raise ConfigError(["--engine: reads an archive; give --archive too, or leave it out"])
    return require_engine(engine or DUCKDB)
