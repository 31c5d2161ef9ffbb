"""Cells that cannot be watched: people are told once, and not too soon."""

from datetime import timedelta
from typing import Any

from monitor.domain.events.types import Design
from monitor.domain.judging.judge import Coverage
from tests.evaluate.labelled import LabelledWorld
from tests.stored import rows


def kinds(labelled: LabelledWorld) -> list[str]:
    return [kind for (kind,) in rows(labelled.engine, "SELECT kind FROM notification ORDER BY number")]


def test_too_few_labels_are_reported_once_and_not_before_the_release_is_14_days_old(
    labelled: LabelledWorld,
) -> None:
    for day in range(4):
        labelled.outcome("erasure", hours=24 * 4 * day)
    for soon in (timedelta(days=12), timedelta(days=13, hours=23)):
        assert labelled.evaluate(soon).judgement.coverage is Coverage.BLIND
        assert kinds(labelled) == []
    state = labelled.evaluate(timedelta(days=14))
    assert (kinds(labelled), state.notified.told) == (["cells.blind"], "verification bias")
    labelled.evaluate(timedelta(days=15))
    assert kinds(labelled) == ["cells.blind"]


def test_an_agent_that_reads_a_backlog_does_not_call_it_blindness(labelled: LabelledWorld) -> None:
    for day in range(4):
        labelled.outcome("erasure", hours=24 * 4 * day)
    for reading in (timedelta(days=200), timedelta(days=200, hours=23)):
        assert labelled.evaluate(reading).judgement.coverage is Coverage.BLIND
        assert "cells.blind" not in kinds(labelled)
    labelled.evaluate(timedelta(days=201))
    assert kinds(labelled) == ["labels.stale", "cells.blind"]


def test_a_cell_that_could_be_watched_again_and_went_blind_anew_is_reported_anew(
    labelled: LabelledWorld,
) -> None:
    uniform: dict[str, Any] = {"design": Design.UNIFORM, "probability": 1.0}
    for day in range(4):
        labelled.outcome("erasure", hours=24 * 4 * day, **uniform)
    labelled.outcome("cancel", "cancel", **uniform)
    labelled.evaluate(timedelta(days=13))
    assert labelled.evaluate(timedelta(days=14)).notified.told == "too few labels"
    for hour in range(300):
        labelled.outcome("erasure", hours=14 * 24 + hour / 60, after=1, **uniform)
    assert labelled.evaluate(timedelta(days=15)).notified.told is None
    assert kinds(labelled) == ["cells.blind"]
    for days in (15, 16):
        labelled.evaluate(timedelta(days=days), judge={"detect_within_days": 0.5})
    assert kinds(labelled) == ["cells.blind"] * 2
