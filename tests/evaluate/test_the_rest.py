"""Intents beyond the limit count together; one that an anchor measures later leaves the rest, exactly."""

from monitor.domain.slices.cells import OTHER
from tests.worlds import NewWorld, World

LIMIT = {"limits": {"intents": 2}}


def tallies(world: World, *intents: str) -> dict[str, tuple[int, dict[str, int]]]:
    """Hits, and where the misses went."""
    states = {intent: world.cell(intent).labels.tally for intent in intents}
    return {intent: (tally.hits, dict(tally.misses_to)) for intent, tally in states.items()}


def test_what_is_beyond_the_limit_counts_together_and_nothing_is_lost(new_world: NewWorld) -> None:
    world = new_world(**LIMIT)
    for intent, pattern in (("a", "hm"), ("b", "h"), ("c", "hhm"), ("d", "m")):
        world.outcomes(intent, pattern)
    world.evaluate()
    assert tallies(world, "a", "b", OTHER) == {
        "a": (1, {"other": 1}),
        "b": (1, {}),
        OTHER: (2, {"other": 2}),
    }


def test_an_intent_that_an_anchor_measures_later_leaves_the_rest(new_world: NewWorld) -> None:
    world = new_world(**LIMIT)
    for intent, pattern in (("a", "h"), ("b", "h"), ("c", "hhm"), ("d", "hm")):
        world.outcomes(intent, pattern)
    world.evaluate()
    world.anchor(c=(0.9, 50))
    world.outcomes("c", "h")
    world.evaluate()
    assert tallies(world, "c", OTHER) == {"c": (3, {"other": 1}), OTHER: (1, {"other": 1})}


def test_corrections_that_wait_meanwhile_are_counted_once(new_world: NewWorld) -> None:
    world = new_world(**LIMIT)
    world.outcomes("a", "h")
    world.outcomes("b", "h")
    first, second, third = world.outcomes("c", "hmm")
    (of_d,) = world.outcomes("d", "h")
    world.evaluate()
    assert tallies(world, OTHER) == {OTHER: (2, {"other": 2})}
    world.anchor(c=(0.9, 50))
    world.correct([first], "d")  # leaves c, as a miss of d: c was predicted
    world.correct([of_d], "c")  # comes to c, as a miss
    world.retract([second])
    world.correct([third], "b")  # to one that counts apart
    world.correct([third], "c", revision=3)  # and back
    world.evaluate()
    assert tallies(world, "b", "c", OTHER) == {
        "b": (1, {}),
        "c": (0, {"d": 1, "other": 1}),
        OTHER: (0, {"c": 1}),
    }


def test_the_rest_keeps_its_counts_when_weights_are_capped_otherwise(new_world: NewWorld) -> None:
    world = new_world(**LIMIT)
    for intent in "abcd":
        world.outcomes(intent, "h")
    world.evaluate()
    again = World(world.engine, **LIMIT, sampling={"min_probability": 0.1})
    again.evaluate()
    assert tallies(again, "a", OTHER) == {"a": (1, {}), OTHER: (2, {})}
