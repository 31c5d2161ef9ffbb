"""What went live soon before a fall stands on its page and in its analysis."""

import re
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.deploys import DeployStore
from connectors.sql.review.incidents import IncidentRecords
from monitor.app.analyses import Analyses
from monitor.app.stores import Stores
from monitor.domain.analysis.analysis import Analysis, analyze
from monitor.domain.telling.notices import Notice
from reports.documents.analysis import content, html, markdown
from reports.pages.page import page_of
from tests.stored import NOON, rows
from tests.worlds import World

HOUR = timedelta(hours=1)


@pytest.fixture
def world(engine: Engine) -> World:
    """A model that is about to fall; its misses are predicted at noon."""
    made = World(engine)
    made.anchor(erasure=(0.9, 50))
    made.outcomes("erasure", "h" * 30, at=-200)
    made.outcomes("erasure", "m" * 20)
    return made


def deployed(world: World) -> None:
    store = DeployStore(world.engine)
    store.add("new <tokenizer>", "ana", NOON - HOUR, "tickets", "7")
    store.add("another model's", "bo", NOON - HOUR, "shop", "")


def analysis_of(world: World) -> Analysis:
    (incident,) = IncidentRecords(world.engine).all()
    stores = Stores(world.settings, world.engine)
    return analyze(Analyses(stores, lambda: NOON + 50 * HOUR).case(incident))


def page_words(world: World) -> str:
    ((stored,),) = rows(world.engine, "SELECT notice FROM notification")
    sections = page_of(msgspec.json.decode(stored, type=Notice)).sections
    return "\n".join(f"{label}: {words}" for _, lines in sections for label, words in lines)


def test_a_page_names_the_deploys_within_a_day_before_the_onset(world: World) -> None:
    deployed(world)
    world.evaluate()
    assert (
        f"deploys: deploy of tickets v7 at {NOON - HOUR:%Y-%m-%d %H:%M} UTC: new <tokenizer> (ana)"
        in page_words(world)
    )
    assert "another model's" not in page_words(world)


def test_a_page_without_a_deploy_before_it_says_nothing_of_deploys(world: World) -> None:
    world.evaluate()
    assert "deploy" not in page_words(world)


def test_an_analysis_draws_the_deploy_and_has_it_among_what_happened(world: World) -> None:
    deployed(world)
    world.evaluate()
    analysis = analysis_of(world)
    page = html(analysis)
    drawn = re.findall(r"<g><title>(.*?)</title>", page)
    assert set(drawn) == {
        f"deploy of tickets v7 at {NOON - HOUR:%Y-%m-%d %H:%M} UTC: new &lt;tokenizer&gt; (ana)"
    }
    row = f"{NOON - HOUR:%Y-%m-%d %H:%M} UTC | ana | deploy | tickets v7: new"
    assert row in markdown(analysis)
    assert markdown(analysis).index(row) < markdown(analysis).index("| opened |")
    assert [deploy["text"] for deploy in content(analysis)["deploys"]] == ["new <tokenizer>"]


def test_an_analysis_without_a_deploy_draws_none(world: World) -> None:
    world.evaluate()
    assert "deploy" not in html(analysis_of(world))
