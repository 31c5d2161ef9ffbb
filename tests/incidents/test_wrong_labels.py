"""A page says how few wrong labels would explain it, and whether its misses look like such."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.notices import decode_notice
from connectors.sql.review.incidents import IncidentRecords
from monitor.domain.events.types import Design
from monitor.domain.labelling.slips import MissSpread
from monitor.domain.telling.caveats import WrongLabels
from reports.documents.lifecycle import stages
from reports.pages.page import page_of
from reports.words.wrong_labels import sentence
from tests.review.broken_channel import member
from tests.stored import NOON, label, prediction, rows, take
from tests.worlds import LATER, World

TRAFFIC = {"how_to": 60, "billing": 40, "bug": 30, "refund": 20, "login": 20, "parcel": 20, "invoice": 10}
SLIPPED = {intent: count // 10 for intent, count in TRAFFIC.items()}
BROKEN = {"bug": 12, "invoice": 8}


def fallen(engine: Engine, misses: dict[str, int], hits_at: int = 0, **given: Any) -> World:  # noqa: ANN401
    """An intent with these misses and then 10 hits, labelled so many hours later, beside healthy ones."""
    world = World(engine, watch={"intents": ["erasure"]}, sampling={"min_probability": 0.5})
    world.anchor(erasure=(0.9, 200))
    for intent, count in TRAFFIC.items():
        world.outcomes(intent, "h" * count)
    for predicted, count in misses.items():
        names = [f"{predicted}-{number}" for number in range(count)]
        take(world.store, *(prediction(name, predicted) for name in names))
        take(world.store, *(label(name, "erasure", **given) for name in names))
    world.outcomes("erasure", "h" * 10, **({"hours": hits_at} if hits_at else {}), **given)
    world.evaluate(NOON + timedelta(days=3) if hits_at else NOON + LATER)
    return world


def doubts(world: World) -> list[WrongLabels]:
    (incident,) = IncidentRecords(world.engine).all()
    (facts,) = incident.members
    return [caveat for caveat in facts.caveats if isinstance(caveat, WrongLabels)]


@pytest.mark.parametrize(
    ("misses", "spread"), [(SLIPPED, MissSpread.LIKE_TRAFFIC), (BROKEN, MissSpread.FEW_NEIGHBOURS)]
)
def test_a_page_says_how_few_wrong_labels_would_explain_it_and_whether_its_misses_look_like_such(
    engine: Engine, misses: dict[str, int], spread: MissSpread
) -> None:
    world = fallen(engine, misses)
    (doubt,) = doubts(world)
    # 30 labels, 10 hits: from .9 to 1/3 takes 30 x (.9 - 1/3) / .9 = 18.89 slips among 200 others, all of them misses.
    assert doubt.rate == pytest.approx(18.8889 / 218.8889, rel=1e-4)
    assert (doubt.wrong, doubt.misses, doubt.spread) == (19, 20, spread)

    ((notice,),) = rows(engine, "SELECT notice FROM notification")
    told = " ".join(page_of(decode_notice(notice)).text.split())
    assert (
        "labels wrong in 8.6 % of other tickets would explain all of it: have 19 of these 20 misses" in told
    )

    analysed = member(world)
    assert analysed.wrong_labels == doubt
    found = {stage.name: stage.found for stage in stages(analysed)}
    assert found["labelling"][-1].startswith("labels wrong in 8.6 % of other tickets")
    assert not any("labels wrong" in words for words in found["monitoring"])


def test_a_recall_of_nothing_is_explained_by_wrong_labels_alone_no_more_than_by_anything(
    engine: Engine,
) -> None:
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("how_to", "h" * 100)
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    assert doubts(world) == []


def test_nothing_is_claimed_of_labels_that_were_chosen(engine: Engine) -> None:
    world = fallen(engine, SLIPPED, design=Design.BY_PREDICTION, probability=0.5)
    assert doubts(world) == []


def test_misses_that_a_second_reader_confirms_leave_wrong_labels_less_to_explain(engine: Engine) -> None:
    world = fallen(engine, BROKEN, annotator="ann")
    again = {"label_id": "", "annotator": "bob", "hours": 1}
    names = [f"bug-{number}" for number in range(12)]
    take(world.store, *(label(n, "erasure", **{**again, "label_id": f"{n} again"}) for n in names))
    world.evaluate()
    # What a page says stays as it was told; an analysis says it as it is by now.
    assert [doubt.confirmed for doubt in doubts(world)] == [0]
    analysed = member(world).wrong_labels
    assert analysed is not None
    assert (analysed.wrong, analysed.misses, analysed.confirmed) == (19, 20, 12)
    assert "second readers confirm 12 of these 20 misses: wrong labels do not" in sentence(analysed)


def test_a_page_says_of_which_days_labels_the_misses_are_where_they_keep_to_one(engine: Engine) -> None:
    world = fallen(engine, BROKEN, hits_at=24)
    (doubt,) = doubts(world)
    assert doubt.batches is not None
    day = str((NOON + timedelta(days=1)).date())
    assert (doubt.batches.names, doubt.batches.misses, doubt.batches.other_labels) == ((day,), 20, 10)
    assert f"20 of the 20 labels made on {day} are misses and 0 of the other 10" in sentence(doubt)
    analysed = member(world).wrong_labels
    assert analysed is not None
    assert analysed.batches == doubt.batches


def test_of_labels_of_one_day_nothing_is_said_by_day(engine: Engine) -> None:
    (doubt,) = doubts(fallen(engine, BROKEN))
    assert doubt.batches is None
