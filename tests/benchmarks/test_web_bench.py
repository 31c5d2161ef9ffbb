"""The benchmark of the watch room still runs from end to end, on the real servers; its figures are for `make bench`."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import web
from benchmarks.web_clients import Answer, Client, round_trips


class Linked(Client):
    """Files that name each other, and no server."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files

    def get(self, path: str) -> Answer:
        return Answer(self._files[path].encode(), 0.0)


def test_a_page_takes_one_round_trip_more_for_what_it_names_and_another_for_what_that_names() -> None:
    style = '<link rel="stylesheet" href="/a.css"><script src="/a.js" defer></script>'
    assert round_trips(Linked({"/": "<p>alone</p>"}), "/") == 1
    assert round_trips(Linked({"/": style, "/a.css": "", "/a.js": ""}), "/") == 2
    deep = {"/": style, "/a.css": '@import "/b.css";', "/a.js": "", "/b.css": ""}
    assert round_trips(Linked(deep), "/") == 3


def test_an_aim_that_is_missed_is_said() -> None:
    assert web._aim(199.9, 149_999) == "met"
    assert web._aim(200.0, 150_000) == "time and bytes missed"
    assert web.percentile([float(each) for each in range(1, 101)], 0.95) == 96.0


def test_a_quick_run_measures_every_page_of_the_menu_and_those_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "web.json"
    monkeypatch.setattr(sys, "argv", ["benchmarks.web", "--quick", "--rounds", "1", "--json", str(out)])
    web.main()
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    (table,) = report["tables"]
    floor, *pages = table["rows"]
    assert floor["page"] == "(the floor)"
    named = [row["page"] for row in pages]
    assert {"/", "/incidents", "/budget", "/models/tickets/prod", "/incidents/1/analysis"} <= set(named)
    assert all(row["kB"] > 1 and row["p95 ms"] > 0 and row["p95 by floor"] > 0 for row in pages)
    assert {row["round trips"] for row in pages} == {2}
    (beside,) = table["data"]
    assert beside["clients listening"] == 3
    assert beside["events sent meanwhile"] > 0
