"""The benchmark of the watch room still runs from end to end, on the real servers; its figures are for `make bench`."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks import web
from benchmarks.web_clients import Answer, Client, round_trips
from benchmarks.web_servers import Listeners


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


class Slow(ThreadingHTTPServer):
    """A room in which something changed, and whose page is never made; `asked` counts who waits for it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _SlowPages)
        self.asked, self.closing = threading.Semaphore(0), threading.Event()


class _SlowPages(BaseHTTPRequestHandler):
    server: Slow

    def do_GET(self) -> None:
        if self.path == "/changes":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"retry: 3000\n\nevent: changed\nid: 2\ndata: \n\n")
        else:
            self.server.asked.release()
        self.server.closing.wait(30.0)


def test_who_listens_ends_in_the_midst_of_a_page_when_the_measuring_is_over() -> None:
    before = set(threading.enumerate())
    with Slow() as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        with Listeners(f"http://127.0.0.1:{server.server_address[1]}", 3):
            assert all(server.asked.acquire(timeout=10.0) for _ in range(3))
            listening = [
                each
                for each in threading.enumerate()
                if each not in before and each.name.startswith("listener")
            ]
            assert len(listening) == 3
        assert not any(each.is_alive() for each in listening)
        server.closing.set()
        server.shutdown()
        serving.join()


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
    table, apart = report["tables"]
    floor, *pages = table["rows"]
    assert floor["page"] == "(the floor)"
    named = [row["page"] for row in pages]
    assert {"/", "/incidents", "/budget", "/models/tickets/prod", "/incidents/1/analysis"} <= set(named)
    assert all(row["kB"] > 1 and row["p95 ms"] > 0 and row["p95 by floor"] > 0 for row in pages)
    assert {row["round trips"] for row in pages} == {2}
    assert [row["page"].split("/")[1].split("?")[0] for row in apart["rows"]] == [
        "incidents",
        "budget",
        "anchors",
    ]
    (beside,) = table["data"]
    assert beside["clients listening"] == 3
    assert beside["events sent meanwhile"] > 0
