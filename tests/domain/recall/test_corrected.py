"""Recall by agents' corrections: values by hand, and when corrections do no more than bound it."""

import pytest
from scipy.stats import beta

from monitor.domain.events.types import Design
from monitor.domain.recall.acquiescence import acquiescence
from monitor.domain.recall.corrected import BoundsOnly, CorrectedRecall, CorrectedTickets, corrected_recall
from monitor.domain.recall.weights import Weighed
from reports.words.corrections import sentence


def routed_wrongly(left: int, corrected: int, probability: float = 0.1) -> Weighed:
    tickets = Weighed()
    tickets.count(True, Design.UNIFORM, probability, 0.01, left)
    tickets.count(False, Design.UNIFORM, probability, 0.01, corrected)
    return tickets


def recall_of(
    predicted: int, corrected: int, away: int = 0, own: Weighed | None = None, others: Weighed | None = None
) -> CorrectedRecall:
    everybodys = Weighed()
    for side in (own, others):
        everybodys.add(side or Weighed())
    tickets = CorrectedTickets(predicted, corrected, away, own or Weighed(), everybodys)
    known = corrected_recall(tickets, 0.01)
    assert known is not None
    return known


def test_the_interval_of_a_share_is_that_of_its_beta_distribution() -> None:
    known = acquiescence(routed_wrongly(24, 16), 0.01)
    assert (known.tickets, known.left, known.q, known.own) == (40, 24, 0.6, False)
    assert known.low == pytest.approx(beta.ppf(0.025, 24.5, 16.5))
    assert known.high == pytest.approx(beta.ppf(0.975, 24.5, 16.5))
    nothing = acquiescence(Weighed(), 0.01)
    assert (nothing.tickets, nothing.q) == (0, None)
    assert nothing.low < 0.01 < 0.99 < nothing.high


def test_tickets_with_a_smaller_chance_count_for_more_and_say_less() -> None:
    tickets = Weighed()
    tickets.count(True, Design.BY_PREDICTION, 0.5, 0.01, 20)
    tickets.count(False, Design.BY_PREDICTION, 0.05, 0.01, 20)  # each stands for twenty, not for two
    known, alike = acquiescence(tickets, 0.01), acquiescence(routed_wrongly(20, 200), 0.01)
    assert known.q == pytest.approx(40 / 440)
    assert known.high - known.low > 1.2 * (alike.high - alike.low)


def test_misses_are_corrections_over_what_agents_do_not_leave() -> None:
    # A fifth is corrected: 100 corrections are 500 misses; of 420 predicted, 4 corrected away are 20 wrong ones.
    known = recall_of(420, 100, away=4, others=routed_wrongly(320, 80))
    assert known.recall is not None
    assert known.misses is not None
    assert known.misses.value == pytest.approx(500)
    assert known.recall.value == pytest.approx(400 / 900)
    assert known.at_most == pytest.approx(416 / 516)
    assert known.bounds_only is None
    # The formula of many corrections: c/(1 - q_lo) to c/(1 - q_hi); chance among 100 of them makes it a little wider.
    q = known.acquiescence
    assert known.misses.low < 100 / (1 - q.low) < known.misses.value < 100 / (1 - q.high) < known.misses.high
    many = recall_of(42_000, 10_000, others=routed_wrongly(320, 80))
    assert many.misses is not None
    assert many.misses.low == pytest.approx(10_000 / (1 - q.low), rel=0.01)
    assert many.misses.high == pytest.approx(10_000 / (1 - q.high), rel=0.01)


def test_wrongly_predicted_as_the_intent_are_tickets_of_others_whose_acquiescence_is_everybodys() -> None:
    # Agents left nine in ten of its own, and half of all: of 1,000 predicted, 150 corrected away are 300 wrong ones.
    known = recall_of(1_000, 20, away=150, own=routed_wrongly(36, 4), others=routed_wrongly(14, 46))
    assert known.recall is not None
    assert known.acquiescence.q == 0.9
    assert known.recall.value == pytest.approx(700 / (700 + 200))


def test_a_ticket_without_an_answer_that_somebody_routed_is_one_miss() -> None:
    everybodys = routed_wrongly(30, 30)
    known = corrected_recall(CorrectedTickets(100, 50, 0, Weighed(), everybodys, unanswered=40), 0.01)
    assert known is not None
    assert known.recall is not None
    assert known.misses is not None
    assert known.misses.value == pytest.approx(40 + 10 / 0.5)
    assert 50 < known.misses.low < 60 < known.misses.high < 100
    assert known.recall.value == pytest.approx(100 / 160)
    assert known.at_most == pytest.approx(100 / 150)


def test_below_thirty_drawn_tickets_corrections_only_bound_recall() -> None:
    known = recall_of(39, 61, others=routed_wrongly(15, 14))
    assert (known.recall, known.misses, known.bounds_only) == (None, None, BoundsOnly.TOO_FEW)
    assert known.at_most == 0.39
    assert sentence(known) == (
        "agents re-routed 61 tickets to it: of the 100 of that time recall is at most 0.39; bounds only: q measured on"
        " 29 of the 30 tickets it takes"
    )
    assert recall_of(39, 61, others=routed_wrongly(15, 15)).recall is not None


def test_an_intent_that_agents_treat_otherwise_needs_thirty_tickets_of_its_own() -> None:
    # All twelve of its own were left, and a tenth of the others: less than once in a thousand by chance.
    known = recall_of(39, 61, own=routed_wrongly(12, 0), others=routed_wrongly(10, 90))
    assert (known.bounds_only, known.acquiescence.tickets) == (BoundsOnly.DIFFERS, 12)
    assert "bounds only: q measured on 12 of the 30 tickets it takes of its own" in sentence(known)
    enough = recall_of(39, 61, own=routed_wrongly(24, 8), others=routed_wrongly(10, 90))
    assert enough.misses is not None
    assert enough.misses.value == pytest.approx(61 * 4)
    assert (enough.acquiescence.own, enough.acquiescence.tickets) == (True, 32)
    alike = recall_of(39, 61, own=routed_wrongly(2, 10), others=routed_wrongly(10, 90))
    assert (alike.bounds_only, alike.acquiescence.tickets) == (None, 112)


def test_where_agents_corrected_none_of_the_drawn_tickets_nothing_is_reckoned() -> None:
    known = recall_of(39, 1, others=routed_wrongly(40, 0))
    assert (known.recall, known.bounds_only) == (None, BoundsOnly.NONE_CORRECTED)
    assert sentence(known).endswith(
        "bounds only: agents corrected none of the 40 drawn tickets that were routed wrongly"
    )


def test_without_a_correction_to_the_intent_there_is_nothing() -> None:
    tickets = CorrectedTickets(40, 0, 3, Weighed(), routed_wrongly(20, 20))
    assert corrected_recall(tickets, 0.01) is None


def test_the_sentence_names_the_share_its_interval_and_on_how_many_it_was_measured() -> None:
    words = sentence(recall_of(420, 100, others=routed_wrongly(320, 80)))
    assert words.startswith("agents re-routed 100 tickets to it: recall 0.46 (0.")
    assert "500 missed (" in words
    assert (
        "as agents left 0.80 (0.76 to 0.84) of wrong routings (q, measured on 400 drawn tickets of all"
        in words
    )
    assert words.endswith("; 0.81 if silence were believed")


def test_the_same_counts_give_the_same_interval() -> None:
    assert recall_of(420, 100, others=routed_wrongly(320, 80)) == recall_of(
        420, 100, others=routed_wrongly(320, 80)
    )
