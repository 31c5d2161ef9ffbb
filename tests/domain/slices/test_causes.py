"""Slices that explain misses, on tickets few enough to count by hand."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from monitor.domain.slices.causes import CauseKind, explain, leading
from monitor.domain.slices.conjunctions import Condition, Tickets, tickets

EMAIL, PHONE = {"channel": "email", "tier": "free"}, {"channel": "phone", "tier": "free"}
RNG = np.random.default_rng


def made(*groups: tuple[dict[str, str], int, int]) -> Tickets:
    """Tickets of groups of (attributes, hits, misses)."""
    rows = [(each, missed) for each, hits, misses in groups for missed in [False] * hits + [True] * misses]
    return tickets([each for each, _ in rows], [missed for _, missed in rows])


def test_the_slice_that_holds_the_misses_is_found_with_its_exact_chance() -> None:
    live = made((EMAIL, 5, 15), (PHONE, 38, 2))
    (cause,) = explain(live, rng=RNG(1))
    assert cause.conditions == (Condition("channel", "email"),)
    assert (cause.tickets, cause.misses) == (20, 15)
    assert cause.p == pytest.approx(float(hypergeom.sf(14, 60, 17, 20)))
    assert (cause.significant, cause.hint, cause.kind) == (True, False, CauseKind.UNKNOWN)


def test_a_condition_that_every_ticket_fits_says_nothing_and_is_left_out() -> None:
    # tier=free is everywhere: channel=email and channel=email with tier=free are the same tickets.
    assert leading(made((EMAIL, 5, 15), (PHONE, 38, 2)), 10) == [(Condition("channel", "email"),)]


def test_a_part_with_fewer_than_five_tickets_in_it_or_beside_it_says_nothing() -> None:
    assert leading(made((EMAIL, 5, 15), (PHONE, 4, 0)), 10) == []
    assert leading(made((EMAIL, 5, 15), (PHONE, 5, 0)), 10) == [(Condition("channel", "email"),)]


def test_a_longer_slice_is_kept_only_where_it_beats_its_parents() -> None:
    both = {"channel": "email", "tier": "free"}
    paid = {"channel": "email", "tier": "paid"}
    rest = {"channel": "phone", "tier": "free"}
    conditions = leading(made((both, 1, 14), (paid, 14, 1), (rest, 40, 4)), 1)
    assert conditions == [(Condition("channel", "email"), Condition("tier", "free"))]
    # 13 of 15 within 18 of 25: sf(12; 25, 18, 15) = .062, a chance part of its parent might hold as many.
    even = leading(made((both, 2, 13), (paid, 5, 5), (rest, 40, 4)), 3)
    assert even == [(Condition("channel", "email"),), (Condition("tier", "paid"),)]


def test_two_causes_are_found_one_after_the_other() -> None:
    groups = [({"channel": "email", "form": "a"}, 2, 18), ({"channel": "phone", "form": "b"}, 2, 18)]
    groups += [
        ({"channel": channel, "form": form}, 30, 2) for channel in ("chat", "web") for form in ("c", "d")
    ]
    causes = explain(made(*groups), rng=RNG(2))
    assert {cause.conditions[0].value for cause in causes} <= {"email", "phone", "a", "b"}
    assert [cause.significant for cause in causes] == [True, True]
    assert sum(cause.misses for cause in causes) == 36


def test_under_40_tickets_it_is_a_hint() -> None:
    (cause,) = explain(made((EMAIL, 2, 10), (PHONE, 20, 1)), rng=RNG(3))
    assert (cause.hint, cause.significant) == (True, False)


def test_slices_of_fewer_than_five_tickets_are_not_looked_at() -> None:
    assert leading(made((EMAIL, 0, 4), (PHONE, 40, 2))) == []


def test_no_miss_or_no_hit_has_no_cause() -> None:
    assert explain(made((EMAIL, 30, 0), (PHONE, 30, 0)), rng=RNG(4)) == []
    assert explain(made((EMAIL, 0, 30), (PHONE, 0, 30)), rng=RNG(4)) == []


@pytest.mark.parametrize("name", ["score", "predicted", "Predicted_Intent", "score_bucket", "confidence"])
def test_what_the_model_made_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="made by the model"):
        tickets([{name: "x"}], [True])


def test_an_anchor_tells_what_is_new_from_what_was_always_weak() -> None:
    live = made((EMAIL, 10, 40), (PHONE, 90, 10))
    fine, weak = made((EMAIL, 45, 5), (PHONE, 90, 10)), made((EMAIL, 10, 40), (PHONE, 90, 10))
    (new,), (old,) = explain(live, fine, rng=RNG(5)), explain(live, weak, rng=RNG(5))
    assert (new.kind, old.kind) == (CauseKind.NEW, CauseKind.ALWAYS)
    # ln(40.5/10.5) - ln(5.5/45.5) - 0, over the root of the eight cells' 1/(count + .5)
    spread = sum(1 / (n + 0.5) for n in (40, 10, 5, 45, 10, 90, 10, 90)) ** 0.5
    assert new.z == pytest.approx((np.log(40.5 / 10.5) - np.log(5.5 / 45.5)) / spread)
    assert old.z == pytest.approx(0.0)


def test_an_attribute_of_many_values_is_left_out_and_of_many_attributes_those_with_the_fewest_are_kept() -> (
    None
):
    rows = [{"order": str(i % 31), "day": str(i % 30), "channel": "ab"[i % 2]} for i in range(150)]
    assert tickets(rows, [False] * 150).names == ("channel", "day")
    few = [{"id": str(i), "four": "abcde"[i // 4], "channel": "ab"[i % 2]} for i in range(20)]
    assert tickets(few, [False] * 20).names == ("channel",)  # no five tickets share any other value
    wide = [{f"a{number:02}": str(i % (number + 1)) for number in range(14)} for i in range(60)]
    assert tickets(wide, [False] * 60).names == tuple(f"a{number:02}" for number in range(12))
