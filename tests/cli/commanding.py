"""A command in a process of its own, in a folder of its own."""

import subprocess
import sys
from pathlib import Path

SCRIPT = "import sys; sys.argv[0] = 'anchorwatch'; from monitor.cli import main; main()"


def command(
    words: list[str], folder: Path, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """What a command says and how it ends; `typed` comes through standard input, which is no terminal."""
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "USER": "ana", **environment},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
