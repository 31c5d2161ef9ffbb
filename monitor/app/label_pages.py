"""The watch room's pages about labels: each shows the very view that the command of its name prints."""

from collections.abc import Mapping
from urllib.parse import urlencode

from typing_extensions import override

from connectors.files.tasks.writing import lines_of
from monitor.app.clock import now
from monitor.app.disputes import disputed_tickets
from monitor.app.draws import Draws
from monitor.app.label_plans import models_to_plan, plan_for
from monitor.app.overviews import overview_now
from monitor.app.stores import Stores
from monitor.domain.events.types import Model
from monitor.domain.sampling.formats import TaskFormatName
from monitor.errors import ConfigError
from monitor.labels.ports.disputed import Disputed
from monitor.labels.ports.plans import PlanQuestion
from monitor.review.early import standing_early
from monitor.review.in_use import in_use
from monitor.review.ports import label_pages
from monitor.review.ports.incidents import AskedIncidents
from monitor.settings.section import CENTURY_DAYS
from reports.render.blocks import View
from reports.tables import disputed as disputed_table
from reports.tables.draws import draws_view
from reports.tables.early import early_csv, early_view
from reports.tables.label_plan import label_plan_view
from reports.web.labels import labels_view, which_model_view
from reports.web.page import Filter, RoomPage

_LIMITS = {
    "per_day": (0.001, 1e9),
    "within_days": (0.01, CENTURY_DAYS),
    "fall_to": (0.0, 0.99),
    "fall_by": (0.01, 1.0),
    "auc": (0.5, 0.999),
}
"""What a plan is asked for in numbers, from and to, as with the options of `labels plan`."""
_WHOSE = ("model", "version", "environment")
_MORE = {
    "/labels/plan": "how many labels a day see a fall in time",
    "/labels/drawn": "every draw, with its tickets as CSV",
    "/labels/disputed": "the tickets that a second person should read",
    "/labels/early": "what was noted before any label",
}


class LabelPages(label_pages.LabelPages):
    """The pages. Reads only; may be asked from several threads."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    @override
    def labels(self) -> RoomPage:
        stores, draws = self._stores, Draws(self._stores, now)
        here = in_use(overview_now(stores))
        view = labels_view(here, draws_view(draws.all(), draws.answered()), self._disputed("", 50))
        return self._page("labels", view)._replace(links=list(_MORE.items()))

    @override
    def plan(self, asked: Mapping[str, str]) -> RoomPage:
        whose = tuple(asked.get(name, "") for name in _WHOSE)
        question = self._question(asked)
        fits = models_to_plan(self._stores, whose)
        if len(fits) > 1:
            links = [(_plan_of(model, asked), f"the plan of {model}") for model in fits]
            page = self._page("plan for labels", which_model_view(fits))._replace(links=links)
        else:
            view = label_plan_view(plan_for(self._stores, whose, question, now()))
            page = self._page("plan for labels", view)
        shown = (*_WHOSE, "per_day", "within_days", "fall_to")
        return page._replace(filters=[Filter(name, asked.get(name, "")) for name in shown])

    @override
    def drawn(self) -> RoomPage:
        draws = Draws(self._stores, now)
        return self._page("draws", draws_view(draws.all(), draws.answered()))

    @override
    def draw_csv(self, number: int) -> str:
        return "".join(lines_of(Draws(self._stores, now).tasks(number), TaskFormatName.CSV))

    @override
    def disputed(self, asked: Mapping[str, str]) -> RoomPage:
        model = asked.get("model", "")
        page = self._page("disputed tickets", self._disputed(model, 50))
        links = [(_csv("/labels/disputed", model=model), "these tickets as CSV")]
        return page._replace(filters=[Filter("model", model)], links=links)

    @override
    def disputed_csv(self, asked: Mapping[str, str]) -> str:
        return disputed_table.as_csv(self._to_read_again(asked.get("model", ""), 1_000), self._ticket_url)

    @override
    def early(self, asked: Mapping[str, str]) -> RoomPage:
        intent = asked.get("intent", "")
        page = self._page("before any label", early_view(standing_early(self._stores.early, intent)))
        links = [(_csv("/labels/early", intent=intent), "these tickets as CSV")]
        return page._replace(filters=[Filter("intent", intent)], links=links)

    @override
    def early_csv(self, asked: Mapping[str, str]) -> str:
        return early_csv(standing_early(self._stores.early, asked.get("intent", "")))

    def _disputed(self, model: str, limit: int) -> View:
        tickets = self._to_read_again(model, limit)
        named = any(each.annotator is not None for found in tickets for each in found.ticket.labels)
        return disputed_table.disputed_view(tickets, self._ticket_url, named=named or not tickets)

    def _to_read_again(self, model: str, limit: int) -> list[Disputed]:
        return list(disputed_tickets(self._stores, model, limit))

    def _ticket_url(self, of: Model) -> str:
        return self._stores.settings.of(of).ticket_url

    def _question(self, asked: Mapping[str, str]) -> PlanQuestion:
        numbers = {name: _number(words) for name in _LIMITS if (words := asked.get(name, "").strip())}
        problems = [
            f"{name}: a number from {least:g} to {most:g} is needed, not {asked[name]!r}"
            for name, (least, most) in _LIMITS.items()
            if name in numbers and not least <= numbers[name] <= most
        ]
        if "fall_to" in numbers and "fall_by" in numbers:
            problems.append("fall_to and fall_by: say one of them")
        if problems:
            raise ConfigError(problems)
        days = numbers.pop("within_days", self._stores.settings.judge.detect_within_days)
        return PlanQuestion(days, **numbers)

    def _page(self, title: str, view: View) -> RoomPage:
        return RoomPage(title, view, broken=self._stores.incidents.count(AskedIncidents.OPEN))


def _number(words: str) -> float:
    """The number; none that fits any limits, where it is none."""
    try:
        return float(words)
    except ValueError:
        return float("nan")


def _plan_of(model: Model, asked: Mapping[str, str]) -> str:
    whose = {"model": model.name, "version": model.version, "environment": model.environment}
    return f"/labels/plan?{urlencode({**asked, **whose})}"


def _csv(place: str, **asked: str) -> str:
    """The address of the tickets of a page as CSV, narrowed as it is."""
    named = {name: words for name, words in asked.items() if words}
    return f"{place}.csv?{urlencode(named)}" if named else f"{place}.csv"
