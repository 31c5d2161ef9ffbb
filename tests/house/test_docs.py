"""What the documents name is there: files, folders, links; the README is short; the codes are all of them."""

import re
import subprocess
from pathlib import Path

import pytest

from monitor.domain.events.refusals import CODES
from monitor.domain.events.tolerance import Mend

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "reports").rglob("*.md"),
        ROOT / "examples" / "README.md",
    ]
    if path.name != "CHANGELOG.md"  # it may name what is gone
)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"")
CITED = re.compile(r"docs/[\w/-]+\.md")
PLACE = re.compile(r"`((?:monitor|connectors|reports|tests|benchmarks|config|docs|examples)/[\w./-]*)`")

GONE = {
    "docs/alerts_api.md",
    "docs/runbooks/recall-drop.md",
    "docs/runbooks/README.md",
}  # Alertmanager's own; what old notices name


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in (first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{name(page)} links to {link}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_and_folder_that_a_page_names_is_there(page: Path) -> None:
    for place in PLACE.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / place).exists(), f"{name(page)} names {place}"


def test_what_a_docstring_cites_is_there_and_nothing_that_strangers_do_not_have() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for file in map(Path, listed.stdout.split()):
        if file.suffix not in (".py", ".md", ".yml", ".yaml", ".toml") or not (ROOT / file).exists():
            continue
        text = (ROOT / file).read_text(encoding="utf-8")
        for cited in set(CITED.findall(text)) - GONE:
            assert (ROOT / cited).is_file(), f"{file} cites {cited}"
        if file.name != Path(__file__).name:
            assert not re.search(r"\b(DESIGN|STATISTICS|FIELD-NOTES)(\.md| section)", text), file


def test_the_readme_is_short_and_its_lines_fit() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    for line in lines:
        assert len(line) <= 120 or line.startswith(("|", "<img")), line


def test_the_page_about_events_has_every_code() -> None:
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE)).items() >= CODES.items()
    for mend in Mend:
        assert f"`{mend}`" in text
