"""Files that were written in, their names out: each in a line that can be copied."""

from collections.abc import Sequence
from pathlib import Path

from reports.render.blocks import Block, View


def files_view(files: Sequence[Path]) -> View:
    """Every file, each in a line that is never wrapped."""
    names = [str(file) for file in files]
    return View([Block(verbatim=names)], names)
