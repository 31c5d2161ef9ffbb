"""What a program has written in the watch room: what people say on its pages, silences, and labels."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from monitor.domain.access.requests import KeyedRequest, RequestAnswer
from monitor.domain.labelling.heard import HeardAnnotations, HeardLabels
from monitor.domain.labelling.posted import PostedLabels
from monitor.errors import AnchorwatchError

Done = TypeVar("Done")


class AskedWrite(NamedTuple, Generic[Done]):
    """How somebody asks for something to be done.

    With a key it is done once. `answered` words what was done, in the transaction that does it; `refused` words why
    nothing was, where asking again would not help. `expects` says whether what is to be changed is as they saw it, and
    `keeps` whether an answer is that of every further time; else it is done again.
    """

    key: KeyedRequest | None
    answered: Callable[[Done], RequestAnswer]
    refused: Callable[[AnchorwatchError], RequestAnswer]
    expects: Callable[[object], bool] = lambda _: True
    keeps: Callable[[RequestAnswer], bool] = lambda _: True


class Writer(Protocol):
    """What can be written. What is answered of an incident or a silence is what the command prints with `--json`.

    `until` is how long (`8h`), or an ISO 8601 time.

    Raises, each of them:
        RequestChangedError: the key was used for another request.
        RequestInProgressError: the same request is being done.
        LeaseHeldError: an evaluation takes too long; nothing was done.
        UnavailableError: the database is out of reach; asking again with the same key is safe.
        NotFoundError, ConfigError, ChangedMeanwhileError: as `Desk`, where there is no key to keep the answer under.
    """

    def acknowledge(self, asked: AskedWrite[object], number: int, who: str, why: str) -> RequestAnswer:
        """Somebody is on it: sinks that page stop."""
        ...

    def note(self, asked: AskedWrite[object], number: int, who: str, words: str) -> RequestAnswer:
        """One more line of an incident's history; nobody is told."""
        ...

    def resolve(self, asked: AskedWrite[object], number: int, who: str, why: str) -> RequestAnswer:
        """An incident is over."""
        ...

    def silence_members(
        self, asked: AskedWrite[object], number: int, who: str, why: str, until: str
    ) -> RequestAnswer:
        """Hear nothing of an incident's members until then (`8h`, or an ISO 8601 time); answered with the incident."""
        ...

    def silence(
        self, asked: AskedWrite[object], matchers: Mapping[str, str], who: str, why: str, until: str
    ) -> RequestAnswer:
        """Hear nothing of the cells that every matcher fits, until then; answered with the silence."""
        ...

    def expire(self, asked: AskedWrite[object], number: int) -> RequestAnswer:
        """End a silence now; answered with it."""
        ...

    def labels(
        self, asked: AskedWrite[PostedLabels], events: Sequence[bytes], sender: str = ""
    ) -> RequestAnswer:
        """Take labels in, each an event as bytes, read as this sender's ("": in our own JSON).

        One that is refused keeps no other out.
        """
        ...

    def annotations(
        self, asked: AskedWrite[HeardLabels], heard: HeardAnnotations, sender: str
    ) -> RequestAnswer:
        """Take in what people answered in a labelling tool, or took back there, as this sender tells it."""
        ...
