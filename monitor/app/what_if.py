"""What is asked of the budget in words; the answer of an open database out."""

from collections.abc import Iterable, Mapping

from connectors.sql.evaluate.trial import TrialStore
from monitor.app.clock import now
from monitor.app.overviews import overview_now
from monitor.app.stores import Stores
from monitor.domain.events.names import normal
from monitor.domain.judging.what_if import WhatIf, WhatIfAnswer
from monitor.errors import InputError
from monitor.evaluate.budgeting import what_if
from monitor.review.in_use import in_use
from reports.render.blocks import Block, LateView, View
from reports.tables.intents import TablePart
from reports.tables.what_if import what_if_view

MOST = 1e5
_LIMITS: Mapping[str, tuple[float, float]] = {
    "--drop": (0, 1),
    "--false-pages": (0, MOST),
    "--fall-to": (0, 1),
    "--labels": (0, MOST),
}


def what_if_answer(stores: Stores, asked: WhatIf) -> WhatIfAnswer:
    """The budget by what is asked, beside what it is.

    Raises:
        InputError: something is asked of an intent that there is not.
        UnavailableError: the database is out of reach.
    """
    here = in_use(overview_now(stores))
    states = [status.state for status in here.cells]
    judge = stores.settings.judge
    changes = what_if(TrialStore(stores.engine), stores.settings, asked, states, here.days_observed, now())
    return WhatIfAnswer(asked, changes, judge.false_pages_per_year, judge.drop, judge.detect_within_days)


def asked_of(drop: str = "", false_pages: str = "", fall_to: str = "", labels: Iterable[str] = ()) -> WhatIf:
    """What is asked, from the words that were typed; `labels` are `N`, or `INTENT=N`, with commas between.

    Raises:
        InputError: each that is no number between its limits.
    """
    problems: dict[str, str] = {}

    def number(name: str, words: str) -> float | None:
        if not words.strip():
            return None
        low, high = _LIMITS[name]
        try:
            value = float(words)
        except ValueError:
            value = high
        least_too = name in ("--labels", "--fall-to")
        if not (low < value < high or (least_too and value == low)):
            limits = f"{'at least' if least_too else 'above'} {low:g} and below {high:,.0f}"
            problems[name] = f"a number {limits} is needed, not {words!r}"
            return None
        return value

    everything, single = None, dict[str, float]()
    for part in (part for words in labels for part in words.split(",")):
        intent, equals, count = part.rpartition("=")
        value = number("--labels", count)
        if equals and value is not None:
            single[normal(intent.strip())] = value
        elif value is not None:
            everything = value
    asked = WhatIf(
        number("--drop", drop),
        number("--false-pages", false_pages),
        number("--fall-to", fall_to),
        everything,
        single,
    )
    if problems:
        raise InputError(problems)
    return asked


def answered(stores: Stores, asked: Mapping[str, str], budget: LateView, part: TablePart) -> View:
    """The budget as it is, below what is asked of it; where that cannot be answered, below why."""
    try:
        question = asked_of(
            asked.get("drop", ""),
            asked.get("false_pages", ""),
            asked.get("fall_to", ""),
            [asked.get("labels", "")],
        )
        answer = what_if_view(what_if_answer(stores, question), part)
    except InputError as err:
        words = [f"{name.removeprefix('--').replace('-', ' ')}: {why}" for name, why in err.fields.items()]
        return View([Block(heading="what if", lines=words), *budget.blocks], {"problems": words})
    return View([*answer.blocks, *budget.blocks], answer.content)
