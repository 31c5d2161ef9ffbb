"""`anchorwatch status` with its options, typed at a database of two versions."""

import json

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from monitor.cli.main import cli, main
from tests.stored import SHADOW, TICKETS
from tests.worlds import World


@pytest.fixture(autouse=True)
def world(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """Version 7 keeps its promise of refunds, and broke that of erasures; version 8 was never labelled ill."""
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", str(sqlite_engine.url))
    made = World(sqlite_engine)
    for model in (TICKETS, SHADOW):
        made.anchor(model, erasure=(0.9, 50), refund=(0.9, 50))
        made.outcomes("refund", "h" * 40, model=model)
    made.outcomes("erasure", "mmmh" * 15)
    made.evaluate()
    return made


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["status", *words])


def test_json_keeps_every_cell_and_every_number_of_what_is_asked_for() -> None:
    rows = json.loads(typed("--json").output)
    assert len(rows) == 4
    found = json.loads(typed("--json", "--version", "7", "--intent", "er*").output)
    assert found == [row for row in rows if (row["version"], row["intent"]) == ("7", "erasure")]
    found = json.loads(typed("--json", "--version", "8", "--intent", "refund").output)
    assert found == [row for row in rows if (row["version"], row["intent"]) == ("8", "refund")]
    assert found[0]["compared"]["old"] == "7"  # which was not asked for, and is compared with all the same
    budget = json.loads(typed("--budget", "--json", "--verdict", "degraded").output)
    assert [part["cell"] for part in budget["cells"]] == ["erasure"]


def test_check_asks_about_the_cells_that_are_asked_for() -> None:
    assert typed("--check").exit_code == 1
    assert typed("--check", "--version", "8").exit_code == 0


def test_a_name_that_nothing_has_ends_with_what_was_meant_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["anchorwatch", "status", "--intent", "erasrue", "--model", "tikets"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "problem: --model tikets: there is none; did you mean tickets?",
        "problem: --intent erasrue: there is none; did you mean erasure?",
    ]


def test_where_patterns_fit_no_cell_together_it_says_so() -> None:
    assert "no cell fits all of these" in typed("--version", "8", "--verdict", "degraded").output
