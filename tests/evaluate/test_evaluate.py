"""Outcomes and corrections in, verdicts, incidents and notices out, on a real SQLite database."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from connectors.sql.database import open_engine
from connectors.sql.evaluate.store import EvaluationStore
from connectors.sql.review.status import StatusStore
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Verdict
from monitor.domain.judging.state import CellState
from monitor.evaluate import bets
from monitor.evaluate import evaluate as evaluating
from monitor.evaluate.evaluate import Evaluate, Evaluation
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS, label, prediction, rows, store, take

LATER = timedelta(days=2)


class World:
    """A database, an agent that feeds it, and an evaluator."""

    def __init__(self, engine: Engine, **settings: Any) -> None:  # noqa: ANN401
        self.engine = engine
        self.settings = Settings(**{"anchor": {"treat_as": "promise"}, **settings})
        self._store = store(engine)
        self._numbers = count(1)

    def anchor(self, model: Model = TICKETS, **recalls: tuple[float, int]) -> None:
        """Hold a model to these recalls, each on so many examples; a slice is written intent__name__value."""
        promises = {
            (intent, "=".join(slice_)): Promise(Measured(*measured))
            for (intent, *slice_), measured in ((key.split("__"), value) for key, value in recalls.items())
        }
        made = build(model, promises, Provenance("r.json", "f" * 64, "sklearn", NOON))
        AnchorStore(self.engine).add(made, [])
        AnchorStore(self.engine).activate(made, NOON)

    def outcomes(self, intent: str, said: str, **changes: Any) -> list[str]:  # noqa: ANN401
        """Outcomes in a row: "h" is a hit, "m" a miss; the ids of their predictions, made `at` hours from noon."""
        model, slices, at = changes.pop("model", TICKETS), changes.pop("slices", {}), changes.pop("at", 0)
        text = changes.pop("text", None)
        names = [f"p{next(self._numbers)}" for _ in said]
        predicted = [intent if one == "h" else "other" for one in said]
        take(
            self._store,
            *(
                prediction(n, p, model=model, slices=slices, hours=at, text=text)
                for n, p in zip(names, predicted, strict=True)
            ),
            *(label(n, intent, **changes) for n in names),
        )
        return names

    def correct(self, names: Iterable[str], intent: str, **changes: Any) -> None:  # noqa: ANN401
        """Say something else about predictions that were labelled."""
        take(self._store, *(label(name, intent, **{"revision": 2, **changes}) for name in names))

    def retract(self, names: Iterable[str]) -> None:
        """Take labels back."""
        self.correct(names, "", retracted=True)

    def evaluate(self, at: datetime = NOON + LATER) -> Evaluation:
        """Judge everything that is new."""
        return Evaluate(EvaluationStore(self.engine), self.settings)(lambda _: at)

    def cell(self, intent: str, slice_: str = "", model: Model = TICKETS) -> CellState:
        """What is remembered of one cell."""
        (found,) = (
            status.state
            for status in StatusStore(self.engine).cells()
            if (status.state.cell.model, status.state.cell.intent, status.state.cell.slice)
            == (model, intent, slice_)
        )
        return found

    def told(self) -> list[str]:
        """The kinds of notices so far, without their common beginning."""
        kinds = rows(self.engine, "SELECT kind FROM notification ORDER BY number")
        return [kind.removeprefix("incident.") for (kind,) in kinds]

    def plans(self) -> list[str]:
        """Why the budget was planned, each time."""
        return [because for (because,) in rows(self.engine, "SELECT because FROM budget_plan ORDER BY id")]

    def everything(self) -> list[object]:
        """All that is remembered of every cell, exact to the last bit."""
        return [
            (
                msgspec.json.encode(msgspec.structs.replace(status.state, detector=None)),
                status.state.detector.dumps() if status.state.detector else None,
            )
            for status in StatusStore(self.engine).cells()
        ]


NewWorld = Callable[..., World]


@pytest.fixture
def world(sqlite_engine: Engine) -> World:
    return World(sqlite_engine)


@pytest.fixture
def new_world(_sqlite_with_tables: Path, tmp_path: Path, request: pytest.FixtureRequest) -> NewWorld:
    """Makes as many as a test wants to compare."""
    numbers = count()

    def make(**settings: Any) -> World:  # noqa: ANN401
        engine = open_engine(
            f"sqlite:///{shutil.copy(_sqlite_with_tables, tmp_path / f'{next(numbers)}.db')}"
        )
        request.addfinalizer(engine.dispose)
        return World(engine, **settings)

    return make


# --- counting ----------------------------------------------------------------------------------------


def test_hits_and_misses_are_counted_by_the_intent_of_the_label(world: World) -> None:
    world.outcomes("refund", "hhm")
    world.outcomes("cancel", "h")

    assert world.evaluate() == Evaluation(outcomes=4, cells=2)
    assert (world.cell("refund").tally.hits, world.cell("refund").tally.misses_to) == (2, {"other": 1})
    assert (world.cell("cancel").tally.hits, world.cell("cancel").tally.misses_to) == (1, {})
    assert world.evaluate() == Evaluation(cells=2)
    assert world.cell("refund").tally.support == 3


def test_configured_slices_are_cells_of_their_own_and_others_are_not(new_world: NewWorld) -> None:
    world = new_world(slices=({"name": "channel"},))
    world.outcomes("refund", "hm", slices={"channel": "email", "tier": "gold"})
    world.outcomes("refund", "h", slices={"tier": "gold"})

    world.evaluate()
    assert {s.state.cell.slice: s.state.tally.support for s in StatusStore(world.engine).cells()} == {
        "": 3,
        "channel=email": 2,
    }


def test_a_corrected_label_is_counted_out_and_in_again(world: World) -> None:
    (miss, *_) = world.outcomes("refund", "mhh")
    world.evaluate()
    world.correct([miss], "other")

    assert world.evaluate() == Evaluation(revisions=1, cells=2)
    assert (world.cell("refund").tally.hits, world.cell("refund").tally.misses) == (2, 0)
    assert (world.cell("other").tally.hits, world.cell("other").tally.misses) == (1, 0)


# --- who may page, and from when on ------------------------------------------------------------------


def test_an_intent_without_a_promise_is_unanchored_and_never_pages(new_world: NewWorld) -> None:
    world = new_world(watch={"intents": ["*"]}, slices=({"name": "channel", "against": "intent"},))
    world.outcomes("refund", "m" * 30, slices={"channel": "email"})
    world.evaluate()
    world.anchor(cancel=(0.88, 40))
    world.outcomes("refund", "m" * 30, slices={"channel": "email"})
    world.evaluate()

    assert world.cell("refund").judgement.verdict is Verdict.UNANCHORED
    assert world.cell("refund", "channel=email").judgement.verdict is Verdict.UNANCHORED
    assert world.cell("refund").tally.misses == 60
    assert world.told() == []


def test_few_anchor_examples_or_little_traffic_or_the_list_make_an_intent_watched(
    new_world: NewWorld,
) -> None:
    world = new_world(watch={"intents": ["listed"]})
    world.anchor(few=(0.9, 59), enough=(0.9, 60), seldom=(0.9, 400), listed=(0.9, 400))
    world.outcomes("enough", "h" * 95)
    world.outcomes("seldom", "hh")
    world.evaluate()
    assert {intent: world.cell(intent).watched for intent in ("few", "enough", "seldom", "listed")} == {
        "few": "rare: 59 anchor examples, fewer than 60",
        "enough": "",
        "seldom": "",  # 2 of 97: shares say nothing before 100 outcomes
        "listed": "listed",
    }

    world.outcomes("enough", "hhh")
    world.evaluate()
    assert world.cell("seldom").watched == "rare: 2.0% of labelled traffic, less than 3.0%"

    world.outcomes("seldom", "h" * 50)
    world.evaluate()
    assert world.cell("seldom").watched.startswith("rare")  # its share of the budget is spoken for


def test_an_intent_that_is_not_watched_is_measured_and_never_pages(world: World) -> None:
    world.anchor(refund=(0.88, 400))
    world.outcomes("refund", "m" * 40)
    world.evaluate()

    assert world.cell("refund").watched == ""
    assert world.cell("refund").judgement.verdict is Verdict.DEGRADED
    assert world.told() == []


def test_the_budget_is_shared_frozen_and_planned_again_only_upwards(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.evaluate()
    # 10 labels a day are 3,650 a year; one false page a year, and the cell has all of it.
    assert world.cell("erasure").threshold == 3650.0

    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.evaluate()
    assert (world.cell("erasure").threshold, world.cell("export").threshold) == (7300.0, 7300.0)

    generous = World(world.engine, judge={"false_pages_per_year": 100})
    generous.evaluate()
    world.anchor(erasure=(0.88, 38))
    generous.evaluate()
    assert world.cell("erasure").threshold == 7300.0
    assert world.plans() == ["erasure is watched from now on", "export is watched from now on"]
    assert rows(world.engine, "SELECT plan FROM budget_plan ORDER BY id DESC LIMIT 1") == [
        ('{"tickets v7 (prod): erasure":[7300.0,0.5],"tickets v7 (prod): export":[7300.0,0.5]}',)
    ]


@pytest.mark.parametrize(("a_day", "threshold"), [(20, 7300.0), (5, 3650.0)])
def test_after_fourteen_days_of_labels_traffic_takes_the_place_of_the_guess_but_never_lowers_it(
    world: World, a_day: int, threshold: float
) -> None:
    world.anchor(erasure=(0.88, 38))
    for day in range(14):
        world.outcomes("erasure", "h" * a_day, hours=24 * day)
    world.evaluate(NOON + timedelta(days=14))
    assert world.cell("erasure").rate_from == "configuration"

    world.outcomes("erasure", "h" * a_day, hours=24 * 14)
    world.evaluate(NOON + timedelta(days=15))
    assert world.cell("erasure").rate_from == "traffic"
    assert (
        world.cell("erasure").outcomes_per_year == threshold
    )  # the budget is one page, and all of it its own
    assert world.cell("erasure").threshold == threshold
    world.outcomes("erasure", "h" * 1_000, hours=24 * 15)
    world.evaluate(NOON + timedelta(days=16))
    assert world.cell("erasure").threshold == threshold
    assert world.plans()[1:] == ["the first 14 days of labels of tickets v7 (prod) are in"]


def test_outcomes_from_before_the_activation_count(world: World) -> None:
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    assert world.told() == []

    world.anchor(erasure=(0.88, 38))
    assert world.evaluate() == Evaluation(cells=1, notices=1)
    assert world.told() == ["opened"]


def test_another_anchor_starts_the_bet_afresh_over_all_outcomes(new_world: NewWorld) -> None:
    world, straight = new_world(), new_world()
    for one in (world, straight):
        one.outcomes("erasure", "hmhhm" * 3)
    world.anchor(erasure=(0.95, 38))
    world.evaluate()
    world.anchor(erasure=(0.88, 38))
    world.evaluate()
    straight.anchor(erasure=(0.88, 38))
    straight.evaluate()

    again, once = world.cell("erasure").detector, straight.cell("erasure").detector
    assert again is not None
    assert once is not None
    assert again.dumps() == once.dumps()


def test_a_promise_too_low_to_be_broken_is_blind_and_not_watched(world: World) -> None:
    world.anchor(erasure=(0.15, 38))
    world.outcomes("erasure", "m" * 50)
    world.evaluate()

    cell = world.cell("erasure")
    assert (cell.judgement.verdict, cell.watched, cell.detector) == (Verdict.BLIND, "", None)
    assert world.told() == []


# --- pages -------------------------------------------------------------------------------------------


def test_a_page_is_sent_once_and_not_again_while_it_lasts(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "h" * 5 + "m" * 20)
    assert world.evaluate().notices == 1
    world.outcomes("erasure", "m" * 20)
    assert world.evaluate().notices == 0
    assert world.evaluate().notices == 0

    assert world.told() == ["opened"]
    (incident,) = StatusStore(world.engine).incidents()
    assert incident.state == "opened"
    (member,) = incident.members
    assert (member.recent.value, member.recent_support) == (0.0, 20)  # since the onset, not the five hits
    assert (member.live_support, dict(member.misses_to)) == (25, {"other": 20})
    assert world.cell("erasure").judgement.verdict is Verdict.DEGRADED


def test_each_sink_gets_the_page(new_world: NewWorld) -> None:
    world = new_world(sinks=({"kind": "terminal", "name": "a"}, {"kind": "terminal", "name": "b"}))
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    assert rows(world.engine, "SELECT sink FROM notification ORDER BY number") == [("a",), ("b",)]


def test_a_second_cell_joins_the_incident_that_is_open(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    world.outcomes("export", "m" * 20)
    world.evaluate()

    assert world.told() == ["opened", "member_joined"]
    (incident,) = StatusStore(world.engine).incidents()
    assert {member.cell.intent for member in incident.members} == {"erasure", "export"}


def test_two_that_break_together_make_one_page(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "m" * 20)
    world.outcomes("export", "m" * 20)
    assert world.evaluate().notices == 1
    assert world.told() == ["opened"]


def test_models_in_different_environments_have_incidents_of_their_own(world: World) -> None:
    staging = Model("tickets", "7", "staging")
    for model in (TICKETS, staging):
        world.anchor(model, erasure=(0.88, 38))
        world.outcomes("erasure", "m" * 25, model=model)
    assert world.evaluate().notices == 2
    assert {one.environment for one in StatusStore(world.engine).incidents()} == {"prod", "staging"}


def test_a_recall_that_is_won_back_resolves_the_incident_and_the_next_fall_soon_after_reopens_it(
    world: World,
) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    world.outcomes("erasure", "h" * 80)
    world.evaluate()

    assert world.told() == ["opened", "resolved"]
    assert not world.cell("erasure").broken
    (incident,) = StatusStore(world.engine).incidents()
    assert incident.state == "resolved"

    world.outcomes("erasure", "m" * 30)
    world.evaluate()
    assert world.told() == ["opened", "resolved", "reopened"]
    (again,) = StatusStore(world.engine).incidents()
    assert (again.id, again.state, again.closed_at) == (incident.id, "opened", None)
    assert [what for _, _, what, _ in again.history] == ["opened", "resolved", "reopened"]


def test_a_fall_long_after_the_last_incident_opens_another(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    for days, said in ((2, "m" * 20), (3, "h" * 80), (7, "m" * 30)):
        world.outcomes("erasure", said)
        world.evaluate(NOON + timedelta(days=days))
    assert world.told() == ["opened", "resolved", "opened"]
    assert len(StatusStore(world.engine).incidents()) == 2


def test_what_broke_and_healed_between_two_looks_is_told_as_both(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20 + "h" * 80)
    world.evaluate()
    assert world.told() == ["opened", "resolved"]


def test_a_member_that_recovered_stays_recovered_when_another_joins(world: World) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40), deletion=(0.9, 40))
    world.outcomes("erasure", "m" * 20)
    world.outcomes("export", "m" * 20)
    world.evaluate()
    world.outcomes("erasure", "h" * 80)
    world.evaluate()
    world.outcomes("deletion", "m" * 20)
    world.evaluate()

    with EvaluationStore(world.engine).evaluation() as transaction:
        incident = transaction.open_incident("tickets", "prod")
    assert incident is not None
    assert {cell.intent for cell in incident.recovered} == {"erasure"}


def same(corrected: World, right: World) -> None:
    """Everything but the bets is equal; a rebuild that stops early agrees with them to a part in 10^9."""
    cells = [StatusStore(world.engine).cells() for world in (corrected, right)]
    for one, other in zip(*cells, strict=True):
        mine, theirs = one.state.detector, other.state.detector
        assert msgspec.structs.replace(one.state, detector=None) == msgspec.structs.replace(
            other.state, detector=None
        )
        assert (mine is None) == (theirs is None)
        if mine is None or theirs is None:
            continue
        assert (mine.outcomes, mine.paged and mine.paged[:3]) == (
            theirs.outcomes,
            theirs.paged and theirs.paged[:3],
        )
        assert mine.wealth.ratios.tolist() == pytest.approx(theirs.wealth.ratios.tolist(), rel=1e-9)
        assert mine.wealth.restart.tolist() == theirs.wealth.restart.tolist()
        assert mine.wealth.log_product.tolist() == pytest.approx(
            theirs.wealth.log_product.tolist(), rel=1e-9, abs=1e-9
        )


# --- corrections -------------------------------------------------------------------------------------


def test_a_corrected_history_is_the_same_as_one_that_was_right_from_the_start(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bets, "CHECKPOINT_EVERY", 10)
    corrected, right = new_world(), new_world()
    for world in (corrected, right):
        world.anchor(erasure=(0.88, 38), other=(0.9, 400))
    names = corrected.outcomes("erasure", "hhhmhhmhhh" * 6)
    corrected.evaluate()
    more = corrected.outcomes("erasure", "hhmh" * 5)
    wrong = [names[13], names[36], names[46], more[2]]
    assert [names.index(name) for name in wrong[:3]] == [13, 36, 46]
    corrected.correct(wrong, "other")
    corrected.evaluate()

    said = ["erasure"] * 80
    for index in (13, 36, 46, 62):
        said[index] = "other"
    at = store(right.engine)
    pattern = "hhhmhhmhhh" * 6 + "hhmh" * 5
    made = [f"p{n}" for n in range(1, 81)]
    take(at, *(prediction(n, "erasure" if h == "h" else "other") for n, h in zip(made, pattern, strict=True)))
    take(at, *(label(n, intent) for n, intent in zip(made, said, strict=True)))
    right.evaluate()

    same(corrected, right)
    detector = corrected.cell("erasure").detector
    assert detector is not None
    assert detector.outcomes == 76


def test_a_correction_of_the_first_outcome_rebuilds_from_the_beginning(new_world: NewWorld) -> None:
    corrected, right = new_world(), new_world()
    for world in (corrected, right):
        world.anchor(erasure=(0.88, 38))
    first, *_ = corrected.outcomes("erasure", "mhhmmh")
    corrected.evaluate()
    corrected.correct([first], "other")
    corrected.evaluate()
    # The same predictions, the first of which was somebody else's from the start.
    at = store(right.engine)
    made = [f"p{n}" for n in range(1, 7)]
    take(
        at, *(prediction(n, "erasure" if h == "h" else "other") for n, h in zip(made, "mhhmmh", strict=True))
    )
    take(at, label("p1", "other"), *(label(n, "erasure") for n in made[1:]))
    right.evaluate()

    same(corrected, right)


@pytest.mark.parametrize("seed", range(8))
def test_any_corrections_at_any_time_end_where_a_right_history_ends(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(bets, "CHECKPOINT_EVERY", 5)
    dice = Random(seed)
    corrected, right = new_world(), new_world()
    for world in (corrected, right):
        world.anchor(erasure=(0.88, 38), export=(0.91, 40), other=(0.9, 400))
    truth: dict[str, str] = {}
    said: dict[str, str] = {}
    for turn in range(6):
        recall = dice.choice([0.95, 0.85, 0.2])
        for intent in dice.choices(["erasure", "export"], k=12):
            hit = "h" if dice.random() < recall else "m"
            (name,) = corrected.outcomes(intent, hit)
            truth[name], said[name] = intent, intent if hit == "h" else "other"
        if turn % 2:
            corrected.evaluate()
        for name in dice.sample(sorted(truth), 4):
            truth[name] = dice.choice(["erasure", "export", "other"])
            corrected.correct([name], truth[name], revision=2 + turn)
    corrected.evaluate()
    at = store(right.engine)
    take(at, *(prediction(name, intent) for name, intent in said.items()))
    take(at, *(label(name, intent) for name, intent in truth.items()))
    right.evaluate()

    same(corrected, right)


def test_a_page_that_rested_on_labels_that_were_taken_back_is_withdrawn(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    names = world.outcomes("erasure", "h" * 10 + "m" * 12)
    world.evaluate()
    assert world.told() == ["opened"]
    world.retract(names[10:])
    assert world.evaluate() == Evaluation(revisions=12, cells=1, notices=1)

    assert world.told() == ["opened", "retracted"]
    assert not world.cell("erasure").broken
    assert world.cell("erasure").tally.support == 10
    (incident,) = StatusStore(world.engine).incidents()
    assert incident.state == "retracted"


def test_an_anchor_that_never_measured_the_intent_withdraws_its_page_with_the_facts_it_had(
    world: World,
) -> None:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40))
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    world.anchor(export=(0.91, 40))
    assert world.evaluate().notices == 1

    assert world.told() == ["opened", "retracted"]
    (incident,) = StatusStore(world.engine).incidents()
    assert [member.recent_support for member in incident.members] == [20]
    assert world.cell("erasure").judgement.verdict is Verdict.UNANCHORED


def test_taking_back_one_label_of_many_leaves_the_page_as_it_is(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    names = world.outcomes("erasure", "m" * 30)
    world.evaluate()
    world.retract(names[:1])
    world.evaluate()
    assert world.told() == ["opened"]
    assert world.cell("erasure").broken


def test_labels_corrected_into_an_intent_can_page_it(world: World) -> None:
    world.anchor(erasure=(0.88, 38))
    names = world.outcomes("other", "h" * 20)
    world.evaluate()
    world.correct(names, "erasure")
    world.evaluate()

    assert world.cell("erasure").tally.misses == 20
    assert world.told() == ["opened"]


# --- how the stream is cut changes nothing -----------------------------------------------------------

STREAM: Sequence[tuple[str, str]] = [
    ("erasure", "hhhmh"),
    ("other", "hhhhh"),
    ("erasure", "m" * 12),
    ("export", "hhmhm"),
    ("erasure", "h" * 50),
    ("export", "m" * 15),
    ("erasure", "hmh" * 5),
]


def run(world: World, *, in_steps: bool) -> tuple[list[object], list[str]]:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40), other=(0.9, 400))
    for intent, said in STREAM:
        for one in said if in_steps else [said]:
            world.outcomes(
                intent, one, slices={"channel": "email" if one == "h" else "web"} if in_steps else {}
            )
            if in_steps:
                world.evaluate()
    world.evaluate()
    return world.everything(), world.told()


def test_many_small_evaluations_give_what_one_gives_to_the_last_bit(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bets, "CHECKPOINT_EVERY", 7)
    stepwise, told = run(new_world(), in_steps=True)
    at_once, told_at_once = run(new_world(), in_steps=False)

    assert stepwise == at_once
    assert told == ["opened", "resolved", "opened"]
    assert told_at_once == ["opened"]  # both broke, and one of them healed, before anyone looked


@pytest.mark.parametrize("chunk", [1, 7, 102])
def test_the_size_of_a_chunk_changes_nothing(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    whole, _ = run(new_world(), in_steps=False)
    monkeypatch.setattr(evaluating, "CHUNK", chunk)
    cut, _ = run(new_world(), in_steps=False)
    assert cut == whole
    assert len(whole) == 3


def test_outcomes_taken_back_do_not_end_an_evaluation_early(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk with a hole in it is shorter than a whole one, and still not the last."""
    monkeypatch.setattr(evaluating, "CHUNK", 4)
    names = world.outcomes("refund", "h" * 12)
    world.retract([names[1], *names[4:8]])
    assert world.evaluate().outcomes == 7
    assert world.cell("refund").tally.hits == 7


def test_an_evaluation_that_is_cut_off_is_made_up_for_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("connectors.sql.evaluate.store.EvaluationTransaction.finish", die)
        with pytest.raises(KeyboardInterrupt):
            world.evaluate()
    assert world.told() == []
    assert world.evaluate().outcomes == 20
    assert world.told() == ["opened"]
    assert world.cell("erasure").tally.misses == 20
