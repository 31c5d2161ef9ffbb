"""An intent that broke in e-mails only, and its analysis."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from typer.testing import CliRunner

from connectors.sql.anchors import AnchorStore
from connectors.sql.review.incidents import IncidentRecords
from monitor.anchors import anchoring
from monitor.app.analyses import Analyses
from monitor.app.stores import Stores
from monitor.cli.main import cli
from monitor.domain.analysis.analysis import Analysis, MemberAnalysis, analyze
from monitor.domain.anchors.promise import Example, Measured, Promise, Provenance, build
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS
from tests.worlds import World

EMAIL, PHONE = {"channel": "email"}, {"channel": "phone"}
POLISHED = "Dear Support Team, could you please process the erasure of my personal data? Kind regards, Ana."
TERSE = "del my acct"


def examples() -> list[Example]:
    """Fifty examples: 30 generated, all hits; 20 real, five of them missed."""
    made = [
        Example("erasure", "erasure", "synthetic", EMAIL if i % 2 else PHONE, POLISHED) for i in range(30)
    ]
    real = [
        Example("erasure", "other" if i % 4 == 0 else "erasure", "real", EMAIL if i % 2 else PHONE, TERSE)
        for i in range(20)
    ]
    return made + real


def broken(engine: Engine, *, with_examples: bool = True, slices: bool = True, texts: bool = True) -> World:
    """An intent that fell in e-mails only; offline they were as good as the rest."""
    world = World(engine)
    promises = {("erasure", ""): Promise(Measured(0.9, 50), Measured(0.75, 20), {"other": 5})}
    made = build(TICKETS, promises, Provenance("r", "f" * 64, "csv", NOON))
    store = AnchorStore(engine)
    store.add(made, anchoring.described(examples(), keep_text=False) if with_examples else [])
    store.activate(made, NOON)
    for _ in range(10):
        world.outcomes("erasure", "mmmmh", slices=EMAIL if slices else {}, text=TERSE if texts else None)
        world.outcomes("erasure", "hhhh", slices=PHONE if slices else {}, text=POLISHED if texts else None)
    world.evaluate()
    return world


def desk(world: World, folder: Path | None = None) -> Analyses:
    settings = Settings(reports={"folder": folder} if folder else {})
    return Analyses(Stores(settings, world.engine), lambda: NOON + timedelta(days=3))


def analysed(world: World) -> Analysis:
    (incident,) = IncidentRecords(world.engine).all()
    return analyze(desk(world).case(incident))


def member(world: World) -> MemberAnalysis:
    (member,) = analysed(world).members
    return member


def run(*words: str) -> Any:  # noqa: ANN401
    return CliRunner().invoke(cli, ["incident", *words])
