"""Commands in processes of their own that start at once: forked from a server that has everything imported.

A process of the usual kind spends two seconds of a processor on imports before it does anything. These are as real:
a process id, a folder, an environment and files of their own; what kills or stops another kills or stops them.
What a start itself promises is tested with the command that people type (tests/e2e/test_by_hand.py).
"""

import atexit
import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import wait
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.services.preloaded", "tests.contract.deliverer"])
MAIN = "monitor.cli:main"
# Whoever starts a process looks after all others, and an exit code can be read from the server only once.
_LOCK = threading.Lock()
# Read, or begin anew, or write behind what is there.
READ, NEW, BEHIND = os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_APPEND


class Forked:
    """A running command; as much of `subprocess.Popen` as tests need.

    Args:
        words: the command's, without `anchorwatch`.
        variables: its whole environment.
        streams: standard input, output and errors: which file, and how it is opened.
        main: "module:function" of what runs.
    """

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        variables: Mapping[str, str],
        streams: Sequence[tuple[str, int]],
        main: str = MAIN,
    ) -> None:
        self._words = list(words)
        self._process = CONTEXT.Process(
            target=_become, args=(main, self._words, str(folder), dict(variables), list(streams)), daemon=True
        )
        with _LOCK:
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, minus the signal that ended it; None while it runs."""
        with _LOCK:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            TimeoutExpired: it did not end in time.
        """
        if not wait([self._process.sentinel], timeout):
            raise TimeoutExpired(self._words, timeout or 0.0)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9, unless it has ended."""
        self.send_signal(signal.SIGKILL)


def run(
    words: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    stdin: bytes = b"",
    timeout_s: float | None = None,
    main: str = MAIN,
) -> "CompletedProcess[bytes]":
    """A command to its end.

    Raises:
        TimeoutExpired: it did not end in time, and was killed.
    """
    with TemporaryDirectory(prefix="anchorwatch-forked-") as kept:
        given, out, err = (Path(kept) / name for name in ("stdin", "stdout", "stderr"))
        given.write_bytes(stdin)
        streams = [(str(given), READ), (str(out), NEW), (str(err), NEW)]
        process = Forked(words, folder, variables, streams, main)
        try:
            code = process.wait(timeout_s)
        finally:
            process.kill()
        return CompletedProcess(list(words), code, out.read_bytes(), err.read_bytes())


@contextlib.contextmanager
def server_with(variables: Mapping[str, str]) -> Iterator[None]:
    """Within the block processes are forked from a server of its own, started with more in its environment.

    What is forked must have ended with the block. LD_PRELOAD works in no other way.
    """
    before = {name: os.environ.get(name) for name in variables}
    stop = vars(forkserver)["_forkserver"]._stop
    stop()
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        stop()


def _become(
    main: str,
    words: list[str],
    folder: str,
    variables: dict[str, str],
    streams: list[tuple[str, int]],
) -> None:
    """Be the command, in the process that was forked for it."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()
    for number, (path, how) in enumerate(streams):
        file = os.open(path, how, 0o644)
        os.dup2(file, number)
        os.close(file)
    # Buffered as Python opens them where no terminal is at the other end.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, errors="backslashreplace", buffering=1)  # noqa: SIM115
    sys.argv = ["anchorwatch", *words]
    module, _, name = main.partition(":")
    code: Any = 0
    try:
        getattr(importlib.import_module(module), name)()
    except SystemExit as left:
        code = left.code
    except BaseException:  # noqa: BLE001 - as the interpreter would
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
        code = 1
    vars(threading)["_shutdown"]()
    vars(atexit)["_run_exitfuncs"]()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code or 0)
