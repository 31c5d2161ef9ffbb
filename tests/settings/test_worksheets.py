"""Worksheets as files: read whole, checked by the command, and their severity in the settings."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.domain.telling.routing import Severity
from monitor.errors import ConfigError
from monitor.settings.load import load
from monitor.settings.worksheets import read_worksheet

EXAMPLE = Path(__file__).parents[2] / "config" / "worksheet.example.yaml"


def check(*words: str) -> Any:  # noqa: ANN401
    return CliRunner().invoke(cli, ["worksheet", "check", *words])


def test_the_example_has_no_red_flag() -> None:
    done = check(str(EXAMPLE))
    assert (done.exit_code, done.stdout) == (0, "no red flags; a fall of its intents is critical\n")


def test_a_flag_is_exit_code_1_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(EXAMPLE.read_text().replace("owner: ana@example.org", "owner:"))
    done = check("w.yaml")
    assert done.exit_code == 1
    assert done.stdout.startswith(
        "red flag  owner: nobody owns it\n          name who answers for these examples\n"
    )
    printed = json.loads(check("w.yaml", "--json").stdout)
    assert printed["red_flags"][0]["where"] == "owner"


def test_what_the_anchor_knows_is_held_against_it(tmp_path: Path) -> None:
    rows = [f"gdpr_erasure,gdpr_erasure,{'real' if i < 35 else 'synthetic'}" for i in range(60)]
    rows += ["data_export_request,data_export_request,real"] * 40
    (tmp_path / "examples.csv").write_text("\n".join(["y_true,y_pred,origin", *rows]))
    words = ["--model", "tickets", "--version", "7"]
    done = CliRunner().invoke(cli, ["anchor", "import", "examples.csv", *words, "--activate"])
    assert done.exit_code == 0, done.output
    done = check(str(EXAMPLE), *words)
    assert done.exit_code == 1
    assert (
        "gdpr_erasure: the file says that success is measured on real examples, but 25 of the anchor's 60"
        in done.stdout
    )
    flags = [line for line in done.stdout.splitlines() if "data_export_request: " in line]
    assert [line.partition(": ")[2] for line in flags] == [
        "the file says that real tickets are characterised, but no audit held the anchor against any"
    ]
    refused = check(str(EXAMPLE), "--model", "tickets", "--version", "8")
    assert isinstance(refused.exception, ConfigError)


def test_every_broken_section_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(
        "intents: 7\nwho: me\nowners: ana\nfailure_if_wrong: {blast_radius: hihg}\nwhy_are_we_generating: yes\n"
        "success_criterion: {measured: mixed}\nanchored_reality: {real_examples_held_aside: ten}\n"
    )
    with pytest.raises(ConfigError) as refused:
        read_worksheet(tmp_path / "w.yaml")
    assert [problem.split(": ", 1)[1] for problem in refused.value.problems] == [
        "who: there is no such question",
        "owners: there is no such question; did you mean owner?",
        "intents: must be a list in brackets",
        "failure_if_wrong.blast_radius: must be one of high, medium, low, unknown; did you mean high?",
        "why_are_we_generating: must be a mapping with the answers gap_described, why_real_data_wont_do,"
        " what_generation_adds",
        "success_criterion.measured: there is no such question; did you mean measured_on?",
        "anchored_reality.real_examples_held_aside: must be a whole number",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "can't be read: No such file or directory"), ("a: [", "is not YAML"), ("- x", "write it as in")],
)
def test_what_is_not_a_readable_worksheet_is_reported(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / "w.yaml").write_text(content)
    with pytest.raises(ConfigError, match=problem):
        read_worksheet(tmp_path / "w.yaml")


def test_a_worksheet_gives_its_intents_their_severity_unless_their_settings_do(tmp_path: Path) -> None:
    sheet = EXAMPLE.read_text().replace("reversible: false", "reversible: true")
    (tmp_path / "w.yaml").write_text(sheet)
    (tmp_path / "aw.yaml").write_text(
        "worksheets: [w.yaml]\nintents: {gdpr_erasure: {severity: warning, team: privacy}}\n"
    )
    settings = load(tmp_path / "aw.yaml")
    assert settings.intents["gdpr_erasure"].severity is Severity.WARNING
    assert settings.intents["data_export_request"].severity is Severity.ERROR
    (tmp_path / "aw.yaml").write_text("worksheets: [gone.yaml]\njudge: {drop: 0.2}\n")
    with pytest.raises(ConfigError, match=r"gone.yaml: can't be read: No such file"):
        load(tmp_path / "aw.yaml")
