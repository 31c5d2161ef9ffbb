"""Labels that are corrected or taken back: the end is as if they had been right from the start."""

from random import Random

import pytest

from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.judging.judge import Verdict
from monitor.evaluate import replay as replaying
from monitor.evaluate.evaluation import Evaluation
from tests.evaluate.same import same
from tests.stored import label, prediction, store, take
from tests.worlds import NewWorld, World


def test_a_corrected_history_is_the_same_as_one_that_was_right_from_the_start(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "CHECKPOINT_EVERY", 10)
    corrected, right = new_world(), new_world()
    for world in (corrected, right):
        world.anchor(erasure=(0.88, 38), other=(0.9, 400))
    names = corrected.outcomes("erasure", "hhhmhhmhhh" * 6)
    corrected.evaluate()
    more = corrected.outcomes("erasure", "hhmh" * 5)
    wrong = [names[13], names[36], names[46], more[2]]
    assert [names.index(name) for name in wrong[:3]] == [13, 36, 46]
    corrected.correct(wrong, "other")
    corrected.evaluate()

    truth = ["erasure"] * 80
    for index in (13, 36, 46, 62):
        truth[index] = "other"
    at = store(right.engine)
    pattern = "hhhmhhmhhh" * 6 + "hhmh" * 5
    made = [f"p{n}" for n in range(1, 81)]
    take(at, *(prediction(n, "erasure" if h == "h" else "other") for n, h in zip(made, pattern, strict=True)))
    take(at, *(label(n, intent) for n, intent in zip(made, truth, strict=True)))
    right.evaluate()

    same(corrected, right)
    detector = corrected.cell("erasure").bet.detector
    assert detector is not None
    assert detector.outcomes == 76


def test_a_correction_of_the_first_outcome_rebuilds_from_the_beginning(new_world: NewWorld) -> None:
    corrected, right = new_world(), new_world()
    for world in (corrected, right):
        world.anchor(erasure=(0.88, 38))
    first, *_ = corrected.outcomes("erasure", "mhhmmh")
    corrected.evaluate()
    corrected.correct([first], "other")
    corrected.evaluate()
    # The same predictions, the first of which was somebody else's from the start.
    at = store(right.engine)
    made = [f"p{n}" for n in range(1, 7)]
    take(
        at, *(prediction(n, "erasure" if h == "h" else "other") for n, h in zip(made, "mhhmmh", strict=True))
    )
    take(at, label("p1", "other"), *(label(n, "erasure") for n in made[1:]))
    right.evaluate()

    same(corrected, right)


@pytest.mark.parametrize("seed", range(8))
def test_any_corrections_at_any_time_end_where_a_right_history_ends(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(replaying, "CHECKPOINT_EVERY", 5)
    dice = Random(seed)
    corrected, right = new_world(), new_world()
    for world in (corrected, right):
        world.anchor(erasure=(0.88, 38), export=(0.91, 40), other=(0.9, 400))
    truth: dict[str, str] = {}
    predicted: dict[str, str] = {}
    for turn in range(6):
        recall = dice.choice([0.95, 0.85, 0.2])
        for intent in dice.choices(["erasure", "export"], k=12):
            hit = "h" if dice.random() < recall else "m"
            (name,) = corrected.outcomes(intent, hit)
            truth[name], predicted[name] = intent, intent if hit == "h" else "other"
        if turn % 2:
            corrected.evaluate()
        for name in dice.sample(sorted(truth), 4):
            truth[name] = dice.choice(["erasure", "export", "other"])
            corrected.correct([name], truth[name], revision=2 + turn)
    corrected.evaluate()
    at = store(right.engine)
    take(at, *(prediction(name, intent) for name, intent in predicted.items()))
    take(at, *(label(name, intent) for name, intent in truth.items()))
    right.evaluate()

    same(corrected, right)


def test_a_page_that_rested_on_labels_that_were_taken_back_is_withdrawn(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    names = world.outcomes("erasure", "h" * 10 + "m" * 12)
    world.evaluate()
    assert world.kinds() == ["opened"]
    world.retract(names[10:])
    assert world.evaluate() == Evaluation(revisions=12, cells=1, notices=1)

    assert world.kinds() == ["opened", "retracted"]
    assert not world.cell("erasure").bet.broken
    assert world.cell("erasure").labels.tally.support == 10
    (incident,) = IncidentRecords(world.engine).all()
    assert incident.state == "retracted"


def test_an_anchor_that_never_measured_the_intent_withdraws_its_page_with_the_facts_it_had(
    world: World,
) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    world.anchor(export=(0.91, 40))
    assert world.evaluate().notices == 1

    assert world.kinds() == ["opened", "retracted"]
    (incident,) = IncidentRecords(world.engine).all()
    assert [member.recent_support for member in incident.members] == [20]
    assert world.cell("erasure").judgement.verdict is Verdict.UNANCHORED


def test_taking_back_one_label_of_many_leaves_the_page_as_it_is(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    names = world.outcomes("erasure", "m" * 30)
    world.evaluate()
    world.retract(names[:1])
    world.evaluate()
    assert world.kinds() == ["opened"]
    assert world.cell("erasure").bet.broken


def test_labels_corrected_into_an_intent_can_page_it(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    names = world.outcomes("other", "h" * 20)
    world.evaluate()
    world.correct(names, "erasure")
    world.evaluate()

    assert world.cell("erasure").labels.tally.misses == 20
    assert world.kinds() == ["opened"]
