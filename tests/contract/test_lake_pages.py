"""The pages that an engine's history brings are those of the database it was archived from; each cell's own, too."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.lake.bits import BitColumns, WantedCell, cell_bits
from connectors.lake.outcomes import Lake
from connectors.lake.rules import JoinRules
from connectors.sql.review.status import StatusStore
from monitor.app.backtesting import replaying
from monitor.app.wiring import App
from monitor.domain.backtest.pages import Backtest
from monitor.domain.detection.detector import SignalKind
from monitor.domain.events.types import Design
from monitor.review.backtest import backtest
from monitor.review.past_cells import can_be_replayed, cells_backtest, past_bet
from tests.raw_events import Opened, rows_of_database, written
from tests.stored import ACCEPT, NOON
from tests.worlds import World

DAY = timedelta(days=1)
HISTORY = ["h" * 8 + "m"] * 6 + ["hmmhm"] * 8 + ["h" * 12] * 10
CHANNELS = [{"name": "channel", "values": ["email", "chat"]}]
GROUP = [{"name": "rare", "intents": ["erasure", "export"]}]


@pytest.fixture
def world(sqlite_engine: Engine) -> World:
    """Six good days, eight bad days, ten good days; some labels are corrected, some come by two designs."""
    made = World(sqlite_engine, slices=CHANNELS, judge={"groups_share": 0.25}, groups=GROUP)
    made.anchor(erasure=(0.88, 38), export=(0.9, 50), erasure__channel__email=(0.88, 30))
    for day, predicted in enumerate(HISTORY):
        at: dict[str, Any] = {"hours": 24 * (day - 1)}
        if day % 3:
            names = made.outcomes("erasure", predicted, **at, slices={"channel": "email"})
        else:
            names = made.outcomes("erasure", predicted, **at, slices={"channel": "chat"})
        made.outcomes("export", "hhhhm", **at, design=Design.UNIFORM, probability=0.1)
        made.outcomes("export", "hhm", **at, design=Design.BY_PREDICTION, probability=0.5)
        if day in (4, 12):
            made.correct(names[:1], "export", hours=24 * day)
            made.retract(names[1:2])
    made.evaluate(NOON + len(HISTORY) * DAY)
    return made


@pytest.fixture
def lake(world: World, opened: Opened, tmp_path: Path) -> Iterator[Lake]:
    files = written(tmp_path / "archive", *rows_of_database(world.engine))
    with opened(files) as engine:
        yield Lake(engine, JoinRules.of(ACCEPT, frozenset()), kept=True)


def tried(app: App, lake: Lake | None) -> Backtest:
    with replaying(app, app.settings, None, lake) as (history, judge):
        return backtest(history, judge, onset=None, settings=app.settings, compare=True, streams=5, seed=1)


def test_a_backtest_on_an_archive_says_what_one_on_the_database_says(world: World, lake: Lake) -> None:
    app = App(world.settings, world.engine)
    done = tried(app, lake)
    assert done == tried(app, None)
    app.close()
    assert done.pages
    assert done.outcomes > 400


def test_each_cell_s_bet_on_its_bits_is_the_bet_that_the_evaluation_made(world: World, lake: Lake) -> None:
    states = {
        each.state.cell: each.state
        for each in StatusStore(world.engine).cells()
        if can_be_replayed(each.state)
    }
    wanted = [
        WantedCell(cell, state.held.members.intents if state.held.members else (cell.intent,))
        for cell, state in states.items()
    ]
    columns = BitColumns(chosen=True, customers=True, agreed=True)
    pasts = dict(cell_bits(lake, wanted, columns))
    found = {cell: past_bet(states[cell], past, together=False) for cell, past in pasts.items()}
    assert found.keys() == states.keys()
    paged = 0
    for cell, bet in found.items():
        live = states[cell].bet.detector
        assert live is not None
        assert bet.detector.outcomes == live.outcomes
        assert bet.detector.evidence == live.evidence, cell
        assert bet.detector.since_release == live.since_release, cell
        paged += len(bet.signals)
    assert paged >= 2
    pages = cells_backtest(states, pasts.items(), lambda _: False).pages
    standing = {cell for cell, state in states.items() if state.bet.broken}
    assert {page.cell for page in pages if page.over_at is None} == standing
    assert len(pages) == sum(
        signal.kind is SignalKind.PAGED for bet in found.values() for signal in bet.signals
    )
    assert any(cell.slice for cell in found)
    assert any(cell.group for cell in found)
