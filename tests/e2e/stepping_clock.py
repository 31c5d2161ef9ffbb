"""A clock for other processes that is set while they run; intervals by the steady clock go on as ever."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.services.require import Missing

SOURCE = Path(__file__).with_suffix(".c")


class SteppingClock:
    """`environment` is for the processes; `ahead` says by how much their clock is ahead of ours.

    Raises:
        Missing: there is no C compiler to make it with.
    """

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            raise Missing("cc", "there is no C compiler (Debian's packages gcc and libc6-dev)")
        library, self._file = folder / "stepping_clock.so", folder / "clock"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": str(library), "STEPPING_CLOCK": str(self._file)}
        self.ahead(0)

    def ahead(self, seconds: int) -> None:
        """Set the clock; below zero it is behind."""
        half = self._file.with_suffix(".half")
        half.write_text(f"{seconds}\n", encoding="ascii")
        os.replace(half, self._file)
