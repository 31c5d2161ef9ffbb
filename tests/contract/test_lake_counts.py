"""What an engine counts in an archive is what the database counted, row by row: histories of corrections and draws."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.lake import tallies
from connectors.lake.outcomes import Lake, model_of
from connectors.lake.rules import JoinRules
from connectors.lake.week_store import LakeWeekStore
from connectors.sql.labels.draws import DrawStore
from connectors.sql.review.status import StatusStore
from connectors.sql.review.weeks import WeekStore
from monitor.domain.events.names import NO_INTENT
from monitor.domain.events.types import Design, Label, Model, Prediction
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.domain.weekly.calendar import Week
from monitor.domain.weekly.counts import WeekCount
from tests.contract.histories import LEAST, History
from tests.contract.labels.draws import keep
from tests.raw_events import Opened, Rows, label_row, prediction_row, written
from tests.stored import ACCEPT, NOON, SHADOW, TICKETS, rows, take
from tests.worlds import World

RULES = JoinRules.of(ACCEPT, frozenset({"spam"}))
FIRST, LAST = Week.of(NOON).before(8), Week.of(NOON + timedelta(weeks=8))


class Recorded(History):
    """A history whose events are kept as they arrived, and in which nobody is erased."""

    def __init__(self, engine: Engine, seed: int) -> None:
        super().__init__(engine, seed)
        self.arrived: list[Prediction | Label] = []

    def events(self) -> None:
        made = [self.any.choice((self.prediction, self.label))() for _ in range(self.any.randint(1, 12))]
        self.arrived += made
        take(self.writer, *made, out_of_scope={"spam"})

    def prediction(self) -> Prediction:
        made = super().prediction()
        channel = {"channel": "email" if made.prediction_id < "p15" else "chat"}
        return Prediction(
            made.prediction_id,
            made.ts,
            made.model,
            made.intent,
            made.digest,
            slices=channel,
            customer=int(made.prediction_id[1:]) % 5,
            answers=made.answers,
        )

    def draw(self) -> None:
        known = rows(self.engine, "SELECT DISTINCT prediction_id FROM prediction WHERE model_id IS NOT NULL")
        drawn = {name for (name,) in rows(self.engine, "SELECT prediction_id FROM draw")}
        if names := sorted({name for (name,) in known} - drawn):
            self.drawn += 1
            with DrawStore(self.engine, {"spam"}).drawing() as transaction:
                keep(transaction, self.drawn, {self.any.choice(names): 0.5})

    def erase(self) -> None:
        """Nobody: whoever is erased is not in an archive either."""

    def raw(self) -> tuple[Rows, Rows]:
        """The rows of its archive: draws stand beside the predictions that were drawn."""
        drawn = {
            (prediction_id, model_id): {"draw_design": design, "draw_probability": probability}
            for prediction_id, model_id, design, probability in rows(
                self.engine, "SELECT prediction_id, model_id, design, probability FROM draw"
            )
        }
        ids = {
            Model(*names): model_id
            for *names, model_id in rows(self.engine, "SELECT name, version, environment, id FROM model")
        }
        predictions, labels = [], []
        for arrival, event in enumerate(self.arrived):
            if isinstance(event, Label):
                labels.append(label_row(event, arrival))
                continue
            row = prediction_row(event, arrival)
            predictions.append(row | drawn.get((event.prediction_id, ids[event.model]), {}))
        return predictions, labels


@pytest.fixture
def history(sqlite_engine: Engine) -> Recorded:
    """Four hundred events, corrections and draws among them."""
    history = Recorded(sqlite_engine, 11)
    history.live(80)
    assert history.drawn > 3
    return history


@pytest.fixture
def lake(history: Recorded, opened: Opened, tmp_path: Path) -> Iterator[Lake]:
    with opened(written(tmp_path / "raw", *history.raw())) as engine:
        yield Lake(engine, RULES, kept=True)


def test_all_that_the_database_counted_an_engine_counts(history: Recorded, lake: Lake) -> None:
    lake.require_sure()
    the_rows_of_outcomes_are_alike(history.engine, lake)
    the_weeks_are_alike(history.engine, lake)
    the_tallies_are_alike(history.engine, lake)


def the_rows_of_outcomes_are_alike(engine: Engine, lake: Lake) -> None:
    found = {
        (row["prediction_id"], model_of(row)): (
            row["ts_us"],
            row["predicted"],
            row["intent"],
            *((row["label_id"], row["labeled_at_us"], row["kind"]) if row["intent"] is not None else ()),
            *((row["design"], row["probability"]) if row["intent"] is not None else ()),
            dict(row["slices"] or ()),
            row["customer"],
            tuple(row["answers"] or ()),
        )
        for row in lake.rows(lake.outcomes)
    }
    stored = {}
    for row in rows(
        engine,
        "SELECT o.prediction_id, m.name, m.version, m.environment, o.ts_us, o.predicted, o.intent, o.label_id,"
        " o.labeled_at_us, o.kind, o.design, o.probability, o.slices, o.customer, o.answers FROM outcome o"
        " JOIN model m ON m.id = o.model_id",
    ):
        (
            prediction_id,
            name,
            version,
            environment,
            ts,
            predicted,
            intent,
            *of_label,
            slices,
            customer,
            answers,
        ) = row
        stored[prediction_id, Model(name, version, environment)] = (
            ts,
            predicted,
            intent,
            *(of_label if intent is not None else ()),
            json.loads(slices or "{}"),
            customer,
            tuple(json.loads(answers or "[]")),
        )
    assert found == stored
    assert len(stored) > 20


def the_weeks_are_alike(engine: Engine, lake: Lake) -> None:
    theirs, ours = WeekStore(engine), LakeWeekStore(lake, WeekStore(engine))
    assert rounded(ours.counts(FIRST, LAST, LEAST)) == rounded(theirs.counts(FIRST, LAST, LEAST))
    cells = [Cell(model, "refund", f"channel={c}") for model in (TICKETS, SHADOW) for c in ("email", "chat")]
    seen = 0
    for week in map(LAST.before, (5, 8, 11)):
        assert ours.slice_counts(week, cells, LEAST) == theirs.slice_counts(week, cells, LEAST)
        assert ours.traffic(week) == theirs.traffic(week)
        assert ours.labelled_by(week, NOON + timedelta(hours=25)) == theirs.labelled_by(
            week, NOON + timedelta(hours=25)
        )
        seen += len(theirs.slice_counts(week, cells, LEAST))
    assert seen > 3


def rounded(counts: Mapping[Cell, Mapping[Week, WeekCount]]) -> object:
    """By cell and week: a database adds floats up in any order."""
    return {
        (cell, week): (
            count.hits,
            count.misses,
            round(count.weighed_hits, 9),
            round(count.weighed, 9),
            count.unanswered,
        )
        for cell, weeks in counts.items()
        for week, count in weeks.items()
    }


def sums(value: object) -> object:
    """What is weighed, to the ninth digit, without what is nothing."""
    plain = msgspec.to_builtins(value)
    if isinstance(plain, dict):
        return {key: kept for key, each in plain.items() if (kept := sums(each))}
    return round(plain, 9) if isinstance(plain, float) else plain


def the_tallies_are_alike(engine: Engine, lake: Lake) -> None:
    """By cell, as an evaluation has counted them; and the days add up to it."""
    slices = [{"name": "channel", "values": ["email", "chat"]}]
    world = World(
        engine, slices=slices, labels={"out_of_scope": ["spam"]}, sampling={"min_probability": LEAST}
    )
    world.evaluate(NOON + timedelta(days=60))
    stored = {each.state.cell: each.state.labels.tally for each in StatusStore(engine).cells()}
    counted: dict[Cell, Tally] = {}
    for row in lake.rows(tallies.confusions(lake.outcomes, ["channel"])):
        if row["intent"] == NO_INTENT:
            continue
        tally = counted.setdefault(Cell(model_of(row), row["intent"], row["slice"]), Tally())
        design, chance = Design(row["design"]), row["probability"]
        tally.count(row["predicted"], row["intent"], row["outcomes"], design, chance, LEAST)
    assert counted.keys() == stored.keys()
    for cell, tally in counted.items():
        assert (tally.hits, tally.misses_to) == (stored[cell].hits, stored[cell].misses_to), cell
        assert sums(tally) == sums(stored[cell]), cell
    by_day: Counter[Cell] = Counter()
    for row in lake.rows(tallies.tallies(lake.outcomes, ["channel"])):
        by_day[Cell(model_of(row), row["intent"], row["slice"])] += row["support"]
    assert {cell: by_day[cell] for cell in stored} == {cell: tally.support for cell, tally in stored.items()}
    assert len(stored) > 10
