"""Backtests that people begin in the watch room, with the settings that they ask about."""

from collections.abc import Mapping
from typing import Protocol

from monitor.review.ports.screen import Screen


class Backtests(Protocol):
    """Each runs in a process of its own, one at a time, and is forgotten with the process that serves the room."""

    def begin(self, asked: Mapping[str, str], who: str) -> str:
        """Begin one with another drop and other false_pages; its name.

        Raises:
            InputError: what is asked will not do, or nobody is named.
            ConfigError: another one is running.
        """
        ...

    def page(self, name: str) -> Screen:
        """How far it has come; when it is done, what these settings would have done.

        Raises:
            NotFoundError: there is none of that name, or it is forgotten.
        """
        ...

    def cancel(self, name: str, who: str) -> None:
        """End it.

        Raises:
            NotFoundError: there is none of that name.
            ConfigError: it is over.
        """
        ...
