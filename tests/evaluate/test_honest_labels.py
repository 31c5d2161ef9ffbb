"""Labels that are weighed, biased, late or silent: what the evaluator makes of them, on a real database."""

from datetime import timedelta
from random import Random
from typing import Any

import msgspec
import numpy as np
import pytest
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.status import StatusStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.detection import detector as detecting
from monitor.domain.events.types import Design
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.recall.reading import Method
from monitor.domain.telling.members import MemberFacts
from monitor.evaluate.evaluate import Evaluate
from monitor.settings.settings import Settings
from reports.words.reasons import sentence
from tests.stored import NOON, TICKETS, label, prediction, rows, store, take

TWO_DAYS = timedelta(days=2)
HIT = {"design": Design.BY_PREDICTION, "probability": 0.4}
MISS = {"design": Design.BY_PREDICTION, "probability": 0.02}


class World:
    """A database with a single anchored intent, `erasure`, promised .88 and held to .78."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.store = store(engine)
        self.made = 0
        anchor = build(
            TICKETS,
            {("erasure", ""): Promise(Measured(0.88, 38))},
            Provenance("r.json", "f" * 64, "sklearn", NOON),
        )
        AnchorStore(engine).add(anchor, [])
        AnchorStore(engine).activate(anchor, NOON)

    def predict(self, predicted: str, hours: float = 0, slices: dict[str, str] | None = None) -> str:
        self.made += 1
        name = f"p{self.made}"
        take(self.store, prediction(name, predicted, hours=hours, slices=slices or {}))
        return name

    def outcome(self, predicted: str, is_: str = "erasure", **how: Any) -> str:  # noqa: ANN401
        """A prediction, and its label `after` hours later (a day unless given)."""
        hours, after = how.pop("hours", 0), how.pop("after", 24)
        name = self.predict(predicted, hours)
        take(self.store, label(name, is_, hours=hours + after - 24, **how))
        return name

    def outcomes(self, pattern: str, hit: dict[str, Any] = HIT, miss: dict[str, Any] = MISS) -> list[str]:
        return [
            self.outcome("erasure", **hit) if x == "h" else self.outcome("cancel", **miss) for x in pattern
        ]

    def evaluate(self, at: timedelta = TWO_DAYS, **settings: Any) -> CellState:  # noqa: ANN401
        given = {"anchor": {"treat_as": "promise"}, "sampling": {"min_probability": 0.02}, **settings}
        Evaluate(EvaluationStore(self.engine), Settings(**given))(lambda _: NOON + at)
        return next(
            status.state
            for status in StatusStore(self.engine).cells()
            if status.state.cell.intent == "erasure" and not status.state.cell.slice
        )


@pytest.fixture
def world(sqlite_engine: Engine) -> World:
    return World(sqlite_engine)


# --- weights -----------------------------------------------------------------------------------------


def test_recall_and_its_interval_are_the_published_vector(world: World) -> None:
    world.outcomes("h" * 40 + "m" * 6)

    reading = world.evaluate().labels.reading
    assert (round(reading.recall or 0, 4), reading.method) == (0.25, Method.ODDS_SHIFT)
    assert [round(limit, 4) for limit in reading.interval] == [0.1231, 0.4903]


def test_the_first_weighted_label_rebuilds_the_bet_with_weights_for_all(world: World) -> None:
    unknown: dict[str, Any] = {}
    uniform = {"design": Design.UNIFORM, "probability": 0.1}
    world.outcomes("hhm" * 5, uniform, uniform)
    state = world.evaluate()
    assert not state.bet.weighted
    world.outcomes("hm")
    world.outcomes("hh", unknown, unknown)
    state = world.evaluate()

    assert state.bet.weighted
    assert state.bet.detector is not None
    hits = [x == "h" for x in "hhm" * 5 + "hm" + "hh"]
    weights = np.array([0.2] * 15 + [0.05, 1.0] + [0.02] * 2)  # 10/50, 2.5/50, 50/50, 1/50
    expected, _ = detecting.advance(detecting.fresh(), 0.78, 1e9, hits, weights, range(1, 20))
    assert state.bet.detector.evidence == pytest.approx(expected.evidence, rel=1e-9)


def test_a_correction_of_the_only_weighted_label_makes_all_labels_count_alike_again(world: World) -> None:
    uniform = {"design": Design.UNIFORM, "probability": 0.1}
    world.outcomes("hhm", uniform, uniform)
    (name,) = world.outcomes("m")
    assert world.evaluate().bet.weighted
    take(world.store, label(name, "erasure", revision=2, **uniform))
    state = world.evaluate()

    assert not state.bet.weighted
    assert state.bet.detector is not None
    expected, _ = detecting.advance(
        detecting.fresh(), 0.78, 1e9, [True, True, False, False], np.ones(4), range(1, 5)
    )
    assert state.bet.detector.evidence == pytest.approx(expected.evidence, rel=1e-9)


def test_corrected_weighted_labels_end_where_a_right_history_ends(world: World) -> None:
    rng = Random(7)
    names = world.outcomes("".join(rng.choice("hhhhm") for _ in range(600)))
    world.evaluate()
    wrong = rng.sample(names, 30)
    for revision in (2, 3):
        for name in wrong:
            is_ = "other" if revision == 2 else "erasure"
            take(world.store, label(name, is_, revision=revision, **HIT))
        world.evaluate()
    once = world.evaluate()
    afresh = world.evaluate(sampling={"min_probability": 0.01})
    afresh = world.evaluate()
    assert once.bet.detector is not None
    assert afresh.bet.detector is not None
    assert once.bet.detector.evidence == pytest.approx(afresh.bet.detector.evidence, rel=1e-6)
    assert once.labels.tally == afresh.labels.tally


def test_another_smallest_probability_weighs_everything_anew_and_counts_what_it_caps(world: World) -> None:
    world.outcomes("h" * 40 + "m" * 6)
    assert world.evaluate().labels.tally.weighed.misses.total == 300
    state = world.evaluate(sampling={"min_probability": 0.1})
    assert (state.labels.tally.weighed.misses.total, state.labels.tally.weighed.clipped) == (60, 6)
    assert (state.labels.tally.hits, state.labels.tally.misses) == (40, 6)


# --- verification bias -------------------------------------------------------------------------------


@pytest.mark.parametrize("design", [Design.UNKNOWN, Design.UNIFORM, Design.BY_PREDICTION])
def test_labels_only_where_the_intent_was_predicted_are_never_ok(world: World, design: Design) -> None:
    chosen: dict[str, Any] = {"design": design, "probability": None if design is Design.UNKNOWN else 1.0}
    for _ in range(300):
        world.outcome("erasure", **chosen)
        world.predict("cancel")

    state = world.evaluate()

    assert (state.judgement.verdict, state.labels.identified) == (Verdict.BLIND, False)
    assert sentence(state.judgement.reasons[0]).startswith(
        "verification bias: labels exist only for tickets predicted as erasure, where every label is a hit;"
        " no label among 300 predictions of cancel; all that is known is that recall is at least 0."
    )


def test_labels_that_reach_every_class_can_tell_recall(world: World) -> None:
    for _ in range(60):
        world.outcome("erasure", design=Design.UNIFORM, probability=0.5)
        world.outcome("cancel", "cancel", design=Design.UNIFORM, probability=0.5)
    state = world.evaluate()
    assert (state.judgement.verdict, state.labels.identified) == (Verdict.OK, True)


# --- maturity ----------------------------------------------------------------------------------------


def test_where_misses_are_labelled_sooner_only_mature_predictions_are_judged(world: World) -> None:
    """Recall is .88 all along; a young cohort shows its misses first, which would page."""
    for hour in range(0, 240, 2):
        miss = hour % 16 == 0
        world.outcome(*(("cancel",) if miss else ("erasure",)), hours=hour, after=1 if miss else 48)
    for hour in range(240, 264):  # many a day, of which only the misses have been labelled yet
        world.outcome("cancel", hours=hour, after=0.5)
    state = world.evaluate(timedelta(hours=265))

    assert state.labels.maturity_s == pytest.approx(48 * 3600)
    assert sentence(state.judgement.reasons[-1]) == (
        "misses are labelled sooner than hits: only predictions older than 2.0 days are judged"
    )
    assert not state.bet.broken
    assert state.bet.detector is not None
    assert state.bet.detector.outcomes == 109
    later = world.evaluate(timedelta(hours=312))
    assert later.bet.broken  # nobody labelled a hit of those hours


def test_labels_of_equal_delay_are_judged_at_once(world: World) -> None:
    for hour in range(0, 240, 2):
        world.outcome("cancel" if hour % 16 == 0 else "erasure", hours=hour, after=24)
    state = world.evaluate(timedelta(hours=264))
    assert state.labels.maturity_s is None
    assert state.bet.detector is not None
    assert state.bet.detector.outcomes == 120


# --- silence -----------------------------------------------------------------------------------------


def daily(world: World, days: int, intent: str = "erasure", begin: int = 0) -> None:
    for day in range(begin, begin + days):
        for hour in range(9, 17):
            world.outcome(intent, intent, hours=24 * day + hour, after=0.5)


def test_labels_that_stopped_are_reported_against_the_configured_days(world: World) -> None:
    daily(world, 4)
    daily(world, 4, "cancel")
    state = world.evaluate(timedelta(days=6, hours=18))
    assert state.judgement.verdict is Verdict.STALE
    assert sentence(state.judgement.reasons[0]).startswith(
        "no labels for 3.1 days: the longest tolerated is 3.0 days"
    )


def test_an_intent_of_every_day_is_missed_by_its_own_rhythm_while_the_rest_goes_on(world: World) -> None:
    daily(world, 21)
    daily(world, 28, "cancel")
    state = world.evaluate(timedelta(days=27, hours=18))
    assert state.judgement.verdict is Verdict.STALE
    assert sentence(state.judgement.reasons[0]).startswith(
        "no labels of erasure for 7.1 days: by its own rhythm"
    )


def test_predictions_that_stopped_are_reported(world: World) -> None:
    daily(world, 8)
    daily(world, 8, "cancel")
    name = world.predict("erasure", 7 * 24)
    take(world.store, label(name, "erasure", hours=24 * 13))
    state = world.evaluate(timedelta(days=14, hours=2))
    assert any(sentence(reason).startswith("no predictions for") for reason in state.judgement.reasons)


def test_silence_neither_resolves_nor_hides_a_page(world: World) -> None:
    world.outcomes("m" * 30, {}, {})
    assert world.evaluate().bet.broken
    state = world.evaluate(timedelta(days=40))
    assert (state.bet.broken, state.judgement.verdict) == (True, Verdict.DEGRADED)
    assert any("no labels for" in sentence(reason) for reason in state.judgement.reasons)


# --- telling that a cell is blind ---------------------------------------------------------------------


def kinds(world: World) -> list[str]:
    return [kind for (kind,) in rows(world.engine, "SELECT kind FROM notification ORDER BY number")]


def test_too_few_labels_are_reported_once_and_not_before_the_release_is_14_days_old(world: World) -> None:
    for day in range(4):
        world.outcome("erasure", hours=24 * 4 * day)
    for soon in (timedelta(days=12), timedelta(days=13, hours=23)):
        assert world.evaluate(soon).judgement.verdict is Verdict.BLIND
        assert kinds(world) == []
    state = world.evaluate(timedelta(days=14))
    assert (kinds(world), state.notified.told) == (["cells.blind"], "verification bias")
    world.evaluate(timedelta(days=15))
    assert kinds(world) == ["cells.blind"]


def test_an_agent_that_reads_a_backlog_does_not_call_it_blindness(world: World) -> None:
    for day in range(4):
        world.outcome("erasure", hours=24 * 4 * day)
    for reading in (timedelta(days=200), timedelta(days=200, hours=23)):
        assert world.evaluate(reading).judgement.verdict is Verdict.BLIND
        assert "cells.blind" not in kinds(world)
    world.evaluate(timedelta(days=201))
    assert kinds(world) == ["labels.stale", "cells.blind"]


def test_a_cell_that_could_be_watched_again_and_went_blind_anew_is_reported_anew(world: World) -> None:
    uniform: dict[str, Any] = {"design": Design.UNIFORM, "probability": 1.0}
    for day in range(4):
        world.outcome("erasure", hours=24 * 4 * day, **uniform)
    world.outcome("cancel", "cancel", **uniform)
    world.evaluate(timedelta(days=13))
    assert world.evaluate(timedelta(days=14)).notified.told == "too few labels"
    for hour in range(300):
        world.outcome("erasure", hours=14 * 24 + hour / 60, after=1, **uniform)
    assert world.evaluate(timedelta(days=15)).notified.told is None
    assert kinds(world) == ["cells.blind"]
    for days in (15, 16):
        world.evaluate(timedelta(days=days), judge={"detect_within_days": 0.5})
    assert kinds(world) == ["cells.blind"] * 2


# --- slices that their intent explains ----------------------------------------------------------------


def broken_slices(world: World, email: str, phone: str) -> list[tuple[str, list[str]]]:
    """Members of the incident, and the slices on their lines, after these outcomes of two channels."""
    anchor = build(
        TICKETS,
        {
            ("erasure", slice_): Promise(Measured(0.88, 38))
            for slice_ in ("", "channel=email", "channel=phone")
        },
        Provenance("s.json", "e" * 64, "sklearn", NOON),
    )
    AnchorStore(world.engine).add(anchor, [])
    AnchorStore(world.engine).activate(anchor, NOON)
    for channel, pattern in (("email", email), ("phone", phone)):
        for x in pattern:
            name = world.predict("erasure" if x == "h" else "cancel", slices={"channel": channel})
            take(world.store, label(name, "erasure"))
    world.evaluate(slices=({"name": "channel"},))
    members = [
        msgspec.json.decode(facts, type=MemberFacts)
        for (facts,) in rows(world.engine, "SELECT facts FROM member ORDER BY slice")
    ]
    return [(member.cell.slice_text, list(member.slices)) for member in members]


def test_slices_that_broke_no_worse_than_their_intent_are_on_its_line(world: World) -> None:
    assert broken_slices(world, "m" * 30 + "h" * 5, "m" * 30 + "h" * 5) == [
        ("", ["channel=email", "channel=phone"])
    ]


def test_a_slice_that_broke_worse_than_its_intent_has_a_line_of_its_own(world: World) -> None:
    assert broken_slices(world, "m" * 60, "hhhm" * 15) == [("", []), ("channel=email", [])]
