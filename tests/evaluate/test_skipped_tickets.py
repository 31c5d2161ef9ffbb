"""Whether drawn tickets are skipped is found out day by day, and told; their recall is unknown as long as it stands."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.labels.draws import DrawStore
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.review.status import StatusStore
from monitor.app.drawn_tickets import drawn_tickets
from monitor.app.draws import Draws
from monitor.app.findings import CheckStatus
from monitor.app.stores import Stores
from monitor.domain.events.types import Design
from monitor.domain.judging.judge import Coverage
from monitor.domain.judging.reasons import VerificationBias
from monitor.domain.labelling.unidentified import SkippedTickets
from monitor.domain.sampling.response import Skew
from monitor.labels.ports.draws import Drawing, DrawnTicket
from monitor.review.status import overview
from reports.tables.status import status_view
from tests.fakes.clock import FakeClock
from tests.stored import NOON, TICKETS, label, prediction, rows, take, take_in
from tests.worlds import World

DAY = 24


def draw(world: World, day: int, skips: str, size: int = 40) -> None:
    """A day's tickets, all drawn, of three classes; who `skips` labels none of "low" scores, or of a class."""
    ids = [f"d{day}-{n}" for n in range(size)]
    intents = ["erasure", "cancel", "refund"]
    made = [
        prediction(ticket, intents[n % 3], hours=day * DAY, score=n / size) for n, ticket in enumerate(ids)
    ]
    take(world.store, *made)
    at = NOON + timedelta(days=day, hours=1)
    with DrawStore(world.engine).drawing() as transaction:
        drawing = Drawing(day + 1, at, at, "seed", 40.0, 40.0, size)
        tickets = [
            DrawnTicket(ticket, Design.BY_PREDICTION, 0.5, n * 37 % 101, {TICKETS})
            for n, ticket in enumerate(ids)
        ]
        transaction.keep(drawing, tickets)
    left_out = {
        ticket
        for n, ticket in enumerate(ids)
        if (skips == "low" and n < size / 2) or (n % 3 == 1 and skips == "cancel")
    }
    labels = [label(each.prediction_id, each.intent, hours=day * DAY) for each in made]
    take(world.store, *(each for each in labels if each.prediction_id not in left_out))


def after_days(engine: Engine, skips: str, days: int = 8) -> World:
    """A world on either database, judged four days after the last of so many draws."""
    world = World(engine)
    world.anchor(erasure=(0.8, 500), cancel=(0.8, 500), refund=(0.8, 500))
    for day in range(days):
        draw(world, day, skips)
    world.evaluate(NOON + timedelta(days=days + 3))
    return world


def notes(world: World) -> str:
    view = status_view(
        overview(StatusStore(world.engine), IncidentRecords(world.engine), world.settings, "here.db")
    )
    return "\n".join(line for block in view.blocks for line in block.notes)


def test_who_skips_low_scores_leaves_nothing_that_recall_could_be_known_from(engine: Engine) -> None:
    world = after_days(engine, "low")
    (seen,) = StatusStore(engine).skipped().values()
    assert (seen.tickets.drawn, seen.tickets.labelled, seen.upto) == (320, 160, 8)
    state = world.cell("erasure")
    assert (state.judgement.coverage, state.labels.identified) == (Coverage.BLIND, False)
    assert (
        "tickets v7 (prod): drawn tickets are skipped, not by chance: the labelled ones differ in how sure the model"
        " was and how sure the model was of tickets of one class (160 of 320 labelled); recall cannot be known"
        " from them" in notes(world)
    )
    (check,) = drawn_tickets(StatusStore(engine).skipped())
    assert check.health is CheckStatus.BAD


def test_who_skips_a_class_leaves_none_either_and_the_next_draw_keeps_the_chances_it_drew_with(
    engine: Engine,
) -> None:
    world = after_days(engine, "cancel")
    (seen,) = StatusStore(engine).skipped().values()
    assert seen.found == {Skew.CLASS}
    state = world.cell("erasure")
    assert (state.judgement.coverage, state.labels.identified) == (Coverage.BLIND, False)
    (bias,) = [why for why in state.judgement.reasons if isinstance(why, VerificationBias)]
    assert SkippedTickets((Skew.CLASS,)) in bias.gaps
    assert "of those predicted as cancel 0 of 104); recall cannot be known from them" in notes(world)
    (check,) = drawn_tickets(StatusStore(engine).skipped())
    assert check.health is CheckStatus.BAD

    arrived = NOON + timedelta(days=9)
    with world.store.transaction(arrived) as transaction:
        later = [prediction(f"e{n}", ["erasure", "cancel"][n % 2], hours=9 * DAY) for n in range(20)]
        take_in(transaction, *later)
    Draws(Stores(world.settings, engine), FakeClock(arrived + timedelta(hours=1))).draw(1_000)
    kept = dict(
        rows(engine, "SELECT predicted, min(probability) FROM draw WHERE number = 9 GROUP BY predicted")
    )
    assert kept == pytest.approx({"erasure": 1.0, "cancel": 1.0})


def test_who_labels_all_is_not_spoken_of(engine: Engine) -> None:
    world = after_days(engine, "nothing")
    assert StatusStore(engine).skipped() == {}
    assert "skipped" not in notes(world)
    assert drawn_tickets(StatusStore(engine).skipped()) == []


def test_tickets_that_are_too_young_or_were_labelled_before_are_not_compared(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.8, 500))
    for day in range(4):
        draw(world, day, "low")
    early = rows(engine, "SELECT prediction_id FROM draw WHERE number = 1 AND score >= 0.5 LIMIT 5")
    take(
        world.store, *(label(ticket, "erasure", label_id=f"early-{ticket}", hours=-48) for (ticket,) in early)
    )
    world.evaluate(NOON + timedelta(days=3, hours=2))
    (stored,) = rows(engine, "SELECT labelling FROM model WHERE version = '7'")
    assert '"upto":2' in stored[0]
    assert '"tickets":{"drawn":75,"labelled":35}' in stored[0]
