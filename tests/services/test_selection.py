"""Which tests are quick follows from their folder and their fixtures."""

import re
from pathlib import Path, PurePath

import pytest

from tests.services.selection import FOLDERS, marks_of


@pytest.mark.parametrize(
    ("path", "fixtures", "parameters", "marks"),
    [
        ("domain/recall/test_tally.py", ["tmp_path"], [], set()),
        ("contract/test_outbox.py", ["engine", "request"], ["sqlite"], set()),
        ("contract/test_outbox.py", ["engine", "request"], ["postgresql"], {"service"}),
        ("contract/test_outbox.py", ["postgresql_engine", "postgresql"], [], {"service"}),
        ("contract/ingest/test_event_source.py", ["place"], ["apache_kafka"], {"service"}),
        ("reports/documents/test_in_chromium.py", ["chromium"], [7, None], {"service"}),
        ("simulation/test_coverage.py", [], [], {"simulation"}),
        ("benchmarks/test_slices.py", [], [], {"slow"}),
        ("e2e/test_faults.py", ["own_apache_kafka"], [], {"slow", "service"}),
    ],
)
def test_marks_follow_from_folder_and_fixtures(
    path: str, fixtures: list[str], parameters: list[object], marks: set[str]
) -> None:
    assert marks_of(PurePath(path), fixtures, parameters) == marks


def test_make_check_does_not_even_read_the_folders_in_which_nothing_is_quick() -> None:
    (folders,) = re.findall(
        r"^NOTHING_QUICK := (.*)$", (Path(__file__).parents[2] / "Makefile").read_text(), re.M
    )
    assert set(folders.split()) == FOLDERS.keys()
