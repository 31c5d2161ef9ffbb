"""A command of ours in a process of its own, from its start to its end: its seconds and the most memory it had."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
# The kernel's account of the process's own memory: what `getrusage` says of a child may be its parent's.
_SCRIPT = """
import pathlib, re, sys
from monitor.cli import main
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
status = pathlib.Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+([0-9]+) kB", status.read_text()) if status.exists() else None
print(int(peak[1]) if peak else 0, file=sys.stderr)
sys.exit(code)
"""


class CommandRun(NamedTuple):
    """What a run took: wall seconds of the whole process, its peak in MiB (0: unknown), and the bytes it printed."""

    seconds: float
    peak_mib: float
    printed: int


def command_run(words: Sequence[str], database: str, configured: str = "") -> CommandRun:
    """Run `anchorwatch WORDS` on a database, with a configuration as YAML; what it prints goes into a file."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as printed:
        config = Path(folder) / "anchorwatch.yaml"
        config.write_text(f"database: {{url: '{database}'}}\n{configured}", encoding="utf-8")
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "ANCHORWATCH_CONFIG": str(config)},
            stdout=printed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            raise RuntimeError(f"anchorwatch {' '.join(words)}: {done.stderr}")
        return CommandRun(
            seconds, int(done.stderr.splitlines()[-1]) / 1024, os.fstat(printed.fileno()).st_size
        )
