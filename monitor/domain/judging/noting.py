"""When a suspect is worth a note: how much evidence it takes, once an excursion, within a budget of notes."""

import math

from monitor.domain.detection.detectability import fallen_recall, kl
from monitor.domain.judging.judge import SUSPECT

OVER = 0.1
"""An excursion is over once the evidence has fallen to a tenth of what a note takes."""


def note_level(false_pages_per_year: float, notes_per_year: float) -> float:
    """How much of a page a bet must have won for a note: `max(.1, B / (.9 N))`; infinite where no note is wanted.

    B is `false_pages_per_year`, N `notes_per_year`. While the promises hold, M less the money put in is a
    supermartingale in every cell. Count an excursion from M at or below a tenth of the level c to M at c or above. Over
    the times in which an excursion is being waited for, M gains c at a cell's first note and at least .9 c at every
    later one, and a last wait that brings none loses at most .1 c, which the first note made up for. So `.9 c E[notes]
    <= E[money]`, and the money is B a year over everything watched: at most
    N notes a year on average, whatever the label rates and however often anybody looks. Costs: the first purse of a
    release, B/4, comes once on top, as it does for pages; above a level of 1 a page comes first, and no note ever.

    Source: Doob's upcrossing inequality (1953), for the money of docs/statistics-reference.md.

    >>> note_level(1, 12), round(note_level(2, 12), 3), note_level(1, 0)
    (0.1, 0.185, inf)
    """
    if notes_per_year <= 0:
        return math.inf
    return max(SUSPECT, false_pages_per_year / ((1 - OVER) * notes_per_year))


def worth_a_note(noted: bool, evidence: float, level: float, *, paged: bool) -> bool:
    """Whether a note about a cell stands now, where one `noted` before or not; it is written as this becomes true.

    It stands until the evidence has fallen to a tenth of the level, or a page has taken its place.
    """
    if paged or evidence <= OVER * level:
        return False
    return noted or evidence >= level


def labels_to_page(evidence: float, floor: float) -> float:
    """About how many labels more page, if recall has fallen to `fallen_recall`: `ln(1/M) / KL(q, f)`.

    Costs: first order, and for labels of full weight. Source: Lorden 1971; see `days_to_page`.

    >>> round(labels_to_page(0.2, 0.78), 1)  # ln 5 / KL(.48, .78)
    7.5
    """
    return max(-math.log(evidence), 0.0) / kl(fallen_recall(floor), floor)
