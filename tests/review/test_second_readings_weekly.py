"""The weekly report says how far readers agree on each intent, and how often labels slip."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.labels.disputed import DisputedTickets
from connectors.sql.labels.pairs import ReadingPairs
from monitor.domain.labelling.agreement import ModelReadings
from monitor.labels.agreeing import readings_of
from reports.words.readings import sentences
from tests.stored import NOON, TICKETS, label, take
from tests.worlds import World


def read_twice(engine: Engine) -> ModelReadings:
    """Of 15 misses of erasure twelve are read again, of which nine are billing; and two of its hits."""
    world = World(engine, watch={"intents": ["erasure"]})
    world.anchor(erasure=(0.88, 100))
    world.outcomes("billing", "h" * 500, annotator="ann")
    names = world.outcomes("erasure", "h" * 30 + "m" * 15, annotator="ann")
    second = [(name, "erasure") for name in [*names[:2], *names[30:33]]] + [
        (n, "billing") for n in names[33:42]
    ]
    take(
        world.store,
        *(label(n, said, label_id=f"{n} again", annotator="bob", hours=1) for n, said in second),
    )
    world.evaluate(NOON + timedelta(days=2))
    cells = [world.cell("erasure"), world.cell("billing")]
    return readings_of(ReadingPairs(engine), DisputedTickets(engine), cells)[TICKETS]


def test_what_second_readers_say_of_an_intent_and_of_each_other(engine: Engine) -> None:
    found = read_twice(engine)
    assert found.tickets == 14
    (erasure,) = found.intents
    assert (erasure.hits.same, erasure.hits.read, erasure.misses.same, erasure.misses.read) == (2, 2, 3, 12)
    assert round(erasure.slips.value, 4) == round(15 * 0.75 / (500 + 15 * 0.75), 4)
    words = list(sentences(found))
    assert words[0].startswith(
        "erasure: a second reader confirms of its hits 2 of 2 (0.16 to 1.00), of its misses 3 of 12 (0.05 to 0.57);"
        " so labels slip in about 2.2 % of other tickets"
    )
    assert words[1] == (
        "said the same as another reader, who least first: ann 5 of 14 (0.13 to 0.65); bob 5 of 14 (0.13 to 0.65)"
    )
