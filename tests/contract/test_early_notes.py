"""Notes before any label, from days of traffic to the outbox: each day bet on once, told once, and no page."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine, text

from connectors.sql.anchors import AnchorStore
from connectors.sql.notices import decode_notice
from connectors.sql.review.early import EarlyRecords
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from connectors.sql.review.weeks import WeekStore
from connectors.sql.silences import SilenceStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.detection.early_sign import EarlySign
from monitor.domain.events.microseconds import DAY_US, to_us
from monitor.domain.telling.about import EarlySigns, IncidentNews
from monitor.domain.telling.routing import Severity
from monitor.domain.weekly.calendar import Week
from monitor.errors import NotFoundError
from monitor.review.early import standing_early
from monitor.review.ports.status import Overview
from monitor.review.status import overview
from monitor.settings.settings import Settings
from reports.pages.page import page_of
from reports.render.blocks import View
from reports.tables.status import status_objects, status_view
from tests.stored import NOON, SHADOW, TICKETS, label, prediction, rows, take
from tests.worlds import World

FIRST = to_us(NOON) // DAY_US  # the day of NOON
DAY = timedelta(days=1)
NOTE = "cells.early"
USUAL = {"erasure": 20, "refund": 980, "cancel": 1_000}
FALLEN = {"erasure": 2, "refund": 998, "cancel": 1_000}


def came(
    engine: Engine, first: int, days: Sequence[Mapping[str, int]], model: int = 1, hour: int = 11
) -> None:
    """Predictions of some days, from `first` days after NOON's on, all within one hour."""
    with engine.begin() as connection:
        for number, day in enumerate(days):
            for predicted, count in day.items():
                connection.execute(
                    text(
                        "INSERT INTO traffic (model_id, hour, predicted, predictions, labelled) VALUES"
                        " (:model, :hour, :predicted, :count, 0) ON CONFLICT (model_id, hour, predicted)"
                        " DO UPDATE SET predictions = traffic.predictions + excluded.predictions"
                    ),
                    {
                        "model": model,
                        "hour": (FIRST + first + number) * 24 + hour,
                        "predicted": predicted,
                        "count": count,
                    },
                )


@pytest.fixture
def world(engine: Engine) -> World:
    """A model whose `erasure` is watched, with thirty days of usual traffic and not one label."""
    made = World(engine, watch={"intents": ["erasure"], "rare_share": 0, "rare_support": 0})
    made.anchor(TICKETS, erasure=(0.88, 38), refund=(0.9, 400))
    take(made.store, prediction("first", "refund"))
    came(engine, 0, [USUAL] * 30)
    return made


def judged(world: World, day: int) -> None:
    """An evaluation at noon of a day, so many days after NOON's."""
    world.evaluate(NOON + day * DAY)


def bets(engine: Engine) -> list[tuple[object, ...]]:
    return list(rows(engine, "SELECT intent, sign, day, bet FROM early_bet ORDER BY intent, sign"))


def notes(engine: Engine) -> list[tuple[object, ...]]:
    return list(
        rows(engine, "SELECT intent, sign, begun_day, noted_day, ended_day FROM early_note ORDER BY id")
    )


def test_a_fall_is_noted_once_and_opens_nothing(world: World) -> None:
    came(world.engine, 30, [FALLEN] * 10)
    for day in range(30, 41):
        judged(world, day)
    assert world.kinds() == [NOTE]
    assert rows(world.engine, "SELECT count(*) FROM incident") == [(0,)]
    ((stored,),) = rows(world.engine, "SELECT notice FROM notification")
    note = decode_notice(stored)
    assert (note.severity, note.incident, note.runbook) == (Severity.INFO, None, "before-any-label")
    assert isinstance(note.about, EarlySigns)
    (facts,) = note.about.notes
    assert (facts.cell.intent, facts.sign) == ("erasure", EarlySign.SHARE)
    assert facts.begun.date() == (NOON + 30 * DAY).date()
    assert facts.usual == pytest.approx(0.01, abs=1e-5)
    assert facts.recent == 0.001
    assert facts.fallen == pytest.approx(0.9, abs=1e-3)
    assert note.about.notes_per_year == 4.0


def test_days_are_bet_on_alike_whether_judged_one_by_one_or_all_at_once(world: World) -> None:
    came(world.engine, 30, [FALLEN] * 8)
    judged(world, 38)
    at_once, noted = bets(world.engine), notes(world.engine)
    with world.engine.begin() as connection:
        for table in ("early_bet", "early_note", "notification"):
            connection.execute(text(f"DELETE FROM {table}"))
    for day in range(14, 39):
        judged(world, day)
    assert notes(world.engine) == noted
    assert len(noted) == 1
    (_, _, last, one_by_one), (_, _, _, together) = bets(world.engine)[1], at_once[1]
    assert last == at_once[1][2]
    assert msgspec.json.decode(str(one_by_one)) == msgspec.json.decode(str(together))


def test_judging_again_changes_nothing_and_what_comes_late_is_not_bet_on_again(world: World) -> None:
    judged(world, 29)
    before = bets(world.engine)
    judged(world, 29)
    came(world.engine, 20, [{"refund": 50_000}])
    judged(world, 29)
    assert bets(world.engine) == before


@pytest.mark.parametrize(("of_traffic", "noted"), [(True, 1), (False, 0)])
def test_a_first_release_is_held_to_its_anchor_where_that_is_of_traffic(
    engine: Engine, of_traffic: bool, noted: int
) -> None:
    watch = {"intents": ["erasure"], "rare_share": 0, "rare_support": 0}
    world = World(engine, watch=watch, anchor={"of_traffic": of_traffic})
    world.anchor(TICKETS, erasure=(0.9, 40), refund=(0.9, 3_960))  # 36 hits of 4,000: 18 a day
    take(world.store, prediction("first", "refund"))
    came(engine, 0, [FALLEN] * 12)
    judged(world, 12)
    assert len(notes(engine)) == noted


def test_a_day_is_over_once_predictions_of_six_hours_later_came(world: World) -> None:
    last = "SELECT max(day) FROM early_bet"
    judged(world, 40)  # the clock alone ends no day: the records may still be on their way
    assert rows(world.engine, last) == [(FIRST + 28,)]
    came(world.engine, 30, [{"refund": 1}], hour=4)
    judged(world, 40)
    assert rows(world.engine, last) == [(FIRST + 28,)]
    came(world.engine, 30, [{"refund": 1}], hour=5)  # until six
    judged(world, 40)
    assert rows(world.engine, last) == [(FIRST + 29,)]


def test_a_new_version_is_held_to_what_the_one_before_it_predicted(world: World) -> None:
    take(world.store, prediction("s1", "refund", model=SHADOW, hours=30 * 24))
    world.anchor(SHADOW, erasure=(0.88, 38), refund=(0.9, 400))
    ((new,),) = rows(world.engine, "SELECT id FROM model WHERE version = '8'")
    came(world.engine, 30, [FALLEN] * 8, model=new)
    judged(world, 38)
    assert rows(world.engine, "SELECT model_id, intent, sign FROM early_note") == [(new, "erasure", "share")]
    assert world.kinds() == [NOTE]


def test_it_ends_when_the_share_is_back_and_is_told_again_when_it_falls_again(world: World) -> None:
    came(world.engine, 30, [FALLEN] * 6 + [USUAL] * 6 + [FALLEN] * 6)
    for day in (36, 42, 48):
        judged(world, day)
    assert world.kinds() == [NOTE, NOTE]
    first, second = notes(world.engine)
    assert first[4] is not None
    assert second[4] is None


def test_a_silence_holds_a_note_back_until_it_ends(world: World) -> None:
    came(world.engine, 30, [FALLEN] * 8)
    SilenceStore(world.engine).add({"intent": "erasure"}, "ann", "known", NOON, NOON + 38.5 * DAY)
    judged(world, 38)
    assert (world.kinds(), len(notes(world.engine))) == ([], 1)
    judged(world, 39)
    assert world.kinds() == [NOTE]


def test_without_a_budget_nothing_is_bet_on(engine: Engine) -> None:
    world = World(engine, watch={"intents": ["erasure"]}, judge={"early_notes_per_year": 0})
    world.anchor(TICKETS, erasure=(0.88, 38))
    take(world.store, prediction("first", "refund"))
    came(engine, 0, [USUAL] * 30 + [FALLEN] * 8)
    judged(world, 38)
    assert (bets(engine), notes(engine)) == ([], [])


def test_an_intent_that_is_counted_with_the_rest_has_no_share_and_costs_nothing(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE predicted_name SET the_rest = true WHERE name = 'refund'"))
    came(world.engine, 30, [FALLEN] * 8)
    judged(world, 38)
    assert notes(world.engine) == []
    assert {bet[2] for bet in bets(world.engine)} == {FIRST + 36}


def test_what_may_not_be_noted_any_more_lets_its_note_go(world: World) -> None:
    came(world.engine, 30, [FALLEN] * 8)
    judged(world, 38)
    assert notes(world.engine)[0][4] is None
    World(world.engine, judge={"early_notes_per_year": 0}).evaluate(NOON + 39 * DAY)
    ((*_, ended),) = notes(world.engine)
    assert ended == FIRST + 38
    judged(world, 40)  # it begins anew
    assert len(notes(world.engine)) == 1


def test_scores_that_fall_are_noted_where_the_share_stays(world: World) -> None:
    usual = [0.95] * 6 + [0.85] * 8 + [0.75] * 4 + [0.4] * 2
    for day in range(42):
        scores = usual if day < 30 else [0.3] * 15 + [0.8] * 5
        take(
            world.store,
            *(
                prediction(f"e{day}-{n}", "erasure", score=score, hours=24 * day)
                for n, score in enumerate(scores)
            ),
        )
    came(world.engine, 30, [{"refund": 1_980}] * 12)
    judged(world, 42)
    assert [note[:2] for note in notes(world.engine)] == [("erasure", "scores")]
    ((stored,),) = rows(world.engine, "SELECT notice FROM notification")
    about = decode_notice(stored).about
    assert isinstance(about, EarlySigns)
    (facts,) = about.notes
    assert facts.usual == pytest.approx((6 * 0.95 + 8 * 0.85 + 4 * 0.75 + 2 * 0.4) / 20)
    assert facts.recent == pytest.approx((15 * 0.3 + 5 * 0.8) / 20)


def test_the_tickets_that_would_tell_are_unlabelled_ones_where_its_misses_went(engine: Engine) -> None:
    world = World(engine, watch={"intents": ["erasure"], "rare_share": 0, "rare_support": 0})
    misses = Promise(Measured(0.9, 40), misses_to={"cancel": 3, "refund": 1})
    made = build(TICKETS, {("erasure", ""): misses}, Provenance("r.json", "f" * 64, "sklearn", NOON))
    AnchorStore(engine).add(made, [])
    AnchorStore(engine).activate(made, NOON)
    take(world.store, prediction("before", "cancel", score=0.1))
    came(engine, 0, [USUAL] * 30 + [FALLEN] * 8)
    late = {"hours": 31 * 24}
    take(
        world.store,
        prediction("sure", "cancel", score=0.9, **late),
        prediction("unsure", "refund", score=0.2, **late),
        prediction("no score", "cancel", score=None, **late),
        prediction("labelled", "cancel", score=0.3, **late),
        label("labelled", "cancel", hours=31 * 24),
        prediction("of another", "elsewhere", score=0.1, **late),
    )
    judged(world, 38)
    (look,) = standing_early(EarlyRecords(engine))
    assert look.note.facts.elsewhere == ("cancel", "refund")
    assert [ticket.prediction_id for ticket in look.tickets] == ["unsure", "sure", "no score"]
    assert len(standing_early(EarlyRecords(engine), "eras*", 1)[0].tickets) == 1
    with pytest.raises(NotFoundError, match="did you mean erasure"):
        standing_early(EarlyRecords(engine), "erasur")
    (noted,) = [each["early"] for each in status_objects(overview_of(engine)) if each["intent"] == "erasure"]
    assert [note["fallen"] for note in noted] == [look.note.facts.fallen]
    assert any("which tickets would tell" in line for line in lines_of(status_view(overview_of(engine))))
    week = Week.of(look.note.facts.noted - timedelta(seconds=1))
    assert WeekStore(engine).early(week) == [look.note]
    assert WeekStore(engine).early(week.before(1)) == []


def test_a_page_says_when_it_was_noted_before_any_label(world: World) -> None:
    came(world.engine, 30, [FALLEN] * 8)
    judged(world, 38)
    world.outcomes("erasure", "m" * 30, at=37 * 24, hours=37 * 24)
    judged(world, 39)
    assert world.kinds() == [NOTE, "opened"]
    *_, (stored,) = rows(world.engine, "SELECT notice FROM notification ORDER BY number")
    page = decode_notice(stored)
    assert isinstance(page.about, IncidentNews)
    assert page.about.members[0].noted_early == NOON + 38 * DAY
    assert "before any label" in page_of(page).text


def overview_of(engine: Engine) -> Overview:
    return overview(StatusStore(engine), IncidentRecords(engine), Settings(), "here")


def lines_of(view: View) -> list[str]:
    return [line for block in view.blocks for line in block.notes]
