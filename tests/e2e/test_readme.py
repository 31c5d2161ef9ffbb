"""Every command of the README and of the docs for users, typed in a copy of examples/, does what it says.

A block ```sh is typed there, line by line. `# exits N` beside a command says what it comes to, otherwise 0. A block
```sh needs=X wants more than a folder: of those the commands for a Kafka are typed with nobody listening.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.cli.main import main
from tests.e2e.agent import environment
from tests.e2e.typed_in_docs import FENCE, commands

ROOT = Path(__file__).parents[2]
DOORS = [page for page in sorted((ROOT / "docs" / "doors").glob("*.md")) if list(commands(page))]
README, USING, LABELS = ROOT / "README.md", ROOT / "docs" / "using.md", ROOT / "docs" / "labels.md"
NEEDS = ("", "needs=make", "needs=kafka", "needs=evidently", "needs=browser", "needs=mlflow")


def typed(monkeypatch: pytest.MonkeyPatch, words: Sequence[str]) -> int | str | None:
    monkeypatch.setattr(sys, "argv", list(words))
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder, which is where we are then; nothing of this machine's configuration reaches it."""
    folder = tmp_path / "examples"
    shutil.copytree(ROOT / "examples", folder)
    monkeypatch.chdir(folder)
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    return folder


def all_typed(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, str]:
    """Every command of a page, in order; what each printed, by its first words."""
    outputs: dict[str, str] = {}
    for command in commands(page):
        assert command.words[0] == "anchorwatch", command.line
        code = typed(monkeypatch, command.words)
        printed = capsys.readouterr()
        assert code == command.code, f"{command.line}\n{printed.out}{printed.err}"
        assert printed.out or printed.err, f"{command.line} prints nothing"
        outputs.setdefault(" ".join(command.words[1:3]), printed.out)
    return outputs


def test_the_readme(
    examples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = all_typed(README, monkeypatch, capsys)

    assert len(printed) == 10
    assert "gdpr_erasure recall 0.48 live against 0.97 offline" in printed["run --once"]
    assert "real rows only  0.67 (0.30 to 0.93, 9 real examples)" in printed["run --once"]
    degraded = [line.split()[0] for line in printed["status"].splitlines() if "degraded" in line.split()]
    assert {"gdpr_erasure", "data_export_request"} <= set(degraded)
    assert {path.suffix for path in (examples / "analysis").iterdir()} == {".html", ".md", ".json"}
    assert (examples / "weekly" / "reliability-2026-W46.html").is_file()


def test_the_page_about_using_it(
    examples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = all_typed(USING, monkeypatch, capsys)

    assert len(printed) > 20
    assert "fabrication" in printed["anchor compare-generated"]
    assert (examples / "bundle" / "case.json").is_file()


def test_the_page_about_labels(
    examples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = all_typed(LABELS, monkeypatch, capsys)

    assert "1 tickets have labels of several people; 1 of them differ." in printed["labels import"]


@pytest.mark.parametrize("page", DOORS, ids=lambda page: page.stem)
def test_the_pages_about_doors(
    page: Path, examples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert all_typed(page, monkeypatch, capsys)
    assert examples.is_dir()


def test_the_configurations_that_the_doors_show_are_those_of_the_examples() -> None:
    """Each block of a page stands in the file, so that what a reader copies is what was tried."""
    files = {
        file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "examples" / "doors").glob("*.yaml")
    }
    shown = {page.stem: FENCE.findall(page.read_text(encoding="utf-8")) for page in DOORS}
    blocks = [(name, block) for name in files for language, _, block in shown[name] if language == "yaml"]
    assert {name for name, _ in blocks} == files.keys()
    assert [block for name, block in blocks if block not in files[name]] == []


def test_what_needs_a_kafka_is_typed_with_nobody_listening_and_is_no_wrong_word(
    examples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANCHORWATCH_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
    codes = {command.line: typed(monkeypatch, command.words) for command in commands(README, "needs=kafka")}
    printed = capsys.readouterr()
    assert codes == {"anchorwatch doctor": 1, "anchorwatch run": 5}
    assert "nothing listens at 127.0.0.1:1" in printed.out
    assert "nothing listens at 127.0.0.1:1" in printed.err
    assert examples.is_dir()


def test_few_commands_need_more_than_a_folder() -> None:
    for page in (README, USING, LABELS, *DOORS):
        blocks = FENCE.findall(page.read_text(encoding="utf-8"))
        assert {wanted for language, wanted, _ in blocks if language == "sh"} <= set(NEEDS)
        elsewhere = [command for needs in NEEDS[1:] for command in commands(page, needs)]
        assert len(elsewhere) <= 6
