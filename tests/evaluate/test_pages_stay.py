"""A page stays when predictions of another age come to be bet on: only recovery, labels or a person end it."""

import pytest
from sqlalchemy import Engine, text

from connectors.sql.counters import count_up
from connectors.sql.dialect import Dialect
from connectors.sql.evaluate.cells import CELLS_CHANGED
from connectors.sql.evaluate.store import EvaluationStore
from monitor.incidents.resolving import resolve
from tests.evaluate.late import HOUR, LateWorld, Ticket, tickets
from tests.evaluate.same import same
from tests.stored import NOON
from tests.worlds import NewWorld

HEALTHY, FALLEN = "hhhhhhhm", "mhmhm"
BEFORE = tickets(0, 240, 1, HEALTHY, 48, 48)
# Recall falls, and from then on misses are labelled within the hour.
FALL = [*BEFORE, *tickets(240, 400, 1, FALLEN, 48, 1)]
FALL_AND_FIX = [*FALL, *tickets(400, 600, 2, "hhhhhhhhhhhm", 48, 1)]
# Recall is as ever, but hits come to wait for five days.
LATE_HITS = [*BEFORE, *tickets(240, 600, 2, HEALTHY, 120, 1)]
# The fall goes on, and misses wait like hits again.
FALL_AND_PATIENCE = [*BEFORE, *tickets(240, 330, 1, FALLEN, 48, 1), *tickets(330, 700, 4, FALLEN, 48, 48)]
SOONER = (
    "misses of erasure are labelled sooner than hits: from now on only predictions older than {} days are bet on,"
    " and the page stands"
)
NO_LONGER = (
    "misses of erasure are no longer labelled sooner than hits: predictions of any age are bet on again,"
    " and the page stands"
)


def told(world: LateWorld) -> list[str]:
    """The notices of incidents so far."""
    return [kind for kind in world.world.kinds() if "." not in kind]


def test_it_stays_until_old_enough_predictions_win_the_recall_back(engine: Engine) -> None:
    world = LateWorld(engine, FALL_AND_FIX)
    paged = world.look(239, *range(250, 310, 12))
    page = paged.bet.detector
    state = world.look(322)
    assert page is not None
    assert state.bet.detector is not None
    assert state.labels.maturity_s == pytest.approx(48 * 3600)
    assert state.bet.detector.paged == page.paged is not None
    assert state.bet.detector.evidence == page.evidence
    assert state.bet.onset == paged.bet.onset is not None
    assert told(world) == ["opened"]
    world.look(*range(346, 600, 24))
    assert told(world) == ["opened", "resolved"]
    assert world.history() == ["erasure broke", SOONER.format("2.0"), "erasure recovered"]


def test_one_that_only_early_misses_won_is_not_withdrawn_either_and_recovers(sqlite_engine: Engine) -> None:
    world = LateWorld(sqlite_engine, LATE_HITS)
    assert not world.look(239, *range(250, 382, 6)).labels.maturity_s
    assert world.look(388).labels.maturity_s == pytest.approx(120 * 3600)
    assert told(world) == ["opened"]
    assert not world.look(*range(394, 480, 6)).bet.broken
    assert world.history() == ["erasure broke", SOONER.format("5.0"), "erasure recovered"]


def test_it_stays_when_all_predictions_are_bet_on_again(sqlite_engine: Engine) -> None:
    world = LateWorld(sqlite_engine, FALL_AND_PATIENCE)
    assert world.look(239, *range(250, 400, 12)).bet.kept_pages
    state = world.look(*range(400, 700, 24))
    assert (state.labels.maturity_s, state.bet.kept_pages) == (
        None,
        None,
    )  # it is found again where it was won
    assert told(world) == ["opened"]
    assert world.history() == ["erasure broke", SOONER.format("2.0"), NO_LONGER]


def test_one_that_old_enough_predictions_won_stays_when_all_are_bet_on_again(engine: Engine) -> None:
    world = LateWorld(
        engine,
        [
            *tickets(0, 240, 1, HEALTHY, 48, 1),
            *tickets(240, 330, 1, FALLEN, 48, 1),
            *tickets(330, 640, 4, FALLEN, 48, 48),
        ],
    )
    won = world.look(230, *range(250, 400, 12))
    assert won.bet.broken
    assert won.labels.maturity_s == pytest.approx(48 * 3600)
    assert won.bet.kept_pages is None
    state = world.look(*range(400, 640, 12))
    assert state.labels.maturity_s is None
    assert [kept.age_s for kept in state.bet.kept_pages or ()] == [won.labels.maturity_s]
    assert told(world) == ["opened"]
    replayed(world, 628)


@pytest.mark.parametrize("upto", [322, 470, 599])
def test_a_bet_made_anew_is_the_bet_as_it_was_to_the_last_bit(engine: Engine, upto: int) -> None:
    world = LateWorld(engine, FALL_AND_FIX)
    world.look(239, *range(250, upto, 12), upto)
    replayed(world, upto)


def replayed(world: LateWorld, hour: float) -> None:
    """Make every bet anew; it must be the same."""
    known = world.world.everything()
    with world.world.engine.begin() as connection:
        connection.execute(text("UPDATE cell SET replay = true"))
        count_up(Dialect(connection), CELLS_CHANGED, 1)  # as an erasure does
    world.look(hour)
    assert world.world.everything() == known


@pytest.mark.parametrize("corrected_at", [310, 322, 500])
def test_a_corrected_history_is_the_same_as_one_that_was_right_from_the_start(
    new_world: NewWorld, corrected_at: int
) -> None:
    """Before the page, behind it, and not old enough yet."""
    wrong = [n for n, ticket in enumerate(FALL) if n % 16 in (4, 7) and ticket.labelled <= 309]
    truth = [*FALL_AND_FIX, Ticket(0, 1, hit=False, labelled_as="other")]
    as_labelled = [
        ticket._replace(labelled_as="other") if number in wrong else ticket
        for number, ticket in enumerate(truth)
    ]
    corrected, right = LateWorld(new_world().engine, as_labelled), LateWorld(new_world().engine, truth)
    for world in (corrected, right):
        world.look(239, *range(250, corrected_at, 12))
    for number in wrong:
        corrected.correct(number, FALL[number], "erasure")
    for world in (corrected, right):
        world.look(*range(corrected_at, 600, 24))
    same(corrected.world, right.world)


def test_one_that_rested_on_labels_that_were_corrected_is_withdrawn(engine: Engine) -> None:
    world = LateWorld(engine, FALL)
    assert world.look(239, *range(250, 317, 6)).bet.kept_pages
    for number, ticket in enumerate(FALL):
        if not ticket.hit and ticket.made >= 240 and ticket.labelled <= 316:
            world.correct(number, ticket, "other")
    state = world.look(317)
    assert (state.bet.broken, state.bet.kept_pages) == (False, None)
    assert told(world) == ["opened", "retracted"]


def test_one_that_a_person_ended_does_not_come_back(sqlite_engine: Engine) -> None:
    world = LateWorld(sqlite_engine, FALL_AND_FIX)
    world.look(239, *range(250, 323, 6))
    at = NOON + 322 * HOUR
    resolve(EvaluationStore(sqlite_engine), world.world.settings, 1, "ana", "known", at)
    assert not world.look(323).bet.broken
    replayed(world, 323)
    assert told(world) == ["opened", "resolved"]
