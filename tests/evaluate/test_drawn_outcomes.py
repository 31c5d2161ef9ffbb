"""Labels that were there before their tickets were drawn: in the end as if the draw had come first."""

from connectors.sql.labels.draws import DrawStore
from monitor.domain.events.types import Design
from monitor.labels.ports.draws import Drawing, DrawnTicket
from tests.evaluate.same import same
from tests.stored import NOON, TICKETS, label, prediction, take
from tests.worlds import NewWorld, World

PATTERN = "hhhmhhmhhh" * 6


def draw(world: World, ids: list[str]) -> None:
    """All of them: hits had one chance, misses another, as by predicted class."""
    with DrawStore(world.engine).drawing() as transaction:
        tickets = [
            DrawnTicket(ticket, Design.BY_PREDICTION, 0.5 if letter == "h" else 0.05, place, {TICKETS})
            for place, (ticket, letter) in enumerate(zip(ids, PATTERN, strict=True), 1)
        ]
        transaction.keep(Drawing(1, NOON, NOON, "seed", 60.0, 20.0, 60), tickets)


def test_a_draw_after_the_labels_gives_the_bets_that_one_before_them_gives(new_world: NewWorld) -> None:
    late, right = new_world(), new_world()
    for world in (late, right):
        world.anchor(erasure=(0.88, 38), other=(0.9, 400))
    ids = late.outcomes("erasure", PATTERN)
    late.evaluate()
    unweighted = late.cell("erasure").labels.tally
    draw(late, ids)
    late.evaluate()

    intents = ["erasure" if letter == "h" else "other" for letter in PATTERN]
    take(right.store, *(prediction(*each) for each in zip(ids, intents, strict=True)))
    draw(right, ids)
    take(right.store, *(label(ticket, "erasure") for ticket in ids))
    right.evaluate()

    same(late, right)
    assert late.cell("erasure").bet.weighted
    assert late.cell("erasure").labels.tally != unweighted
