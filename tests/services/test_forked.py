"""A forked command is as good as a typed one: exit code, output, folder, environment, and signals that end it."""

import os
import signal
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from tests.e2e.agent import command, environment, typed_command
from tests.services import forked

pytestmark = pytest.mark.slow


def waiting(folder: Path) -> forked.Forked:
    streams = [(os.devnull, forked.READ), *[(str(folder / "out"), forked.BEHIND)] * 2]
    return forked.Forked([], folder, environment(), streams, main="signal:pause")


@pytest.mark.parametrize("words", [["fly"], ["config", "show"]])
def test_it_says_and_ends_as_the_one_that_people_type(words: list[str], tmp_path: Path) -> None:
    variables = {"ANCHORWATCH_DATABASE__URL": f"sqlite:///{tmp_path}/none.db"}
    quick, typed = (run(*words, folder=tmp_path, variables=variables) for run in (command, typed_command))
    assert (quick.returncode, quick.stdout, quick.stderr) == (typed.returncode, typed.stdout, typed.stderr)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it_and_its_code_says_which(number: signal.Signals, tmp_path: Path) -> None:
    process = waiting(tmp_path)
    assert process.poll() is None
    with pytest.raises(TimeoutExpired):
        process.wait(0.01)
    process.send_signal(number)
    assert process.wait(30) == process.poll() == -number
    process.kill()  # of what has ended is nothing


def test_what_a_server_was_started_with_reaches_what_it_forks(tmp_path: Path) -> None:
    def of_its_start() -> bytes:
        process = waiting(tmp_path)
        parent = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[1]
        process.kill()
        process.wait(30)
        return Path(f"/proc/{parent}/environ").read_bytes()

    with forked.server_with({"A_LIBRARY": "here"}):
        assert b"A_LIBRARY=here" in of_its_start()
    assert b"A_LIBRARY" not in of_its_start()
