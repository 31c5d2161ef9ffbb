"""A page that takes seconds, made in a process of its own, so that the watch room stays quick meanwhile."""

import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import NamedTuple

from monitor.app import analyses
from monitor.app.anchor_diffs import anchor_difference
from monitor.app.child_process import become_child
from monitor.app.overviews import overview_now
from monitor.app.stores import Stores, open_stores
from monitor.app.what_if import answered
from monitor.errors import AnchorwatchError
from monitor.review.in_use import in_use
from monitor.settings.settings import Settings
from reports.render.blocks import View
from reports.tables.anchor_diff import anchor_diff_view
from reports.tables.budget import budget_page
from reports.tables.intents import TablePart
from reports.web.activating import activation_forms
from reports.web.analysis import analysis_page
from reports.web.budget import WHAT_IF
from reports.web.page import Form

NICE = 5  # behind what people wait for, before what nobody waits for


class AskedAnalysis(NamedTuple):
    """What can be known of an incident now."""

    number: int


class AskedDifference(NamedTuple):
    """What changes with an anchor, in the place of another ("": of what its model is held to)."""

    after: str
    before: str


class AskedWhatIf(NamedTuple):
    """A question to the budget, by the fields of its form, and which rows of the answer."""

    fields: tuple[tuple[str, str], ...]
    part: TablePart

    @classmethod
    def of(cls, asked: Mapping[str, str], part: TablePart) -> "AskedWhatIf":
        """What an address asks."""
        return cls(tuple((name, asked[name]) for name in WHAT_IF if asked.get(name)), part)


AskedCostly = AskedAnalysis | AskedDifference | AskedWhatIf


class CostlyView(NamedTuple):
    """A view that took long, with the `forms` of its page: where each goes, the words of its button, its fields."""

    view: View
    forms: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = ()

    @property
    def buttons(self) -> list[Form]:
        """Its forms."""
        return [Form(*form) for form in self.forms]


class NotMade(NamedTuple):
    """It could not be made, and why."""

    why: str


def make(stores: Stores, asked: AskedCostly) -> CostlyView:
    """The view.

    Raises:
        NotFoundError: there is no such incident, or anchor.
        ConfigError: there is more than one such anchor.
        UnavailableError: the database is out of reach.
    """
    match asked:
        case AskedAnalysis(number):
            done = analyses.explain(stores, number)
            return CostlyView(analysis_page(done.analysis, done.tickets))
        case AskedDifference(after, before):
            changes = anchor_difference(stores, after, before)
            forms = [(form.action, form.button, form.fields) for form in activation_forms(changes)]
            return CostlyView(anchor_diff_view(changes, stores.status.judged_at()), forms)
        case AskedWhatIf(fields, part):
            here = in_use(overview_now(stores))
            return CostlyView(answered(stores, dict(fields), budget_page(here, part), part))


def make_apart(settings: Settings, asked: AskedCostly, to: Connection) -> None:
    """Make it of the configured database, and send it, or why it could not be made."""
    become_child(NICE)
    try:
        made: CostlyView | NotMade = make(open_stores(settings), asked)
    except AnchorwatchError as err:
        made = NotMade(str(err))
    try:
        to.send(made)
    except BrokenPipeError:
        sys.exit(0)
    finally:
        to.close()
