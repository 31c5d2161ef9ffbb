"""Outcomes come in and are counted, each once, by the intent of its label."""

from connectors.sql.review.status import StatusStore
from monitor.evaluate.evaluation import Evaluation
from tests.worlds import NewWorld, World


def test_hits_and_misses_are_counted_by_the_intent_of_the_label(world: World) -> None:
    world.outcomes("refund", "hhm")
    world.outcomes("cancel", "h")

    assert world.evaluate() == Evaluation(outcomes=4, cells=2)
    assert (world.cell("refund").labels.tally.hits, world.cell("refund").labels.tally.misses_to) == (
        2,
        {"other": 1},
    )
    assert (world.cell("cancel").labels.tally.hits, world.cell("cancel").labels.tally.misses_to) == (1, {})
    assert world.evaluate() == Evaluation(cells=2)
    assert world.cell("refund").labels.tally.support == 3


def test_configured_slices_are_cells_of_their_own_and_others_are_not(new_world: NewWorld) -> None:
    world = new_world(slices=({"name": "channel"},))
    world.outcomes("refund", "hm", slices={"channel": "email", "tier": "gold"})
    world.outcomes("refund", "h", slices={"tier": "gold"})

    world.evaluate()
    assert {
        s.state.cell.slice_text: s.state.labels.tally.support for s in StatusStore(world.engine).cells()
    } == {
        "": 3,
        "channel=email": 2,
    }


def test_a_corrected_label_is_counted_out_and_in_again(world: World) -> None:
    (miss, *_) = world.outcomes("refund", "mhh")
    world.evaluate()
    world.correct([miss], "other")

    assert world.evaluate() == Evaluation(revisions=1, cells=2)
    assert (world.cell("refund").labels.tally.hits, world.cell("refund").labels.tally.misses) == (2, 0)
    assert (world.cell("other").labels.tally.hits, world.cell("other").labels.tally.misses) == (1, 0)
