"""What the watch room shows and takes: pages that people look at in a browser, and what a person says there."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from monitor.domain.slices.cells import Cell
from monitor.review.ports.backtests import Backtests
from monitor.review.ports.incidents import AskedIncidents
from monitor.review.ports.label_pages import LabelPages
from monitor.review.ports.screen import Screen


class ListedPart(NamedTuple):
    """A part of a list that is longer: its objects as the command prints them, and how long the list is."""

    objects: Sequence[object]
    length: int


class ReportFile(NamedTuple):
    """A report as it was written. It may hold scripts, so a browser is to open it apart from the room."""

    media_type: str
    content: bytes


class Room(Protocol):
    """Every page by what it is about. Each reads the database as it is then.

    Raises, each of them:
        NotFoundError: nothing of that name or number is there.
        UnavailableError: the database is out of reach.
    """

    @property
    def backtests(self) -> Backtests:
        """The backtests that people began here."""
        ...

    @property
    def labels(self) -> LabelPages:
        """The pages about labels."""
        ...

    def now(self) -> Screen:
        """What is broken, how each model stands, and what the agent itself suffers from."""
        ...

    def model(self, name: str, environment: str, asked: Mapping[str, str]) -> Screen:
        """Every cell of a model; `asked` narrows it by version, intent, slice and verdict, as `status` does."""
        ...

    def cells(self, asked: Mapping[str, str]) -> Screen:
        """Every cell in use of every model; `asked` narrows them as with a model's, and by model and environment."""
        ...

    def cell(self, cell: Cell) -> Screen:
        """One intent, a slice of it, or a group: its recall over time, where its misses go, its incidents."""
        ...

    def budget(self, asked: Mapping[str, str]) -> Screen:
        """Who has which part of the false pages, and how soon a fall would page.

        With `asked`: by another drop, other false_pages, other labels, and of a fall_to a recall. What cannot be
        answered of it is said on the page.
        """
        ...

    def incidents(self, asked: Mapping[str, str]) -> Screen:
        """Every incident, newest first; `asked` says which `page` of them."""
        ...

    def listed_incidents(self, asked: AskedIncidents | None, first: int, most: int) -> ListedPart:
        """So many of the incidents that are asked for, newest first, the first of them left out."""
        ...

    def incident(self, number: int) -> Screen:
        """One incident: its members, its newest missed tickets, its history."""
        ...

    def analysis(self, number: int, *, as_opened: bool = False) -> Screen:
        """What can be known of an incident now, or what was understood when it was opened."""
        ...

    def messages(self, number: int) -> Screen:
        """What was sent about an incident, to whom, and what became of it."""
        ...

    def tickets(self, number: int, cell: str = "") -> Screen:
        """The labelled tickets that were missed since its onset; those of the members that fit the pattern."""
        ...

    def missed_tickets(self, number: int) -> str:
        """The labelled tickets that were missed since its onset, as CSV."""
        ...

    def silences(self) -> Screen:
        """The silences that hold now."""
        ...

    def anchors(self) -> Screen:
        """Every anchor, and which are active."""
        ...

    def anchor(self, name: str) -> Screen:
        """What one anchor promises, intent by intent."""
        ...

    def anchor_difference(self, after: str, before: str = "") -> Screen:
        """What changes where an anchor takes the place of another, or of what its model is held to now."""
        ...

    def sinks(self) -> Screen:
        """The ways to reach people, and what each did last."""
        ...

    def versions(self) -> Screen:
        """The versions of each model: which answers requests, since when."""
        ...

    def deploys(self) -> Screen:
        """What went live."""
        ...

    def dead_letters(self) -> Screen:
        """The records that were refused, by code, and where the newest lay."""
        ...

    def reports(self) -> Screen:
        """The weekly reports and analyses that were written."""
        ...

    def report(self, name: str) -> ReportFile:
        """One of them, as it lies in the folder."""
        ...

    def mark(self) -> str:
        """A few characters that change whenever something on any page did."""
        ...

    def runbook(self, name: str) -> Screen:
        """What to do about a kind of page; `name` as the page names it.

        Raises:
            NotFoundError: there is none of this name.
        """
        ...

    def missing(self, why: str, asked: Mapping[str, str] = MappingProxyType({})) -> Screen:
        """The page in the place of one that is not there, or cannot be had; `why` is a sentence or several.

        What was `asked` of it can be asked otherwise there.
        """
        ...


class Desk(Protocol):
    """What a person says of an incident, or of an anchor; each is kept with the person's name.

    Raises, each of them:
        NotFoundError: there is no such incident, or anchor.
        InputError: a word will not do, with why.
        ConfigError: it cannot be said of it as it stands, with why.
        UnavailableError: the database or a sink is out of reach; what was said is kept where the database took it.
    """

    def acknowledge(self, number: int, who: str, why: str) -> None:
        """Somebody is on it: sinks that page stop."""
        ...

    def note(self, number: int, who: str, words: str) -> None:
        """One more line of its history; nobody is told."""
        ...

    def resolve(self, number: int, who: str, why: str) -> None:
        """It is over."""
        ...

    def silence(self, number: int, who: str, why: str, until: str) -> None:
        """Hear nothing of its members for so long (`8h`), or until then (an ISO 8601 time)."""
        ...

    def add_silence(self, what: str, who: str, why: str, until: str) -> None:
        """Hear nothing of the cells that fit: `FIELD=PATTERN` words, for so long or until then (as above)."""
        ...

    def end_silence(self, number: int) -> None:
        """Hear of everything that it covered."""
        ...

    def activate(self, anchor: str, who: str, instead_of: str) -> None:
        """Hold the model of an anchor to it, in the place of the one that the person saw, by its id ("": of none)."""
        ...
