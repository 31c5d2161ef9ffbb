"""A defect of ours in one cell: what else broke is told first, then `run --once` ends as a crash does."""

import sys
from typing import Any

import pytest

from monitor.cli.main import main
from monitor.evaluate import steps as evaluate
from monitor.evaluate.judging import judge_cell
from tests.e2e.bot import Watch, traffic


def test_the_page_of_another_intent_is_sent_and_the_exit_code_is_no_verdict(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watch.anchor("refund", "bug")

    def defective(state: Any, *given: Any) -> Any:  # noqa: ANN401
        if state.cell.intent == "bug":
            raise ZeroDivisionError("a defect")
        return judge_cell(state, *given)

    monkeypatch.setattr(evaluate, "judge_cell", defective)
    watch.write(traffic(300, [True] * 4 + [False] * 6))
    monkeypatch.setattr(
        sys,
        "argv",
        ["anchorwatch", "run", "--once", "--input", "events.jsonl", "--set", 'watch.intents=["*"]'],
    )
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    assert ended.value.code == 70
    assert "refund recall 0.38 live against 0.90 offline" in printed.out
    assert "bug of tickets 7 in prod (ZeroDivisionError: a defect)" in printed.err.replace("\n", " ")
    assert "Traceback" in printed.err
