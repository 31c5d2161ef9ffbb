"""Reports are read from their folder, and nothing else: no file of another kind, none outside, none that is hidden."""

from pathlib import Path

import pytest

from connectors.files.written_reports import report_file, written_reports


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reports = tmp_path / "reports"
    (reports / "evidently").mkdir(parents=True)
    (reports / "week.html").write_text("<p>week</p>")
    (reports / "week.json").write_text("{}")
    (reports / "evidently" / "drift.html").write_text("<script>1</script>")
    (reports / ".week.html.1.half").write_text("half")
    (reports / ".hidden.html").write_text("hidden")
    (reports / "notes.txt").write_text("notes")
    (tmp_path / "secret.html").write_text("secret")
    (reports / "link.html").symlink_to(tmp_path / "secret.html")
    return reports


def test_pages_are_listed_by_their_path_and_no_other_file(folder: Path) -> None:
    assert {report.name for report in written_reports(folder)} >= {"week.html", "evidently/drift.html"}
    assert not {".hidden.html", "week.json", "notes.txt"} & {
        report.name for report in written_reports(folder)
    }
    assert list(written_reports(folder / "not there")) == []


def test_a_report_is_read_with_what_it_is(folder: Path) -> None:
    assert report_file(folder, "week.html") == ("text/html; charset=utf-8", b"<p>week</p>")
    assert report_file(folder, "week.json") == ("application/json", b"{}")
    assert report_file(folder, "evidently/drift.html") is not None


@pytest.mark.parametrize(
    "name",
    [
        *("../secret.html", "evidently/../../secret.html", "link.html", "notes.txt", ".hidden.html"),
        *("", ".", "evidently", "none.html", "week.html\x00", "x" * 5_000 + ".html"),
    ],
)
def test_nothing_else_is_read(folder: Path, name: str) -> None:
    assert report_file(folder, name) is None


def test_not_even_by_its_whole_path(folder: Path) -> None:
    assert report_file(folder, str(folder.parent / "secret.html")) is None
