"""Which offline number an intent is held to: all of its examples, or the real ones where many are generated."""

from monitor.domain.anchors.promise import Measured, Promise

SHIPPED = Measured(0.88, 50)
NOTHING = Measured(0.0, 0)


def test_half_generated_it_is_held_to_its_real_examples_where_there_are_twenty() -> None:
    half, few = Measured(0.60, 25), Measured(0.55, 19)

    assert Promise(SHIPPED, half).judged_by("auto") == half
    assert Promise(SHIPPED, few).judged_by("auto") == SHIPPED
    assert Promise(SHIPPED, Measured(0.6, 20)).judged_by("auto") == Measured(0.6, 20)


def test_up_to_a_fifth_generated_or_where_nobody_recorded_origins_it_is_held_to_all() -> None:
    assert Promise(SHIPPED, Measured(0.86, 40)).judged_by("auto") == SHIPPED
    assert Promise(SHIPPED, Measured(0.86, 39)).judged_by("auto") == Measured(0.86, 39)
    assert Promise(SHIPPED).judged_by("auto") == SHIPPED


def test_whoever_says_which_is_held_to_that() -> None:
    half = Promise(SHIPPED, Measured(0.60, 25))

    assert (half.judged_by("shipped"), half.judged_by("real")) == (SHIPPED, half.real)
    assert Promise(SHIPPED).judged_by("real") == NOTHING
