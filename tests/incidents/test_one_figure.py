"""The recall since the onset is the same on the page, in the analysis, and in what a person's end says of it."""

from sqlalchemy import Engine

from connectors.sql.review.incidents import IncidentRecords
from monitor.app.analyses import Analyses
from monitor.app.wiring import App
from monitor.domain.incidents.history import EndedByPerson, UnconfirmedRecall
from monitor.domain.recall.estimate import Method
from monitor.domain.telling.members import MemberFacts
from tests.incidents.falls import HOUR, resolve
from tests.stored import NOON
from tests.worlds import World


def fallen(engine: Engine) -> tuple[World, MemberFacts]:
    """A ticket an hour, mostly found until the fall, and the member of the incident that it opened."""
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    for hour, letter in enumerate("hhhmhhhhhh" + "mhhhh" + "mhmmhmmhmmhmmmhmmm"):
        world.outcomes("erasure", letter, at=hour, hours=hour + 1)
    world.evaluate(NOON + 48 * HOUR)
    (incident,) = IncidentRecords(engine).all()
    (member,) = incident.members
    assert member.recent_method is Method.CHOSEN_BY_ALARM
    assert member.recent != member.live
    return world, member


def test_the_analysis_has_the_recall_and_the_interval_of_the_page(engine: Engine) -> None:
    world, member = fallen(engine)
    app = App(world.settings, engine)
    try:
        (analysis,) = Analyses(app, lambda: NOON + 48 * HOUR).explain_new()
    finally:
        app.close()
    (analyzed,) = analysis.members
    assert (analyzed.labelled, analyzed.recent_method) == (member.recent_support, member.recent_method)
    assert analyzed.recent == member.recent


def test_a_persons_end_says_the_recall_and_the_interval_of_the_page(engine: Engine) -> None:
    world, member = fallen(engine)
    resolve(world, 1, "ana", "rolled back", NOON + 49 * HOUR)
    (incident,) = IncidentRecords(engine).all()
    why = incident.history[-1].why
    assert isinstance(why, EndedByPerson)
    assert why.recalls == (UnconfirmedRecall(member.cell, member.recent, member.recent_support),)
