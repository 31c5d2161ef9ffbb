"""Predictions wait for a draw where the configuration has one, with the scores that it goes by and no other."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.app.agent import drain
from monitor.app.sources import files
from monitor.app.wiring import App
from monitor.domain.events.types import Design
from monitor.settings.drawing import DrawSettings
from monitor.settings.judging import Labels
from monitor.settings.settings import Settings
from tests.stored import rows
from tests.worlds import World


def taken_in(engine: Engine, folder: Path, design: Design | None) -> list[tuple[object, ...]]:
    """What waits after two predictions came in; `erasure` is watched."""
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "h")
    world.evaluate()
    labels = Labels(draw=DrawSettings(per_day=1, folder=folder, design=design)) if design else Labels()
    app = App(Settings(labels=labels), engine)
    events = folder / "events.jsonl"
    predicted = {"intent": "refund", "scores": {"erasure ": 0.25, "refund": 0.5}}
    events.write_text(
        "".join(
            json.dumps(
                {
                    "prediction_id": ticket,
                    "ts": "2026-11-20T12:00:00Z",
                    "model": {"name": "tickets", "version": "7"},
                    "predicted": predicted,
                }
            )
            + "\n"
            for ticket in ("e1", "e2", "e1")
        )
    )
    drain(app, *files([str(events)], None))
    return list(rows(engine, "SELECT prediction_id, scores FROM draw_candidate ORDER BY 1"))


@pytest.mark.parametrize(
    ("design", "scores"),
    [(Design.BY_SCORE, '{"erasure":0.25}'), (Design.BY_PREDICTION, None), (Design.UNIFORM, None)],
)
def test_predictions_wait_once_with_the_scores_that_the_draw_goes_by(
    engine: Engine, tmp_path: Path, design: Design, scores: str | None
) -> None:
    assert taken_in(engine, tmp_path, design) == [("e1", scores), ("e2", scores)]


def test_without_draws_nothing_waits(engine: Engine, tmp_path: Path) -> None:
    assert taken_in(engine, tmp_path, None) == []
