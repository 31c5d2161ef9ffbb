"""An incident's analysis names what stands beside a broken cell: its slices that broke, and the other values."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.review.analyses import AnalysisStore
from monitor.app import bundles
from monitor.app.analyses import Analyses
from monitor.app.stores import Stores
from monitor.domain.analysis import beside as besides
from monitor.domain.analysis.analysis import Analysis, analyze
from monitor.domain.analysis.beside import Beside
from monitor.domain.analysis.casefile import CaseFile
from monitor.domain.judging.judge import Verdict
from monitor.settings.settings import Settings
from reports.documents import analysis as document
from tests.review.broken_slices import APP, CHANNELS, CHAT, EMAIL, broken_by_email
from tests.stored import NOON
from tests.worlds import World


def desk(world: World, settings: Settings | None = None) -> Analyses:
    return Analyses(Stores(settings or world.settings, world.engine), lambda: NOON + timedelta(days=3))


def case_of(world: World, settings: Settings | None = None) -> CaseFile:
    stores = Stores(settings or world.settings, world.engine)
    (incident,) = stores.incidents.all()
    return desk(world, settings).case(incident)


def broken_everywhere(engine: Engine) -> World:
    """An intent that fell as a whole, most of all by e-mail, which was promised more."""
    world = World(engine, slices=CHANNELS, watch={"intents": ["erasure"]})
    world.anchor(erasure=(0.9, 400), erasure__channel__email=(0.95, 100))
    for _ in range(30):
        world.outcomes("erasure", "m", slices=EMAIL)
        world.outcomes("erasure", "hm", slices=APP)
        world.outcomes("erasure", "h", slices=CHAT)
    world.evaluate(NOON + timedelta(days=2))
    return world


def test_a_broken_slice_is_explained_beside_its_intent_and_the_other_values(engine: Engine) -> None:
    made = analyze(case_of(broken_by_email(engine)))
    (email,) = made.members
    assert email.beside.whole is not None
    assert (email.beside.whole.cell.slice_text, email.beside.whole.support) == ("", 286)
    siblings = [(each.cell.slice_text, each.live.value, each.support) for each in email.beside.siblings]
    assert siblings == [("channel=app", 1.0, 200), ("channel=chat", pytest.approx(1 / 3), 6)]
    assert not email.beside.slices
    text = document.markdown(made)
    assert "| the intent as a whole | 0.83 (0.74 to 0.90, 286 labelled), since release |" in text
    assert "| other values | app 1.00 of 200, chat 0.33 of 6, since release |" in text
    assert "other values" in document.html(made)
    assert '"slice":"channel=app"' in document.json(made).replace(" ", "").replace("\n", "")


def test_an_intent_that_broke_is_explained_by_its_slices_that_broke_and_their_siblings(
    engine: Engine,
) -> None:
    made = analyze(case_of(broken_everywhere(engine)))
    (erasure,) = (each for each in made.members if not each.cell.slice_text)
    (email,) = erasure.beside.slices
    assert (email.cell.slice_text, email.verdict, email.live.value) == (
        "channel=email",
        Verdict.DEGRADED,
        0.0,
    )
    assert [each.cell.slice_text for each in email.siblings] == ["channel=app", "channel=chat"]
    assert (
        "| slices of it | channel=email degraded: 0.00 of 30, floor 0.85; other values: app 0.50 of 60,"
        " chat 1.00 of 30 |"
    ) in document.markdown(made)


def test_slices_beyond_the_limit_are_counted_and_those_configured_no_more_are_left_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = broken_everywhere(engine)
    gone = analyze(case_of(world, Settings(watch={"intents": ["erasure"]})))
    assert [each.beside.slices for each in gone.members if not each.cell.slice_text] == [[]]
    monkeypatch.setattr(besides, "LISTED", 0)
    (erasure,) = (each for each in analyze(case_of(world)).members if not each.cell.slice_text)
    assert (erasure.beside.slices, erasure.beside.more) == ([], 1)


def test_a_bundle_of_it_gives_the_same_and_the_kept_one_is_read_again(engine: Engine, tmp_path: Path) -> None:
    world = broken_everywhere(engine)
    case = case_of(world)
    bundles.write(tmp_path, case, analyze(case))
    replayed, same = bundles.replay(tmp_path)
    assert same
    assert [len(each.beside.slices) for each in replayed.members if not each.cell.slice_text] == [1]
    (made,) = desk(world).explain_new()
    kept = AnalysisStore(engine).kept(1)
    assert kept is not None
    assert document.json(kept) == document.json(made)


def test_an_analysis_that_an_earlier_version_kept_has_nothing_beside_it(engine: Engine) -> None:
    made = msgspec.to_builtins(analyze(case_of(broken_by_email(engine))))
    for member in made["members"]:
        del member["beside"]
    old = msgspec.convert(made, Analysis)
    assert [member.beside for member in old.members] == [Beside()]
    assert "other values" not in document.markdown(old)
