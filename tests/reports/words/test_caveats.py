"""What to bear in mind of a broken cell's figures, in words: the sentences of every release, to the letter."""

from typing import get_args

import msgspec
import pytest

from monitor.domain.anchors.grade import Grade
from monitor.domain.anchors.grade_reasons import SmallSupport
from monitor.domain.judging.reasons import OnlyMature
from monitor.domain.labelling.slips import MissBatches, MissSpread
from monitor.domain.labelling.unidentified import SkippedTickets
from monitor.domain.sampling.response import Skew
from monitor.domain.telling.caveats import (
    CappedWeights,
    Caveat,
    CountedWeak,
    DoubtfulAnchor,
    UnknownDesign,
    WeighedLabels,
    WrongLabels,
)
from reports.words.caveats import sentence

SENTENCES: list[tuple[Caveat, str]] = [
    (
        DoubtfulAnchor(0.881, Grade.SOFT, SmallSupport(29, 30)),
        "offline 0.88 is soft: only 29 examples; under 30 can't tell .88 from .70",
    ),
    (DoubtfulAnchor(0.881, Grade.UNTRUSTED), "offline 0.88 is untrusted: an audit says so"),
    (
        UnknownDesign(),
        "labels of unknown sampling design: if misses are labelled more often, recall is better than shown",
    ),
    (
        WeighedLabels(61, 12.345),
        "labels were chosen by prediction or score, and each counts for the tickets it stands for: these 61 count as"
        " 12.3",
    ),
    (
        CappedWeights(6, 0.01),
        "6 labels had a smaller chance of being labelled than sampling.min_probability (0.01): their weight is capped"
        " there, and recall is off by what was capped",
    ),
    (
        OnlyMature(2.04),
        "misses are labelled sooner than hits, so only predictions older than 2.0 days were judged; the recalls shown"
        " are of all",
    ),
    (
        CountedWeak(12, 40),
        "12 of the 40 labels are weak: a program gave them, and labels.accept takes them; recall is what they say,"
        " uncorrected: have some of these misses read by a person",
    ),
    (
        WrongLabels(0.00204, 12, 15, MissSpread.FEW_NEIGHBOURS, 5000.0),
        "labels wrong in 0.2 % of other tickets would explain all of it: have 12 of these 15 misses read again; the"
        " misses went to a few intents, over 1,000 times likelier if recall fell than otherwise",
    ),
    (
        WrongLabels(0.0716, 7, 8, MissSpread.LIKE_TRAFFIC, 34.4),
        "labels wrong in 7.2 % of other tickets would explain all of it: have 7 of these 8 misses read again; the"
        " misses spread like the traffic, 34 times likelier if labels changed than otherwise",
    ),
    (
        WrongLabels(0.0000312, 1, 1, MissSpread.UNCLEAR, 2.0),
        "labels wrong in 0.0031 % of other tickets would explain all of it: have 1 of 1 miss read again; where the"
        " misses went cannot tell whether recall fell or labels changed",
    ),
    (
        WrongLabels(
            0.002,
            12,
            15,
            MissSpread.FEW_NEIGHBOURS,
            50.0,
            MissBatches(("2026-11-03",), 12, 10, 24, 2, 312.4),
        ),
        "labels wrong in 0.2 % of other tickets would explain all of it: have 12 of these 15 misses read again; the"
        " misses went to a few intents, 50 times likelier if recall fell than otherwise; 10 of the 12 labels made on"
        " 2026-11-03 are misses and 2 of the other 24, 312 times likelier if that is no chance: either recall fell then"
        " alone, or look at who labelled",
    ),
    (
        SkippedTickets((Skew.SCORE, Skew.SCORE_IN_CLASS)),
        "tickets drawn for labelling are skipped: the labelled ones differ in how sure the model was and how sure the"
        " model was of tickets of one class, and no weight makes up for that: recall cannot be known from these labels",
    ),
    (
        WrongLabels(0.002, 7, 15, MissSpread.UNCLEAR, 2.0, confirmed=4),
        "labels wrong in 0.2 % of other tickets would explain all of it: second readers confirm 4 of these 15 misses;"
        " have 7 of the other 11 read again; where the misses went cannot tell whether recall fell or labels changed",
    ),
    (
        WrongLabels(0.002, 12, 15, MissSpread.UNCLEAR, 2.0, confirmed=4),
        "second readers confirm 4 of these 15 misses: wrong labels do not explain all of it",
    ),
    ("as an earlier version wrote it", "as an earlier version wrote it"),
]


@pytest.mark.parametrize(("caveat", "expected"), SENTENCES)
def test_every_caveat_is_a_sentence(caveat: Caveat, expected: str) -> None:
    assert sentence(caveat) == expected


def test_every_kind_of_caveat_has_a_sentence_here() -> None:
    assert {type(caveat) for caveat, _ in SENTENCES} == set(get_args(Caveat))


def test_a_stored_caveat_comes_back_as_the_same_value_and_an_old_sentence_as_itself() -> None:
    caveats = tuple(caveat for caveat, _ in SENTENCES)
    assert msgspec.json.decode(msgspec.json.encode(caveats), type=tuple[Caveat, ...]) == caveats
