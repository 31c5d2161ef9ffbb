"""Who may enter the watch room, and what they are shown before they have."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from monitor.domain.access.tokens import HeldToken, Keyring


class Tokens(Protocol):
    """The tokens that people may enter with."""

    def read(self) -> Keyring:
        """Everybody as it stands now: who was removed a moment ago is not there.

        Raises:
            ConfigError: it cannot be read, or others could have written it; nobody may enter then.
        """
        ...

    def add(self, token: HeldToken) -> None:
        """Let one more person in.

        Raises:
            ConfigError: the name is taken, or it cannot be written.
        """
        ...

    def remove(self, name: str) -> bool:
        """Let a person in no more; whether they were there.

        Raises:
            ConfigError: it cannot be written.
        """
        ...


class Porch(Protocol):
    """What somebody sees who is not let in, whatever the database does."""

    def login(
        self, form_token: str, back: str, words: str = "", kept: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        """The page that takes a token, as HTML; afterwards the browser is at `back`. `words` say what is amiss.

        It sends on the fields that are `kept`.
        """
        ...

    def refused(self, words: str) -> str:
        """The page that says why not, as HTML."""
        ...

    def missing(self, words: str) -> str:
        """The page that says that nothing is there, or nothing can be done, as HTML."""
        ...
