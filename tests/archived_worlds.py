"""A world of good days, bad days and good days again, judged once and archived whole; and its commands."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from monitor.app.archiving import archive_due
from monitor.app.wiring import App
from monitor.cli.main import cli
from monitor.domain.events.types import Design
from tests.stored import NOON
from tests.worlds import World

DAY = timedelta(days=1)
HISTORY = ["h" * 8 + "m"] * 6 + ["hmmhm"] * 8 + ["h" * 12] * 6
UNIFORM = {"design": Design.UNIFORM, "probability": 0.1}


def archived_world(engine: Engine, folder: Path, before: datetime = NOON + 400 * DAY) -> World:
    """Predictions of twenty days from 2026-11-19 on, of which those made `before` then are archived."""
    made = World(engine, database={"url": str(engine.url)}, retention={"archive": f"file:{folder}"})
    made.anchor(erasure=(0.88, 38), export=(0.9, 50))
    for day, predicted in enumerate(HISTORY):
        names = made.outcomes("erasure", predicted, hours=24 * (day - 1), at=24 * (day - 1), **UNIFORM)
        made.outcomes("export", "hhm", hours=24 * (day - 1), design=Design.BY_PREDICTION, probability=0.5)
        if day == 3:
            made.correct(names[:1], "export", hours=24 * day, **UNIFORM)
    made.evaluate(NOON + len(HISTORY) * DAY)
    app = App(made.settings, engine)
    archive_due(app, before)
    app.close()
    return made


def configuration(world: World, path: Path) -> Path:
    """The configuration of its commands, written there."""
    known = {
        "database": {"url": str(world.engine.url)},
        "anchor": {"treat_as": "promise"},
        "judge": {"groups_share": 0},
        "retention": {"archive": str(world.settings.retention.archive)},
        "sinks": [],
    }
    path.write_text(json.dumps(known))
    return path


def typed(configured: Path, *words: str) -> Result:
    """What a command says."""
    return CliRunner().invoke(cli, [*words, "--config", str(configured)])
