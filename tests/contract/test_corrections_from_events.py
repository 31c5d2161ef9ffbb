"""Corrections that come late, and labels of a few drawn tickets, through the database: the interval holds the truth."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from connectors.sql.database import open_engine
from connectors.sql.review.status import StatusStore
from monitor.domain.events.types import Design, Kind, Label, Prediction
from monitor.domain.recall.corrected import CorrectedRecall
from monitor.review.corrections import recall_by_corrections
from tests.stored import NOON, TICKETS, label, prediction, store, take

TICKETS_OF_A_WORLD, DAYS, DELAY = 3_000, 20, timedelta(days=1)
RECALL, LEFT = 0.5, 0.6
DRAWN: dict[str, Any] = {"design": Design.UNIFORM, "probability": 0.2}


@pytest.fixture
def worlds(_sqlite_with_tables: Path, tmp_path: Path) -> list[CorrectedRecall | None]:
    """What ten worlds come to: agents leave three of five wrong routings, and correct the rest in a day or so."""
    known = []
    for seed in range(10):
        engine = open_engine(f"sqlite:///{shutil.copy(_sqlite_with_tables, tmp_path / f'{seed}.db')}")
        take(store(engine), *events(np.random.default_rng(seed)))
        known.append(recall_by_corrections(StatusStore(engine).corrections()[TICKETS], "erasure", 0.01))
        engine.dispose()
    return known


def events(rng: np.random.Generator) -> list[Prediction | Label]:
    made: list[Prediction | Label] = []
    end = NOON + timedelta(days=DAYS)
    for number in range(TICKETS_OF_A_WORLD):
        name, at = f"p{number}", NOON + number * timedelta(days=DAYS) / TICKETS_OF_A_WORLD
        truth = "erasure" if rng.random() < 0.15 else "billing"
        found = rng.random() < (RECALL if truth == "erasure" else 0.99)
        said = truth if found else {"erasure": "billing", "billing": "erasure"}[truth]
        hours = (at - NOON) / timedelta(hours=1)
        made.append(prediction(name, said, hours=hours))
        if said != truth and rng.random() > LEFT:
            when = at + rng.exponential() * DELAY
            if when < end:
                made.append(Label(f"zd-{name}", name, truth, when, kind=Kind.CORRECTION))
        if rng.random() < 0.2:
            when = at + rng.exponential() * DELAY
            if when < end:
                made.append(label(name, truth, hours=(when - NOON) / timedelta(hours=1) - 24, **DRAWN))
    return made


def test_recall_by_corrections_is_that_of_the_world(worlds: list[CorrectedRecall | None]) -> None:
    recalls = [each.recall for each in worlds if each is not None and each.recall is not None]
    assert len(recalls) == 10
    # Each is within .16 or so of the truth, so their mean within .06.
    assert np.mean([each.value for each in recalls]) == pytest.approx(RECALL, abs=0.06)
    assert sum(each.low <= RECALL <= each.high for each in recalls) >= 8
    believed = [each.at_most for each in worlds if each is not None]
    assert np.mean(believed) == pytest.approx(RECALL / (RECALL + (1 - RECALL) * (1 - LEFT)), abs=0.04)
