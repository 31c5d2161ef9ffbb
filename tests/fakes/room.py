"""A watch room without a database: it says what it was asked for."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from typing_extensions import override

from monitor.domain.access.visitor import ANYBODY, Visitor
from monitor.domain.slices.cells import Cell
from monitor.errors import AnchorwatchError, NotFoundError
from monitor.review.ports import backtests, label_pages, room
from monitor.review.ports.incidents import AskedIncidents
from monitor.review.ports.screen import RefusedForm


class FakePage(NamedTuple):
    """A page of one line, with the token of its forms."""

    words: str
    listed: Sequence[object] | None = None
    again_s: int = 0

    @property
    def content(self) -> object:
        return {"words": self.words} if self.listed is None else self.listed

    def html(
        self,
        form_token: str = "",
        visitor: Visitor = ANYBODY,
        refused: RefusedForm | None = None,
        done: str = "",
        who: str = "",
    ) -> str:
        page = f"<p>{self.words}</p><p>token {form_token}</p><p>for {visitor.name}, {visitor.role}</p>"
        page += f"<p>done {done} by {who}</p>" if done or who else ""
        return page if refused is None else f"{page}<p>{refused}</p>"

    def json(self) -> str:
        return f'{{"words": "{self.words}"}}\n'


class FakeBacktests(backtests.Backtests):
    """Has backtest `abc`, and begins it again and again."""

    def __init__(self) -> None:
        self.begun: list[tuple[dict[str, str], str]] = []
        self.cancelled: list[tuple[str, str]] = []
        self.fails: AnchorwatchError | None = None

    @override
    def begin(self, asked: Mapping[str, str], who: str) -> str:
        if self.fails is not None:
            raise self.fails
        self.begun.append(({name: words for name, words in asked.items() if name != "form"}, who))
        return "abc"

    @override
    def page(self, name: str) -> FakePage:
        if name != "abc":
            raise NotFoundError([f"there is no backtest {name}"])
        return FakePage(f"backtest {name}")

    @override
    def cancel(self, name: str, who: str) -> None:
        self.cancelled.append((name, who))


class FakeRoom(room.Room):
    """Has incident 7, anchor `abc` and every model."""

    def __init__(self) -> None:
        self.jobs = FakeBacktests()
        self.asked: tuple[str, str, dict[str, str]] | None = None
        self.looked_at: Cell | None = None
        self.marked = "1"
        self.on_mark: Callable[[], object] = list
        self.on_page: Callable[[], object] = list
        self.fails: AnchorwatchError | None = None
        self.listed = list(range(250))
        self.asked_cells: dict[str, str] = {}
        self.cells_listed: list[dict[str, object]] = []
        self.asked_state: AskedIncidents | None = None

    @property
    @override
    def backtests(self) -> FakeBacktests:
        return self.jobs

    @property
    @override
    def labels(self) -> "FakeLabelPages":
        return FakeLabelPages()

    @override
    def now(self) -> FakePage:
        return self._page("now")

    @override
    def model(self, name: str, environment: str, asked: Mapping[str, str]) -> FakePage:
        self.asked = (name, environment, dict(asked))
        return self._page("model")

    @override
    def cells(self, asked: Mapping[str, str]) -> FakePage:
        self.asked_cells = dict(asked)
        return self._page("cells", self.cells_listed)

    @override
    def cell(self, cell: Cell) -> FakePage:
        self.looked_at = cell
        return self._page(str(cell))

    @override
    def budget(self, asked: Mapping[str, str]) -> FakePage:
        return self._page(f"budget {dict(asked)}")

    @override
    def incidents(self, asked: Mapping[str, str]) -> FakePage:
        return self._page("incidents")

    @override
    def listed_incidents(self, asked: AskedIncidents | None, first: int, most: int) -> room.ListedPart:
        self.asked_state = asked
        self._page("incidents")
        return room.ListedPart(self.listed[first : first + most], len(self.listed))

    @override
    def incident(self, number: int) -> FakePage:
        return self._page(_seven(number))

    @override
    def analysis(self, number: int, *, as_opened: bool = False) -> FakePage:
        return self._page(f"analysis of {_seven(number)}, as opened: {as_opened}")

    @override
    def messages(self, number: int) -> FakePage:
        return self._page(_seven(number), self.listed)

    @override
    def tickets(self, number: int, cell: str = "") -> FakePage:
        return self._page(_seven(number), self.listed)

    @override
    def missed_tickets(self, number: int) -> str:
        return f"prediction_id\n{_seven(number)}\n"

    @override
    def silences(self) -> FakePage:
        return self._page("silences")

    @override
    def anchors(self) -> FakePage:
        return self._page("anchors")

    @override
    def anchor(self, name: str) -> FakePage:
        if name != "abc":
            raise NotFoundError([f"there is no anchor {name}"])
        return self._page(name)

    @override
    def anchor_difference(self, after: str, before: str = "") -> FakePage:
        return self._page(f"{after} in the place of {before or 'what holds'}")

    @override
    def sinks(self) -> FakePage:
        return self._page("sinks")

    @override
    def versions(self) -> FakePage:
        return self._page("versions")

    @override
    def deploys(self) -> FakePage:
        return self._page("deploys")

    @override
    def dead_letters(self) -> FakePage:
        return self._page("dead letters")

    @override
    def reports(self) -> FakePage:
        return self._page("reports")

    @override
    def report(self, name: str) -> room.ReportFile:
        if name != "week/a.html":
            raise NotFoundError([f"there is no report {name}"])
        return room.ReportFile("text/html; charset=utf-8", b"<script>1</script>")

    @override
    def mark(self) -> str:
        self.on_mark()
        return self.marked

    @override
    def runbook(self, name: str) -> FakePage:
        return self._page(f"runbook {name}")

    @override
    def missing(self, why: str, asked: Mapping[str, str] = MappingProxyType({})) -> FakePage:
        return FakePage(f"{why} {dict(asked)}" if asked else why)

    def _page(self, words: str, listed: Sequence[object] | None = None) -> FakePage:
        self.on_page()
        if self.fails is not None:
            raise self.fails
        return FakePage(words, listed)


class FakeLabelPages(label_pages.LabelPages):
    """Has draw 7."""

    @override
    def labels(self) -> FakePage:
        return FakePage("labels")

    @override
    def plan(self, asked: Mapping[str, str]) -> FakePage:
        return FakePage(f"plan {dict(asked)}")

    @override
    def drawn(self) -> FakePage:
        return FakePage("drawn")

    @override
    def draw_csv(self, number: int) -> str:
        if number != 7:
            raise NotFoundError([f"there is no draw {number}"])
        return "prediction_id\ndrawn\n"

    @override
    def disputed(self, asked: Mapping[str, str]) -> FakePage:
        return FakePage(f"disputed {dict(asked)}")

    @override
    def disputed_csv(self, asked: Mapping[str, str]) -> str:
        return f"prediction_id\n{asked.get('model')}\n"

    @override
    def early(self, asked: Mapping[str, str]) -> FakePage:
        return FakePage(f"early {dict(asked)}")

    @override
    def early_csv(self, asked: Mapping[str, str]) -> str:
        return f"prediction_id\n{asked.get('intent')}\n"


class FakeDesk(room.Desk):
    """Remembers what was said."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []
        self.fails: AnchorwatchError | None = None

    @override
    def acknowledge(self, number: int, who: str, why: str) -> None:
        self._do("acknowledge", number, who, why)

    @override
    def note(self, number: int, who: str, words: str) -> None:
        self._do("note", number, who, words)

    @override
    def resolve(self, number: int, who: str, why: str) -> None:
        self._do("resolve", number, who, why)

    @override
    def silence(self, number: int, who: str, why: str, until: str) -> None:
        self._do("silence", number, who, why, until)

    @override
    def add_silence(self, what: str, who: str, why: str, until: str) -> None:
        self._do("add silence", what, who, why, until)

    @override
    def end_silence(self, number: int) -> None:
        self._do("end silence", number)

    @override
    def activate(self, anchor: str, who: str, instead_of: str) -> None:
        self._do("activate", anchor, who, instead_of)

    def _do(self, *words: object) -> None:
        if self.fails is not None:
            raise self.fails
        self.done.append(words)


def _seven(number: int) -> str:
    if number != 7:
        raise NotFoundError([f"there is no incident {number}"])
    return "incident 7"
