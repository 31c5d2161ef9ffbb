"""The files we ship for Prometheus and Grafana, and the runbooks they and our pages point to."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from connectors.sinks.alertmanager import ALERTNAMES
from monitor.domain.telling.kinds import RUNBOOKS
from reports.runbooks import files
from tests.services.require import Missing, skip_or_fail

ROOT = Path(__file__).parents[2]
RULES = ROOT / "config" / "prometheus" / "anchorwatch.rules.yml"
DASHBOARD = ROOT / "config" / "grafana" / "anchorwatch.json"
PAGES = ROOT / "reports" / "runbooks"
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def promtool(*words: str) -> str:
    program = shutil.which("promtool")
    if program is None:
        skip_or_fail(Missing("prometheus", "promtool is not installed (Debian's package prometheus)"))
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rules() -> list[dict[str, dict[str, str] | str]]:
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    listed: list[dict[str, dict[str, str] | str]] = group["rules"]
    return listed


def test_prometheus_takes_the_rules() -> None:
    assert "SUCCESS: 9 rules found" in promtool("check", "rules", str(RULES))


def test_prometheus_and_alertmanager_take_the_files_of_compose() -> None:
    promtool("check", "config", str(RULES.with_name("prometheus.yml")))
    amtool = shutil.which("amtool")
    if amtool is None:
        skip_or_fail(Missing("alertmanager", "amtool is not installed (Debian's prometheus-alertmanager)"))
    file = RULES.with_name("alertmanager.yml")
    done = subprocess.run([amtool, "check-config", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_every_rule_fires_when_it_should_and_not_before() -> None:
    tests = RULES.with_name("anchorwatch.rules.test.yml")
    assert "SUCCESS" in promtool("test", "rules", str(tests))
    tested = {case["alertname"] for test in yaml.safe_load(tests.read_text())["tests"]
              for case in test["alert_rule_test"] if case.get("exp_alerts")}  # fmt: skip
    assert tested == {rule["alert"] for rule in rules()}


def test_every_rule_has_a_severity_words_and_a_runbook_that_is_there() -> None:
    for rule in rules():
        labels, annotations = rule["labels"], rule["annotations"]
        assert isinstance(labels, dict)
        assert isinstance(annotations, dict)
        assert labels["severity"] in ("critical", "warning", "info")
        assert annotations["summary"]
        assert annotations["description"]
        assert annotations["runbook"].removeprefix("anchorwatch runbook ") in files.names()


def test_every_kind_of_page_has_a_runbook_that_is_there() -> None:
    assert {*RUNBOOKS.values()} <= {*files.names()}


def test_the_runbooks_name_every_alert_and_every_link_leads_somewhere() -> None:
    index = (PAGES / "README.md").read_text()
    sent = {"IntentRecallDrop", *ALERTNAMES.values()} - {"AnchorwatchSinkFailed", "AnchorwatchTest"}
    for name in [*sent, *(str(rule["alert"]) for rule in rules())]:
        assert f"`{name}`" in index, f"{name} has no line in reports/runbooks/README.md"
    for page in [*PAGES.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]:
        for link in LINK.findall(page.read_text()):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_the_dashboard_can_be_imported_anywhere() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    assert (dashboard["id"], dashboard["uid"]) == (None, "anchorwatch")
    for panel in dashboard["panels"]:
        assert panel["datasource"]["uid"] == "${DS_PROMETHEUS}"
        assert panel["title"]
        assert panel["targets"]
    numbers = [panel["id"] for panel in dashboard["panels"]]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.stem)
def test_a_runbook_is_short_and_tells_what_it_means(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 60
    assert path.stem == "README" or "**What it means.**" in text
