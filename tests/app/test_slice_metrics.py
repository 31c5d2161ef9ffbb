"""What /metrics says of slices: series of broken ones alone, counts of the rest, and nothing of what has left."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from connectors.sql.evaluate.store import EvaluationStore
from monitor.app import slice_metrics
from monitor.app.metrics import Metrics
from monitor.app.wiring import App
from monitor.domain.events.types import Model
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.state import CellState
from monitor.domain.slices.cells import OTHER, Cell
from monitor.evaluate.versions import retire_version
from monitor.review.ports.status import CellStatus
from monitor.settings.settings import Settings
from tests.stored import NOON, TICKETS
from tests.worlds import World

CHANNELS = [{"name": "channel", "values": "*", "cap": 5, "against": "own"}]
MODEL = ("tickets", "7", "prod")
EMAIL = (*MODEL, "erasure", "channel=email")


def series(families: object, name: str) -> dict[tuple[str, ...], float]:
    """The values of a series by its labels' values, in the order in which they are given."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in families  # type: ignore[attr-defined]
        for sample in family.samples
        if sample.name == f"anchorwatch_{name}"
    }


@pytest.fixture
def world(engine: Engine) -> World:
    """Erasures keep their promise as a whole, and broke it by e-mail."""
    made = World(engine, slices=CHANNELS, watch={"intents": ["erasure"]})
    made.anchor(erasure=(0.6, 400), erasure__channel__email=(0.9, 100), erasure__channel__app=(0.6, 300))
    made.outcomes("erasure", "h" * 200, slices={"channel": "app"})
    made.outcomes("erasure", "mmmh" * 10, slices={"channel": "email"})
    made.evaluate(NOON + timedelta(days=2))
    return made


def scraped(world: World, **changes: object) -> list[object]:
    """All families, as an agent with these settings serves them."""
    app = App(Settings(**{"slices": CHANNELS, **changes}), world.engine)
    try:
        return list(Metrics(app.vitals.snapshot, app.vitals.health).collect())
    finally:
        app.close()


def test_a_broken_slice_has_series_of_its_own_and_the_rest_are_counted(world: World) -> None:
    found = scraped(world)
    assert series(found, "slice_verdict") == {(*EMAIL, "degraded"): 1}
    assert series(found, "slice_recall_ratio") == {EMAIL: 0.25}
    assert series(found, "slice_labelled_positives") == {EMAIL: 40}
    assert series(found, "slice_floor_ratio") == {EMAIL: pytest.approx(0.8)}
    assert series(found, "slice_evidence_ratio")[EMAIL] >= 1
    counts = {labels[-1]: value for labels, value in series(found, "slices_by_verdict").items()}
    assert counts == {"degraded": 1, "suspect": 0, "ok": 1, "unanchored": 0}
    seen = {labels[-1]: value for labels, value in series(found, "slices_by_coverage").items()}
    assert (seen["none"], sum(seen.values())) == (0, 2)


def test_an_intent_of_which_a_slice_is_broken_is_counted_among_the_broken(world: World) -> None:
    found = scraped(world)
    assert series(found, "intent_verdict")[*MODEL, "erasure", "ok"] == 1
    standings = {labels[-1]: value for labels, value in series(found, "intents").items()}
    assert (standings["degraded"], sum(standings.values())) == (1, 1)


def test_a_slice_that_is_well_again_leaves_its_series_and_is_0_among_the_counts(world: World) -> None:
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM cell WHERE slice = 'channel=email'")
    found = scraped(world)
    for name in ("verdict", "recall_ratio", "labelled_positives", "floor_ratio", "evidence_ratio"):
        assert series(found, f"slice_{name}") == {}
    assert series(found, "slices_by_verdict")[*MODEL, "degraded"] == 0
    assert series(found, "intents")[*MODEL, "degraded"] == 0


def test_a_slice_that_is_configured_no_more_and_a_retired_version_have_no_series(world: World) -> None:
    found = scraped(world, slices=[])
    assert series(found, "slice_verdict") == series(found, "slices_by_verdict") == {}
    assert series(found, "intents")[*MODEL, "degraded"] == 0
    assert series(found, "intent_recall_ratio") != {}
    retire_version(EvaluationStore(world.engine), TICKETS, "ana", "replaced", NOON + timedelta(days=3))
    found = scraped(world)
    assert series(found, "slice_verdict") == series(found, "intent_recall_ratio") == {}


def one_of(value: str, verdict: Verdict, intent: str = "refund", model: Model = TICKETS) -> CellStatus:
    slice_ = f"channel={value}" if value else ""
    judgement = Judgement(verdict, coverage=Coverage.SEEN)
    return CellStatus(CellState(Cell(model, intent, slice_), judgement=judgement), None)


def test_of_more_broken_slices_than_the_limit_the_worst_are_listed_and_the_rest_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slice_metrics, "SLICES_MAX", 2)
    suspects = [one_of(value, Verdict.SUSPECT) for value in ("a", "b", "c")]
    found = list(slice_metrics.of_slices([*suspects, one_of("z", Verdict.DEGRADED)]))
    assert [labels[-2:] for labels in series(found, "slice_verdict")] == [
        ("channel=z", "degraded"),
        ("channel=a", "suspect"),
    ]
    assert series(found, "slices_unlisted") == {MODEL: 2}
    assert series(found, "slices_by_verdict")[*MODEL, "suspect"] == 3


def test_what_is_counted_together_as_other_is_no_slice() -> None:
    found = list(slice_metrics.of_slices([one_of(OTHER, Verdict.UNANCHORED), one_of("a", Verdict.OK)]))
    assert sum(series(found, "slices_by_verdict").values()) == 1
    found = list(slice_metrics.of_slices([one_of("", Verdict.OK)]))
    assert series(found, "slices_by_verdict") == {}


def test_a_value_that_could_break_a_line_is_read_back_as_it_came() -> None:
    class Slices(Collector):
        def collect(self) -> Iterator[Metric]:
            return slice_metrics.of_slices([one_of('a"b\n{x="y"} 1\\', Verdict.DEGRADED)])

    registry = CollectorRegistry()
    registry.register(Slices())
    found = text_string_to_metric_families(generate_latest(registry).decode())
    (sample,) = (
        each for family in found for each in family.samples if each.name == "anchorwatch_slice_verdict"
    )
    assert sample.labels["slice"] == 'channel=a"b\n{x="y"} 1\\'
