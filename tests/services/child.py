"""Servers that end with us, in whatever way we end: even `kill -9` leaves none behind."""

import contextlib
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

# The shell becomes the server, so its process id is the server's. Before that it leaves a watcher that reads a
# pipe which only we hold open: it closes when we end, and the watcher kills the server.
_WATCHED = 'exec 3<&0 </dev/null; (cat <&3 >/dev/null; kill -9 $$) 2>/dev/null & exec 3<&-; exec "$@"'


def start(words: Sequence[str | Path], output: IO[bytes], **more: Any) -> "subprocess.Popen[bytes]":  # noqa: ANN401
    """Start a server that writes to `output`; Ctrl-C does not reach it. `more` is for `subprocess.Popen`."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _WATCHED, "anchorwatch-test", *words],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        start_new_session=True,
        **more,
    )


def end(process: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    """Send it a signal, and wait until it is gone; after half a minute it is killed."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(how)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()  # the watcher's end
