"""When recall can be known: by declared design, by evidence, and never from the intent's own predictions alone."""

import numpy as np
import pytest

from monitor.domain.events.types import Design
from monitor.domain.labelling.identifiability import (
    Strata,
    Stratum,
    assumption_free,
    identify,
    is_declared,
    unlabelled_traffic,
)
from monitor.domain.labelling.unidentified import (
    NoLabelElsewhere,
    OnlyOwnLabels,
    UnlabelledClasses,
)
from monitor.domain.recall.intervals import Weights
from monitor.domain.slices.cells import OTHER

GDPR = "gdpr_erasure"
UNIFORM = frozenset({Design.UNIFORM})
BY_PREDICTION = frozenset({Design.BY_PREDICTION})
UNKNOWN = frozenset({Design.UNKNOWN})


def test_a_uniform_sample_that_reaches_the_other_classes_is_enough() -> None:
    strata = [Stratum(GDPR, 40, 2, UNIFORM, 0.05), Stratum("other", 960, 1, UNIFORM, 0.05)]
    identification = identify(GDPR, strata, 0.01)

    assert (identification.identified, identification.declared, identification.gaps) == (True, True, ())


def test_labels_only_where_the_intent_was_predicted_tell_nothing_although_a_design_is_declared() -> None:
    identification = identify(GDPR, [Stratum(GDPR, 40, 40, BY_PREDICTION, 1.0), Stratum("other", 960)], 0.01)

    assert not identification.identified
    assert identification.missing == ("other",)
    assert identification.gaps == (OnlyOwnLabels(GDPR), UnlabelledClasses(960, ("other",)))


def test_labels_of_the_rest_may_be_the_intent_s_own_where_it_has_no_name_of_its_own() -> None:
    strata = [Stratum(OTHER, 40, 40, BY_PREDICTION, 1.0), Stratum("other", 960)]
    assert identify(GDPR, strata, 0.01).gaps[0] == OnlyOwnLabels(GDPR)
    assert not identify(GDPR, strata, 0.01).identified


def test_before_any_label_recall_is_not_known() -> None:
    assert not identify(GDPR, [Stratum(GDPR, 40), Stratum("other", 960)], 0.01).identified
    assert not identify(GDPR, [], 0.01).identified
    assert identify(GDPR, [], 0.01).gaps == (NoLabelElsewhere(GDPR),)


@pytest.mark.parametrize(("predictions", "identified"), [(134, True), (135, False)])
def test_a_declared_uniform_design_is_contradicted_by_a_class_that_chance_would_have_reached(
    predictions: int, identified: bool
) -> None:
    # .95^134 = .00104, .95^135 = .00098
    strata = [Stratum(GDPR, 50, 2, UNIFORM, 0.05), Stratum("a", 900, 45, UNIFORM, 0.05)]
    identification = identify(GDPR, [*strata, Stratum("b", predictions)], 0.01)

    assert identification.identified is identified
    assert identification.missing == (() if identified else ("b",))


def test_a_class_without_a_label_may_have_had_the_smallest_chance_where_chances_differ() -> None:
    # .99^687 = .00100, .99^688 = .00099: at the smallest chance there is it may still be luck.
    strata = [Stratum(GDPR, 50, 20, BY_PREDICTION, 0.4), Stratum("a", 900, 18, BY_PREDICTION, 0.02)]

    assert identify(GDPR, [*strata, Stratum("b", 687)], 0.01).identified
    assert not identify(GDPR, [*strata, Stratum("b", 688)], 0.01).identified
    assert not identify(GDPR, [*strata, Stratum("b", 342)], 0.02).identified


def test_the_own_stratum_can_contradict_too() -> None:
    strata = [Stratum(GDPR, 500), Stratum("a", 900, 45, UNIFORM, 0.05)]

    assert identify(GDPR, strata, 0.01).missing == (GDPR,)


def test_a_chance_of_one_leaves_no_prediction_out() -> None:
    sure = Stratum("a", 9, 9, UNIFORM, 1.0)

    assert not identify(GDPR, [Stratum(GDPR, 5, 5, UNIFORM, 1.0), sure, Stratum("b", 1)], 0.01).identified
    assert identify(GDPR, [Stratum(GDPR, 5, 5, UNIFORM, 1.0), sure, Stratum("b", 0)], 0.01).identified


def test_one_label_of_unknown_design_makes_the_whole_undeclared() -> None:
    assert is_declared([Stratum("a", 9, 3, UNIFORM, 0.1), Stratum("b", 9)])
    assert not is_declared([Stratum("a", 9, 3, UNIFORM | UNKNOWN, 0.1)])
    assert not is_declared([Stratum("a", 9, 3, BY_PREDICTION, None)])
    assert not is_declared([Stratum("a", 9, 3)])
    assert not is_declared([Stratum("a", 9)])


@pytest.mark.parametrize(("outside", "identified"), [(19, False), (20, True)])
def test_undeclared_labels_need_twenty_outside_the_own_stratum(outside: int, identified: bool) -> None:
    strata = [Stratum(GDPR, 30, 1, UNKNOWN), Stratum("a", 970, outside, UNKNOWN)]
    identification = identify(GDPR, strata, 0.01)

    assert (identification.identified, identification.declared) == (identified, False)


def test_undeclared_labels_need_one_in_every_class_with_a_twentieth_of_the_traffic() -> None:
    strata = [Stratum(GDPR, 30, 1, UNKNOWN), Stratum("a", 920, 20, UNKNOWN)]

    assert identify(GDPR, [*strata, Stratum("b", 49)], 0.01).identified
    assert identify(GDPR, [*strata, Stratum("b", 50)], 0.01).missing == ("b",)


def test_undeclared_labels_must_not_leave_a_class_out_that_chance_would_have_reached() -> None:
    # 1,000 of 10,000 labelled; .9^66 = .00096, .9^65 = .00106 (a few more predictions change rho by a hair)
    strata = [Stratum(GDPR, 300, 30, UNKNOWN), Stratum("a", 9700, 977, UNKNOWN)]

    assert identify(GDPR, [*strata, Stratum("b", 64)], 0.01).identified
    assert identify(GDPR, [*strata, Stratum("b", 68)], 0.01).missing == ("b",)


def test_five_strata_at_most_are_named_the_largest_first() -> None:
    strata = [Stratum(GDPR, 40, 40), *(Stratum(f"class_{n}", 100 + n) for n in range(8))]
    identification = identify(GDPR, strata, 0.01)

    assert identification.missing == tuple(f"class_{n}" for n in range(7, -1, -1))
    assert identification.gaps[1] == UnlabelledClasses(
        828, ("class_7", "class_6", "class_5", "class_4", "class_3"), 3
    )
    two = identify(GDPR, strata[:3], 0.01)
    assert two.gaps[1] == UnlabelledClasses(201, ("class_1", "class_0"))


def test_undeclared_labels_that_prefer_the_own_stratum_are_reported_to_flatter() -> None:
    identification = identify(GDPR, [Stratum(GDPR, 40, 40, UNKNOWN), Stratum("a", 4000, 40, UNKNOWN)], 0.01)

    assert identification.identified
    assert identification.lopsided == pytest.approx(100)
    (uneven,) = identification.caveats
    assert uneven.intent == GDPR
    assert uneven.times == pytest.approx(100)
    even = identify(GDPR, [Stratum(GDPR, 400, 4, UNKNOWN), Stratum("a", 4000, 40, UNKNOWN)], 0.01)
    assert even.lopsided == pytest.approx(1)
    assert even.caveats == ()


def test_the_bound_counts_every_unlabelled_ticket_as_a_miss() -> None:
    # 40 hits: at least 28.58 (Garwood); no miss: at most 3.689.
    assert assumption_free(Weights(40, 40, 1), Weights(0, 0, 1), 960) == pytest.approx(
        (28.577 / (28.577 + 3.689 + 960), 1), abs=1e-5
    )
    assert assumption_free(Weights(0, 0, 1), Weights(5, 5, 1), 0) == (0, 1)


def test_what_nothing_stands_for_depends_on_whether_labels_have_weights() -> None:
    assert unlabelled_traffic([Stratum("a", 40, 2, UNIFORM, 0.05), Stratum("b", 960)]) == 960
    assert unlabelled_traffic([Stratum("a", 40, 2, UNKNOWN), Stratum("b", 960)]) == 998


def test_a_stream_labelled_only_where_the_intent_was_predicted_is_never_identified() -> None:
    rng = np.random.default_rng(51)
    designs = [UNIFORM, BY_PREDICTION, frozenset({Design.BY_SCORE}), UNKNOWN, UNIFORM | UNKNOWN, frozenset()]
    for _ in range(2000):
        traffic = rng.integers(0, 10 ** rng.integers(1, 6), rng.integers(1, 13))
        own = int(rng.integers(0, 10 ** rng.integers(1, 5)))
        labelled = int(rng.integers(0, own + 1))
        design = designs[rng.integers(len(designs))]
        probability = None if rng.random() < 0.3 else float(rng.uniform(0.001, 1))
        strata = [Stratum(GDPR, own, labelled, design, probability)]
        strata += [Stratum(f"class_{n}", int(size)) for n, size in enumerate(traffic)]
        order = [strata[i] for i in rng.permutation(len(strata))]

        assert not identify(GDPR, order, float(rng.uniform(0.001, 1))).identified


def test_of_many_classes_each_intent_is_told_the_same_whether_asked_alone_or_beside_others() -> None:
    rng = np.random.default_rng(9)
    designs = [UNIFORM, BY_PREDICTION, UNKNOWN, UNIFORM | UNKNOWN]
    for _ in range(60):
        names = [f"intent{number}" for number in range(int(rng.integers(1, 12)))] + [OTHER]
        strata = [_stratum(rng, name, designs) for name in names]
        together = Strata(strata)
        for name in (*names, "unheard of"):
            for chance in (0.01, 0.3):
                assert identify(name, together, chance) == identify(name, strata, chance)
        assert (together.declared, together.unlabelled) == (is_declared(strata), unlabelled_traffic(strata))


def _stratum(rng: np.random.Generator, name: str, designs: list[frozenset[Design]]) -> Stratum:
    predictions = int(rng.integers(0, 400))
    labelled = int(rng.integers(0, predictions + 1)) if rng.random() < 0.6 else 0
    if not labelled:
        return Stratum(name, predictions)
    return Stratum(name, predictions, labelled, designs[int(rng.integers(4))], 0.2)
