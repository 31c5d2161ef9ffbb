"""docs/statistics.md says only what the code does: every block is run, in order, and its pictures are drawn."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from benchmarks.pictures import IMAGES, PICTURES

DOC = Path(__file__).parents[2] / "docs" / "statistics.md"
BLOCK = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_every_code_block_prints_what_stands_below_it() -> None:
    text = DOC.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) == text.count("```python") == text.count("```text") > 8
    names: dict[str, object] = {}
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(DOC), "exec"), names)
        assert printed.getvalue() == expected, code


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_code_draws(name: str) -> None:
    drawn = (IMAGES / name).read_text(encoding="utf-8")
    assert drawn == PICTURES[name](), "run python -m benchmarks.pictures"
    pages = DOC.read_text(encoding="utf-8") + (DOC.parent / "labels.md").read_text(encoding="utf-8")
    assert f"images/{name}" in pages
    assert "<title>" in drawn
