"""A master of a cluster that is away is told at once."""

import socket
from collections.abc import Iterator

import pytest

from connectors.lake.spark_master import require_master
from monitor.errors import UnavailableError


@pytest.fixture
def here() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def away() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def test_one_master_of_several_is_enough(here: str, away: str) -> None:
    require_master(f"spark://{away},{here}")


def test_masters_that_are_all_away_are_told_each_with_its_reason(away: str) -> None:
    told = (
        rf"^--engine spark://{away},{away}: no master answers there \({away}: .*refused; {away}: .*refused\)"
    )
    with pytest.raises(UnavailableError, match=told):
        require_master(f"spark://{away},{away}")


@pytest.mark.parametrize("url", ["spark://localhost", "spark://a..b:7077", "spark://localhost:99999"])
def test_a_url_that_is_strange_is_left_to_spark(url: str) -> None:
    require_master(url)
