"""What weak labels say of recall, in the weekly report and in an incident's analysis."""

import json

import pytest
from sqlalchemy import Engine

from monitor.domain.events.types import Kind
from monitor.domain.recall.weak import WeakRecall
from reports.documents import analysis as document
from reports.documents import weekly, weekly_object
from reports.words.weak_labels import sentence
from tests.review.broken_channel import analysed, broken
from tests.review.weeks import by_intent, report
from tests.stored import label, store, take
from tests.worlds import World


def judged_by_a_program(world: World, names: list[str], intent: str) -> None:
    """A program says of all of these that they are of the intent; and of ten others, rightly, that they are not."""
    others = world.outcomes("bug", "h" * 10, at=1)
    take(
        store(world.engine),
        *(label(name, intent, label_id=f"weak-{name}", kind=Kind.WEAK) for name in names),
        *(label(name, "bug", label_id=f"weak-{name}", kind=Kind.WEAK) for name in others),
    )


def test_the_weekly_report_has_them_beside_the_reasons(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    names = world.outcomes("erasure", "h" * 30 + "m" * 10)
    judged_by_a_program(world, names, "erasure")
    world.evaluate()
    week = report(world)
    weak = by_intent(week)["erasure"].weak
    assert (weak.recall, weak.labels, weak.both) == (0.75, 50, 50)
    shown = {each["intent"]: each["weak"] for each in weekly_object.as_object(week)["models"][0]["intents"]}
    assert shown["erasure"]["low"] == weak.low
    assert sentence(weak) in " ".join(weekly.markdown(week).replace("\\", "").split())


def test_a_report_without_any_says_nothing_of_them(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "hhm")
    world.evaluate()
    assert by_intent(report(world))["erasure"].weak is None
    assert "weak labels" not in weekly.markdown(report(world))


def test_an_analysis_has_those_since_the_onset(engine: Engine) -> None:
    world = broken(engine)
    assert "weak labels" not in document.markdown(analysed(world))
    judged_by_a_program(world, [f"p{number}" for number in range(1, 91)], "erasure")
    (member,) = analysed(world).members
    weak = member.lifecycle.weak
    assert weak is not None
    assert weak.recall == pytest.approx(50 / 90)
    assert (weak.labels, weak.both) == (100, 100)
    assert f"since the onset {sentence(weak)}" in document.markdown(analysed(world)).replace("\\", "")
    assert json.loads(document.json(analysed(world)))["members"][0]["weak"]["labels"] == 100


@pytest.mark.parametrize(
    ("both", "sensitivity", "specificity", "why"),
    [
        (0, None, None, "no person labelled any of their tickets"),
        (7, None, 1.0, "of the 7 tickets that people labelled, too, none is of this intent"),
        (7, 1.0, None, "of the 7 tickets that people labelled, too, all are of this intent"),
        (7, 0.25, 0.75, "they find 25 % of its tickets, and take 25 % of the others for such"),
    ],
)
def test_what_is_lacking_to_correct_them_is_said(
    both: int, sensitivity: float | None, specificity: float | None, why: str
) -> None:
    weak = WeakRecall(None, 0.0, 1.0, 0.5, sensitivity, specificity, 30, both)
    assert sentence(weak) == f"30 weak labels cannot be corrected: {why}; uncorrected 0.50"


def test_labels_chosen_by_class_or_by_score_are_named_and_left_out() -> None:
    weak = WeakRecall(None, 0.0, 1.0, 0.5, None, None, 30, 0, 800)
    assert sentence(weak) == (
        "30 weak labels cannot be corrected: the 800 tickets that people labelled, too, were chosen by class or by"
        " score, and so are no sample of how often a program is right; uncorrected 0.50"
    )
    some = WeakRecall(None, 0.0, 1.0, 0.5, None, 1.0, 30, 7, 800)
    assert "and that were not chosen by class or by score, none is of this intent" in sentence(some)
    enough = WeakRecall(0.7, 0.6, 0.8, 0.5, 0.9, 0.99, 12_000, 90, 800)
    assert "people labelled, too (800 more, chosen by class or by score, are left out)" in sentence(enough)
