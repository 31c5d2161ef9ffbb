"""What `labels plan` shows: the figures of both tables, what is assumed, and a picture that is one."""

import json
from io import StringIO
from xml.etree.ElementTree import fromstring

from rich.console import Console

from monitor.domain.events.types import Model
from monitor.domain.sampling.plan import label_plan
from monitor.labels.ports.plans import ModelPlan, PlanQuestion
from monitor.labels.ports.traffic import ClassTraffic
from reports.objects import json_text
from reports.render.terminal import print_view
from reports.tables.label_picture import days_against_labels
from reports.tables.label_plan import label_plan_view
from tests.domain.sampling.planned import ERASURE, EXPORT, TRAFFIC

LATELY = ClassTraffic(0.5, {name: round(n / 2) for name, n in TRAFFIC.items()})


def answer(per_day: float | None = 100.0, least: float = 0.002, model: str = "tickets") -> ModelPlan:
    plan = label_plan([ERASURE, EXPORT._replace(own=0.1)], TRAFFIC, 14, least, per_day)
    return ModelPlan(Model(model, "7"), PlanQuestion(14, per_day), LATELY, least, plan)


def screen(shown: ModelPlan) -> str:
    written = StringIO()
    print_view(
        Console(file=written, width=80, force_terminal=True, color_system=None), label_plan_view(shown)
    )
    return written.getvalue()


def test_a_screen_has_80_columns_and_every_intent_in_both_tables() -> None:
    for per_day in (100.0, None):
        lines = [line.rstrip() for line in screen(answer(per_day)).splitlines()]
        assert max(map(len, lines)) <= 80
        assert sum(line.startswith("erasure") for line in lines) == 2


def test_the_figures_are_the_plans_and_a_dash_stands_for_never() -> None:
    shown = answer()
    lines = [line.split() for line in screen(shown).splitlines()]
    alone = next(line for line in lines if line[:1] == ["erasure"])
    assert alone[-3:] == [f"{each.intents[0].alone:.0f}" for each in shown.plan.plans]
    assert next(line for line in lines if line[:1] == ["export"])[-3:] == ["-"] * 3


def test_how_many_are_in_time_stands_below_the_days() -> None:
    shown = answer()
    (counts,) = [line for line in screen(shown).splitlines() if line.startswith("in time")]
    assert counts.split()[2:] == [
        word for each in shown.plan.plans for word in (str(each.in_time(14)), "of", "2")
    ]


def test_what_is_assumed_is_said() -> None:
    said = " ".join(screen(answer()).split())
    assert "2,000 predictions a day, by the last 12 hours" in said
    assert "AUC of 0.95" in said
    assert "give it more days" in said


def test_a_smallest_chance_that_takes_the_whole_budget_is_told() -> None:
    assert "sampling.min_probability 0.01" in " ".join(screen(answer(40, least=0.01)).split())
    assert "min_probability" not in screen(answer(40, least=0.001))


def test_the_labels_a_day_are_those_that_would_be_drawn_also_where_more_than_asked_for() -> None:
    lines = screen(answer(5, least=0.01)).splitlines()
    (labels,) = (line for line in lines if line.startswith("labels a day"))
    assert labels.split()[3:] == ["20"] * 3  # a hundredth of 2,000 tickets
    assert any(line.startswith("20 labels a day for all of them") for line in lines)


def test_json_has_every_figure_and_null_for_never() -> None:
    shown = answer()
    told = json.loads(json_text(label_plan_view(shown).content))
    erasure, export = told["intents"]
    assert erasure["designs"]["by_score"]["days"] == shown.plan.plans[2].intents[0].days
    assert export["designs"]["uniform"]["labels_per_day_alone"] is None
    assert told["plans"]["by_prediction"]["per_day"] == 100


def test_the_picture_is_svg_with_a_line_for_each_design_and_no_name_gets_out_of_it() -> None:
    picture = days_against_labels(answer(model="<script>&"))
    tree = fromstring(picture)
    lines = [node.get("class") for node in tree if node.tag.endswith("polyline")]
    assert lines == ["line by_score", "line by_prediction", "line uniform"]
    assert "<script>" not in picture
