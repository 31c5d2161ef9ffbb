"""The reports in a real browser: narrow and wide, light and dark, printed; nothing is fetched from anywhere."""

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine

from reports.documents import analysis, weekly
from tests.review.broken_channel import analysed, broken
from tests.review.broken_slices import broken_by_email
from tests.review.weeks import report
from tests.services.chromium import printed, seen


@pytest.fixture
def pages(sqlite_engine: Engine) -> dict[str, str]:
    """A weekly report and an incident's analysis, of the same broken intent."""
    world = broken(sqlite_engine)
    return {
        "weekly": weekly.html(report(world)),
        "incident": analysis.html(analysed(world)),
    }


@pytest.mark.parametrize("name", ["weekly", "incident"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_a_report_fits_its_window_and_fetches_nothing(
    pages: dict[str, str], chromium: str, httpserver: HTTPServer, name: str, width: int, dark: bool
) -> None:
    page = seen(chromium, httpserver, pages[name], width, dark=dark)
    assert page["wide"] <= width
    assert page["background"] == ("rgb(22, 22, 22)" if dark else "rgb(255, 255, 255)")
    assert page["pictures"] >= 1
    assert "erasure" in page["text"]
    assert page["fetched"] == []


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_a_week_with_broken_slices_fits_its_window(
    sqlite_engine: Engine, chromium: str, httpserver: HTTPServer, width: int, dark: bool
) -> None:
    page = seen(chromium, httpserver, weekly.html(report(broken_by_email(sqlite_engine))), width, dark=dark)
    assert page["wide"] <= width
    assert "1 slice degraded" in page["text"]
    assert "erasure [channel=email]" in page["text"]
    assert page["fetched"] == []


@pytest.mark.parametrize("name", ["weekly", "incident"])
def test_a_report_can_be_printed(
    pages: dict[str, str], chromium: str, httpserver: HTTPServer, tmp_path: Path, name: str
) -> None:
    assert printed(chromium, httpserver, pages[name], tmp_path / "report.pdf").startswith(b"%PDF-")
