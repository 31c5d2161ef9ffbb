"""Notes about suspects: once an excursion, and no more of them than their budget while every promise holds."""

import math

import numpy as np
import pytest

from monitor.domain.detection.betting import factors, stakes
from monitor.domain.detection.detectability import kl
from monitor.domain.judging.noting import OVER, labels_to_page, note_level, worth_a_note


@pytest.mark.parametrize(
    ("pages", "notes", "level"),
    [(1.0, 12.0, 0.1), (1.08, 12.0, 0.1), (2.0, 12.0, 2 / 10.8), (1.0, 4.0, 1 / 3.6), (1.0, 0.5, 1 / 0.45)],
)
def test_a_note_takes_a_tenth_of_a_page_or_what_the_budget_of_notes_leaves(
    pages: float, notes: float, level: float
) -> None:
    assert note_level(pages, notes) == pytest.approx(level)
    assert note_level(pages, 0.0) == math.inf


def test_a_note_comes_once_an_excursion() -> None:
    walk = [0.05, 0.1, 0.4, 0.05, 0.2, 0.0101, 0.3, 0.0100, 0.099, 0.1]
    noted, notes = False, []
    for evidence in walk:
        now = worth_a_note(noted, evidence, 0.1, paged=False)
        notes.append(now and not noted)
        noted = now
    assert [walk[at] for at, new in enumerate(notes) if new] == [0.1, 0.1]
    assert notes[1]
    assert notes[9]


def test_a_page_takes_the_place_of_a_note_and_what_rises_after_it_is_another_excursion() -> None:
    assert not worth_a_note(False, 1.3, 0.1, paged=True)
    assert not worth_a_note(True, 1.3, 0.1, paged=True)
    assert worth_a_note(False, 0.1, 0.1, paged=False)


def test_the_labels_that_settle_it_are_those_to_a_page_had_recall_fallen() -> None:
    assert labels_to_page(0.1, 0.78) == pytest.approx(math.log(10) / kl(0.48, 0.78))
    assert labels_to_page(1.2, 0.78) == 0.0


@pytest.mark.parametrize(("per_day", "years"), [(0.3, 3_000), (3.0, 1_500)])
def test_at_the_floor_there_are_no_more_notes_a_year_than_promised(per_day: float, years: int) -> None:
    """A year of one page's money, bet on streams whose recall is exactly the floor; a page begins anew at 0."""
    rng, floor, level = np.random.default_rng(11), 0.78, note_level(1.0, 12.0)
    hit, miss = (factors(stakes(floor), floor, x, 1.0) for x in (1, 0))
    wealth = np.zeros((years, len(hit)))
    noted, notes = np.zeros(years, bool), np.zeros(years)
    for _ in range(round(365 * per_day)):
        hits = rng.random(years) < floor
        wealth = (wealth + 1 / (365 * per_day)) * np.where(hits[:, None], hit, miss)
        evidence = wealth.mean(axis=1)
        paged = evidence >= 1
        now = ~paged & (evidence > OVER * level) & (noted | (evidence >= level))
        notes += now & ~noted
        noted = now
        wealth[paged] = 0.0
    mean, bound = notes.mean(), 2.33 * notes.std() / math.sqrt(years)
    assert mean > 1.0  # some suspects are chance
    assert mean + bound < 12.0
