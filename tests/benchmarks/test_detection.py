"""The detection benchmark still runs from end to end; its figures are for `make bench`, not for here."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.detection_days import BEFORE, BOTH, CELLS, DaysToPage, before, days_aim
from benchmarks.detection_rules import HEAD_LABELS, HEAD_START, rules
from benchmarks.detection_streams import healthy
from benchmarks.groups_streams import Scene, draw
from monitor.domain.detection.betting import bet_many, factors, stakes, start

ROOT = Path(__file__).parents[2]


def test_a_quick_run_writes_every_table_and_the_plot(tmp_path: Path) -> None:
    out = tmp_path / "detection.json"
    command = [sys.executable, "-m", "benchmarks.detection", "--quick", "--json", str(out)]
    command += ["--plot", str(tmp_path / "detection.svg"), "--markdown", str(tmp_path / "detection.md")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr

    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["benchmark"] == "detection"
    assert report["quick"] is True
    assert {"cpu", "cores", "memory_gib", "os", "python"} == set(report["machine"])
    assert report["versions"]["numpy"]
    known, estimated, aims, days, days_aim = report["tables"]
    kinds = ["limit", "ours", "grid", "shipped", "tuned", "untuned"]
    assert list(dict.fromkeys(rule["kind"] for rule in known["data"])) == kinds
    assert "limit" not in {rule["kind"] for rule in estimated["data"]}
    for rule in known["data"] + estimated["data"]:
        assert 0 <= rule["false_pages"] <= 1
        assert [(each["recall"], each["good"] > 0) for each in rule["delays"]] == [
            (recall, later) for recall in (0.39, 0.60, 0.75) for later in (False, True)
        ]
    assert len(known["rows"]) == len(known["data"])
    assert {"rule", "times oracle", "at most", "met", "within 2"} <= set(aims["rows"][0])

    rules = {"by the label", "by the calendar", "with a group", "oracle"}
    assert {each["rule"] for each in days["data"]} == rules
    assert {(each["breaks_on"], each["broken"]) for each in days["data"]} == {
        (0, 1),
        (0, 20),
        (3, 1),
        (3, 20),
    }
    assert {"break", "broken", "labels a day", "to", *rules} == set(days["rows"][0])
    assert days_aim["title"].startswith("All 20 broken at the release")

    says_so = "river is missing" in done.stdout
    assert says_so == (report["versions"]["river"] is None), "a peer that is left out is left out visibly"
    assert (tmp_path / "detection.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "| rule |" in (tmp_path / "detection.md").read_text(encoding="utf-8")


def test_the_rule_of_before_is_a_unit_at_each_label_and_a_threshold() -> None:
    labels = draw(Scene(rate=2.0, broken=20, days=40.0, support=None), 2, seed=1)
    world = zip(labels.times, labels.intents, labels.hits, strict=True)
    for first, (times, intents, hits) in zip(before(labels), world, strict=True):
        pages = []
        for intent in range(20):
            mine = (intents == intent) & np.isfinite(times)
            played = factors(stakes(0.78), 0.78, hits[mine], np.ones(mine.sum()))
            # 10 labels a day are 3,650 a year; a twentieth of a page a year: one in 20 years.
            paged = bet_many(start(), played, np.ones(mine.sum()), np.arange(mine.sum()), 73_000).paged
            pages.append(np.inf if paged is None else times[mine][paged])
        assert first == min(pages)
        assert np.isfinite(first)


def test_a_head_start_is_worth_its_labels_from_the_first_on() -> None:
    streams = healthy(3, 5, seed=1)
    plain, early = (
        next(rule for rule in rules() if rule.name == name).path(streams, 0.39)
        for name in ("ours, drop 0.10", f"ours, drop 0.10{HEAD_START}")
    )

    # A quarter of a year's money, of which half comes by the day: half a year's labels at 2 a day, and the first.
    assert HEAD_LABELS == 365
    assert early[:, 0] == pytest.approx(plain[:, 0] + np.log(366))
    assert (early > plain).all()


@pytest.mark.parametrize(("days", "met"), [(2.0, "yes"), (2.1, "NO"), (None, "NO")])
def test_the_aim_is_a_third_of_the_days_of_before(days: float | None, met: str) -> None:
    results = [
        DaysToPage(rule, 2.0, 0.39, 20, 0.0, taken, 1.0, 0.0)
        for rule, taken in ((BEFORE, 6.0), (CELLS, 3.0), (BOTH, days))
    ]

    assert [row["met"] for row in days_aim(results).rows] == ["NO", met]
