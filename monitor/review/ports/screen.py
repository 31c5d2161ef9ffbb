"""A page of the watch room, and a form of it that comes back."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from monitor.domain.access.visitor import ANYBODY, Visitor


class RefusedForm(NamedTuple):
    """A form that was sent and not done: the path that it was sent to, and what was typed, by field.

    `problems` say what will not do in which field; `words` why it cannot be done at all, or "".
    """

    action: str
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    words: str

    @property
    def page(self) -> str:
        """The path of the page that the form stands on."""
        return self.action.rpartition("/")[0]

    @property
    def written(self) -> Sequence[str]:
        """What somebody typed, without the token of the form."""
        return [words for name, words in self.typed.items() if words.strip() and name in _FIELDS]


_FIELDS = ("why", "words", "until")  # a name is soon typed again


class Screen(Protocol):
    """One page: for people as HTML, for programs as the very object that the command prints with `--json`."""

    @property
    def again_s(self) -> int:
        """After how many seconds a browser is to load it again, as it is not made yet; 0 where it is."""
        ...

    @property
    def content(self) -> object:
        """What it rests on, unrounded, in what JSON knows."""
        ...

    def html(
        self,
        form_token: str = "",
        visitor: Visitor = ANYBODY,
        refused: RefusedForm | None = None,
        done: str = "",
        who: str = "",
    ) -> str:
        """The page, whole, as this visitor may have it. What they say there is sent with the token; without one
        nothing can be said. A form that was `refused` still holds what was typed. It says what was `done` just before,
        by the last part of where that was sent to. `who` somebody said they were stands in the fields that ask."""
        ...

    def json(self) -> str:
        """Its content, as text."""
        ...
