"""How surely recall must be back before a page ends is configured, for cells and groups alike."""

from tests.stored import NOON
from tests.worlds import LATER, NewWorld, World


def fixed(new_world: NewWorld, recovery_labels: float) -> World:
    """A cell that fell, and 60 labels of which 53 are hits since."""
    world = new_world(judge={"recovery_labels": recovery_labels})
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    world.outcomes("erasure", "hhhhhhhhm" * 6 + "hhhhhh", at=25, hours=25)
    world.evaluate(NOON + 2 * LATER)
    return world


def test_a_surer_recovery_takes_more_labels(new_world: NewWorld) -> None:
    assert fixed(new_world, 200).kinds() == ["opened", "resolved"]
    surer = fixed(new_world, 20_000)
    assert surer.kinds() == ["opened"]
    surer.outcomes("erasure", "h" * 60, at=26, hours=26)
    surer.evaluate(NOON + 3 * LATER)
    assert surer.kinds() == ["opened", "resolved"]


def test_another_number_bets_everything_anew(new_world: NewWorld) -> None:
    world = fixed(new_world, 20_000)
    world.settings = fixed(new_world, 200).settings
    world.evaluate(NOON + 2 * LATER)
    assert world.kinds() == ["opened", "resolved"]
    assert not world.cell("erasure").bet.broken
    known, wanted = world.cell("erasure").bet.detector, fixed(new_world, 200).cell("erasure").bet.detector
    assert known is not None
    assert wanted is not None
    assert known.dumps() == wanted.dumps()


def test_a_correction_keeps_to_it(new_world: NewWorld) -> None:
    world = fixed(new_world, 20_000)
    names = world.outcomes("erasure", "h", at=26, hours=26)
    world.evaluate(NOON + 2 * LATER)
    world.retract(names)
    world.evaluate(NOON + 2 * LATER)
    assert world.cell("erasure").bet.broken
    assert world.kinds() == ["opened"]
