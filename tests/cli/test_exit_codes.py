"""A crash is never a verdict: whatever ends a command that did not answer, its exit code is none of an answer's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import gate
from monitor.cli.main import main
from monitor.errors import CRASHED, DecodeError, DeliveryError, FencedError
from tests.e2e.agent import COMMAND, environment

GATE = ["anchorwatch", "gate", "--model", "tickets", "--version", "7"]


@pytest.mark.parametrize(
    "failure", [TypeError("a defect"), RecursionError(), MemoryError(), OSError(28, "disk full")]
)
def test_a_crash_is_no_verdict(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened(_config: object) -> None:
        raise failure

    monkeypatch.setattr(gate, "opened", opened)
    monkeypatch.setattr(sys, "argv", GATE)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == CRASHED == 70
    assert "not a verdict" in capsys.readouterr().err


def test_a_crash_tells_no_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened(_config: object) -> None:
        raise ValueError("postgresql://bob:SECRET1@h/d?sslpassword=SECRET2 [/x]\x1b[2J")

    monkeypatch.setattr(gate, "opened", opened)
    monkeypatch.setattr(sys, "argv", GATE)
    with pytest.raises(SystemExit):
        main()
    printed = capsys.readouterr().err
    assert "postgresql://bob:***@h/d?sslpassword=*** [/x]?[2J" in printed


def test_no_error_of_ours_has_the_code_of_a_verdict() -> None:
    errors = [DecodeError("c", "d"), DeliveryError("r", retryable=True), FencedError(("t", 0))]
    assert [error.exit_code for error in errors] == [2, 5, 5]


def test_an_interrupted_command_and_one_whose_reader_left_give_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_config: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gate, "opened", interrupted)
    monkeypatch.setattr(sys, "argv", GATE)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 130
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [COMMAND, "config", "show"], cwd=tmp_path, env=environment(), stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")
