"""A notice of a blind intent names its broken slices, whether or not they were judged at the moment."""

from collections.abc import Set
from datetime import timedelta

import msgspec
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.reasons import TooFewLabels
from monitor.domain.judging.state import CellState, HeldTo, ModelState, Notified
from monitor.domain.judging.watching import Listed
from monitor.domain.slices.cells import Cell
from monitor.domain.telling.about import CellConcern, SliceBeside
from monitor.domain.telling.notices import Notice
from monitor.incidents.concerns import Concerns
from monitor.settings.judging import SliceSettings
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS, prediction, rows, store, take

DAY = timedelta(days=1)
ERASURE = Cell(TICKETS, "erasure")
BLIND = Judgement(Verdict.OK, (TooFewLabels(0.1, 0.5, 90.0, 2.0, 14.0),), Coverage.BLIND)


def slice_of(intent: str, value: str, verdict: Verdict) -> CellState:
    return CellState(Cell(TICKETS, intent, f"channel={value}"), judgement=Judgement(verdict))


def test_all_slices_of_the_intents_that_are_told_of_are_asked_for_and_the_broken_are_named(
    sqlite_engine: Engine,
) -> None:
    take(store(sqlite_engine), prediction("p1"))
    everything = [
        slice_of("erasure", "email", Verdict.SUSPECT),
        slice_of("erasure", "phone", Verdict.OK),
        slice_of("refund", "email", Verdict.DEGRADED),
    ]
    asked: list[Set[Cell]] = []

    def slices_of(intents: Set[Cell]) -> list[CellState]:
        asked.append(intents)
        return [state for state in everything if state.cell.whole in intents]

    settings = Settings(slices=(SliceSettings(name="channel"),))
    blind = CellState(ERASURE, held=HeldTo(Listed()), judgement=BLIND, notified=Notified(NOON - 2 * DAY))
    with EvaluationStore(sqlite_engine).evaluation() as transaction:
        concerns = Concerns(transaction, settings, NOON, NOON, lambda _: None, slices_of)
        told, notified = concerns.tell({ERASURE: blind}, {TICKETS: ModelState(3, NOON - 30 * DAY)})

    assert told == 1
    assert notified[ERASURE].told is not None
    assert asked == [{ERASURE}]
    ((sent,),) = rows(sqlite_engine, "SELECT notice FROM notification")
    about = msgspec.json.decode(sent, type=Notice).about
    assert isinstance(about, CellConcern)
    assert about.broken == [SliceBeside(everything[0].cell, degraded=False)]
