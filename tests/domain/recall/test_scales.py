"""What part of a stake a label moves: by its own design, known before whether it is a hit, and nothing where cut."""

import pytest

from monitor.domain.events.types import Design
from monitor.domain.recall.scales import (
    Sampled,
    bet_weights,
    bet_weights_after,
    divided,
    grew_uneven,
    refused,
)
from monitor.domain.recall.weights import Weighed
from tests.domain.recall.weighed import BY_PREDICTION, BY_SCORE, UNIFORM, UNKNOWN

Chosen = list[tuple[Design, float | None]]


def shares(pattern: str, chosen: Chosen, min_probability: float = 0.01) -> list[float]:
    return list(bet_weights({}, chosen, [x == "h" for x in pattern], min_probability).calm)


def bold_shares(pattern: str, chosen: Chosen, min_probability: float = 0.01) -> list[float]:
    return list(bet_weights({}, chosen, [x == "h" for x in pattern], min_probability).bold)


def test_uniform_labels_of_one_chance_and_labels_of_unknown_design_move_a_whole_stake() -> None:
    assert shares("hmh", [(UNIFORM, 0.1)] * 3) == [1, 1, 1]
    assert shares("hmh", [(UNKNOWN, None), (UNIFORM, None), (BY_SCORE, None)]) == [1, 1, 1]


def test_one_label_of_another_design_changes_nothing_for_the_others() -> None:
    bulk: Chosen = [(UNKNOWN, None)] * 4
    for other, share in (((BY_SCORE, 0.05), 0.2), ((BY_PREDICTION, 0.05), 0.2), ((UNIFORM, 0.05), 1.0)):
        assert shares("hmhhm", [*bulk[:2], other, *bulk[2:]]) == pytest.approx([1, 1, share, 1, 1])


def test_by_predicted_class_a_hit_tells_what_all_hits_weigh_and_until_then_it_is_the_largest_possible() -> (
    None
):
    own, rest = (BY_PREDICTION, 0.4), (BY_PREDICTION, 0.1)

    # 10/100, 2.5/100; then by the heaviest so far.
    assert shares("mhmh", [rest, own, rest, own]) == pytest.approx([0.1, 0.025, 1, 0.25])
    assert shares("hhmh", [own, own, rest, own]) == pytest.approx([0.025, 1, 1, 0.25])


def test_in_the_bet_on_a_fall_a_label_moves_by_twice_the_heaviest_hit_so_far_and_a_miss_by_more_than_a_stake() -> (
    None
):
    for design in (BY_PREDICTION, BY_SCORE):
        own, rest, light = (design, 0.4), (design, 0.1), (design, 0.5)

        # 10/100, 2.5/100; then by 5. Of hits that weigh 2 and 2.5: by 4, then by 5. A miss of 60: by 60/3.
        assert bold_shares("hmh", [own, (design, 1 / 60), own])[1:] == pytest.approx([3, 2.5 / 20])
        assert bold_shares("mhmh", [rest, own, rest, own]) == pytest.approx([0.1, 0.025, 2, 0.5])
        assert bold_shares("hhm", [light, own, own]) == pytest.approx([0.02, 2.5 / 4, 2.5 / 5])
        assert bold_shares("hm", [(design, 0.015), rest]) == pytest.approx([1 / 1.5, 0.1])  # w_max at most


def test_uniform_labels_and_a_groups_are_bet_on_by_the_same_in_both_bets() -> None:
    chosen: Chosen = [(UNIFORM, 0.1), (BY_SCORE, 0.5), (BY_SCORE, 0.05), (BY_PREDICTION, 0.5)] * 2
    bold, calm, _ = bet_weights({}, chosen, [True] * 8, 0.01, one_class=False)
    assert bold.tolist() == calm.tolist()
    assert bold_shares("hmhm", [(UNIFORM, 0.1)] * 4) == [1, 1, 1, 1]


def test_what_an_earlier_version_remembers_of_hits_is_not_enough_to_be_bold() -> None:
    before = {BY_SCORE: Sampled(9, 1, 0, 2.5, 50)}
    bold, calm, after = bet_weights(before, [(BY_SCORE, 0.4)], [True], 0.01)
    assert bold.tolist() == calm.tolist() == [0.025]
    assert after[BY_SCORE].largest_hit == 2.5


def test_the_members_of_a_group_have_hits_of_several_weights_so_the_largest_possible_stays() -> None:
    chosen: Chosen = [(BY_PREDICTION, 0.4), (BY_PREDICTION, 0.4)]
    assert bet_weights({}, chosen, [True, True], 0.01, one_class=False).bold.tolist() == [0.025] * 2


def test_by_score_the_largest_possible_stays() -> None:
    assert shares("hmh", [(BY_SCORE, 0.5), (BY_SCORE, 0.05), (BY_SCORE, 0.5)]) == [0.02, 0.2, 0.02]


def test_labels_that_call_themselves_uniform_and_are_not_move_as_those_by_score_do() -> None:
    """A heavy hit must not be cut to a light one: that is what a bettor would win by."""
    pis, hits = [0.4, 0.4, 0.1, 0.4, 1 / 60], [True, True, False, True, False]
    bold, calm, _ = bet_weights({}, [(UNIFORM, pi) for pi in pis], hits, 0.01, uneven=True)
    by_score = bet_weights({}, [(BY_SCORE, pi) for pi in pis], hits, 0.01)

    assert bold.tolist() == by_score.bold.tolist() == pytest.approx([0.025, 0.5, 2, 0.5, 3])
    assert calm.tolist() == by_score.calm.tolist() == pytest.approx([0.025, 0.025, 0.1, 0.025, 0.6])


def test_coverage_reckons_with_the_share_that_the_next_label_moves() -> None:
    for design, one, other in ((UNIFORM, 0.2, 0.25), (BY_SCORE, 0.2, 0.25), (UNIFORM, 0.2, 0.2)):
        chosen: Chosen = [(design, one), (design, other)] * 20
        hits, weighed = [number % 4 > 1 for number in range(40)], Weighed()
        for (_, pi), hit in zip(chosen, hits, strict=True):
            weighed.count(hit, design, pi, 0.01)
        seen = bet_weights({}, chosen, hits, 0.01, uneven=weighed.uneven).samples
        by_now = bet_weights(seen, chosen[:2], [True, False], 0.01, uneven=weighed.uneven).bold
        kinds = [kind.share for kind in weighed.kinds(100.0, hit=True)]
        assert sorted(set(kinds)) == pytest.approx(sorted(set(by_now.tolist())))


def test_a_bet_that_took_uniform_labels_for_even_is_told_when_they_are_not() -> None:
    even, uneven = Sampled(2, 1, 0, 2.5, 2.5), Sampled(2, 1, 0, 2.5, 10)
    assert grew_uneven(True, {UNIFORM: even})
    assert not grew_uneven(True, {UNIFORM: uneven})
    assert not grew_uneven(False, {UNIFORM: even})


def test_where_designs_share_the_classes_among_them_all_move_by_their_weights() -> None:
    chosen: Chosen = [
        (UNIFORM, 1.0),
        (UNIFORM, 1.0),
        (BY_PREDICTION, 0.1),
        (UNIFORM, 1.0),
        (BY_PREDICTION, 0.1),
    ]

    assert shares("hhmhm", chosen) == pytest.approx([1, 1, 0.1, 0.01, 0.1])
    assert shares("hhmhm", [*chosen[:3], (UNIFORM, 1.0), (UNIFORM, 1.0)])[3:] == pytest.approx([0.01, 0.01])


def test_the_designs_are_divided_where_one_has_only_hits_and_another_only_misses() -> None:
    assert divided({UNIFORM: Sampled(hits=5), BY_SCORE: Sampled(misses=1)})
    assert divided({UNIFORM: Sampled(misses=5), BY_SCORE: Sampled(hits=1)})
    assert not divided({UNIFORM: Sampled(hits=5, misses=1), BY_SCORE: Sampled(misses=1)})
    assert not divided({UNIFORM: Sampled(hits=5), BY_SCORE: Sampled(hits=1)})
    assert not divided({BY_PREDICTION: Sampled(hits=5)})
    assert not divided({})


def test_the_second_clipped_weight_stops_the_bet_on_its_design_and_on_no_other() -> None:
    cut, whole = (BY_SCORE, 0.001), (UNKNOWN, None)

    assert shares("hmhmhm", [whole, whole, cut, cut, cut, whole]) == [1, 1, 1, 1, 0, 1]


def test_one_clipped_weight_in_fifty_is_taken_for_a_slip() -> None:
    assert not refused(BY_SCORE, Sampled(90, 10, clipped=2, smallest=2, largest=100))
    assert refused(BY_SCORE, Sampled(90, 10, clipped=3, smallest=2, largest=100))
    assert refused(BY_PREDICTION, Sampled(1, 1, clipped=2, smallest=100, largest=100))


def test_uniform_labels_of_one_tiny_chance_are_bet_on() -> None:
    assert shares("hmhm", [(UNIFORM, 0.001)] * 4) == [1, 1, 1, 1]


def test_labels_in_parts_are_shared_out_as_in_one_go() -> None:
    chosen: Chosen = [(UNIFORM, 0.1), (BY_PREDICTION, 0.4), (BY_PREDICTION, 0.1), (BY_SCORE, 0.02)] * 3
    hits = [True, True, False, False] * 3

    bold, calm, known = bet_weights({}, chosen, hits, 0.01)
    first, seen = bet_weights({}, chosen[:5], hits[:5], 0.01)[::2]
    rest, _, in_parts = bet_weights(seen, chosen[5:], hits[5:], 0.01)
    assert [*first, *rest] == bold.tolist() != calm.tolist()
    assert in_parts == known


def test_what_a_label_moves_by_now_is_what_the_next_one_of_its_kind_will() -> None:
    chosen: Chosen = [(BY_PREDICTION, 0.4), (BY_PREDICTION, 0.1), (UNKNOWN, None), (UNKNOWN, None)]
    hits = [True, False, True, False]
    seen = bet_weights({}, chosen, hits, 0.01).samples

    assert (
        bet_weights_after(seen, chosen, 0.01).tolist() == bet_weights(seen, chosen, hits, 0.01).bold.tolist()
    )
