"""Real tickets through the broker: the agent's recall is scikit-learn's, and what was polished pages."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks import real_releases as releases
from benchmarks.real_releases import OUT_OF_SCOPE, RARE, Release
from benchmarks.real_tickets import Watched, differences, scikit_learn, watch
from connectors.kafka.embedded import EmbeddedBroker
from tests.services.apache_kafka import Listeners


class Measured(NamedTuple):
    """A release and what the agent says of it."""

    release: Release
    watched: Watched


def measured(make: Callable[[Path], Release], bootstrap: str, factory: pytest.TempPathFactory) -> Measured:
    """Train, evaluate, send, judge; skipped where the tickets are not on this machine."""
    try:
        release = make(releases.data_folder())
    except releases.NoData as why:
        pytest.skip(str(why))
    return Measured(release, watch(release, bootstrap, factory.mktemp("real")))


@pytest.fixture(scope="module", params=["embedded_broker", "apache_kafka"])
def bootstrap(request: pytest.FixtureRequest) -> str:
    """Runs them on both brokers."""
    broker: EmbeddedBroker | Listeners = request.getfixturevalue(request.param)
    return broker.bootstrap


@pytest.fixture(scope="module")
def curekart(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measured(releases.curekart, bootstrap, tmp_path_factory)


@pytest.fixture(scope="module")
def banking(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measured(releases.banking, bootstrap, tmp_path_factory)


def test_bot_traffic_is_counted_to_the_last_digit_of_scikit_learn(curekart: Measured) -> None:
    release, watched = curekart

    assert differences(release, watched) == []
    assert watched.refused == 0
    live = scikit_learn(release.live)
    assert live.keys() == {name for name, cell in watched.cells.items() if cell["live"]["recall"] is not None}
    assert watched.cells["DELAY_IN_PARCEL"]["live"]["recall"] < 0.3
    assert watched.cells["DELAY_IN_PARCEL"]["offline"]["recall"] > 0.6


def test_out_of_scope_traffic_is_unanchored_and_the_rest_is_held_to_its_anchor(curekart: Measured) -> None:
    release, watched = curekart

    unanchored = {name for name, cell in watched.cells.items() if cell["verdict"] == "unanchored"}
    assert unanchored == {OUT_OF_SCOPE}
    outside = watched.cells[OUT_OF_SCOPE]
    assert outside["offline"] is None
    assert outside["live"]["misses"] == (release.live["y_true"] == OUT_OF_SCOPE).sum()
    offline = scikit_learn(release.offline)
    recalls = {name: cell["offline"]["recall"] for name, cell in watched.cells.items() if cell["offline"]}
    assert recalls == offline


def test_an_intent_that_cannot_be_judged_says_so_rather_than_ok(curekart: Measured) -> None:
    cells = curekart.watched.cells
    low = {name: cell for name, cell in cells.items() if cell["offline"] and cell["floor"] < 0.1}
    assert low
    for intent, cell in low.items():
        assert cell["coverage"] == "blind", intent
        assert any("floor too low" in reason for reason in cell["reasons"])


def test_rare_intents_filled_with_polished_tickets_look_good_offline_and_page_live(banking: Measured) -> None:
    release, watched = banking

    assert differences(release, watched) == []
    assert len(watched.cells) == 12
    assert watched.paged == tuple(sorted([*RARE, "group rare"]))
    for intent in RARE:
        cell = watched.cells[intent]
        assert cell["offline"]["recall"] > 0.9
        assert cell["live"]["recall"] < 0.6
        assert cell["live"]["high"] < cell["floor"]
        assert cell["verdict"] == "degraded"


def test_honest_intents_beside_them_stay_quiet(banking: Measured) -> None:
    others = {name: cell for name, cell in banking.watched.cells.items() if name not in RARE}

    assert {cell["verdict"] for cell in others.values()} == {"ok"}
    assert all(cell["live"]["recall"] >= cell["floor"] for cell in others.values())
