"""A note before any label says both things that it may be, in every form, and never that recall fell."""

import json

import pytest

from connectors.sinks.webhook import payload
from monitor.domain.slices.cells import Cell
from reports.pages.page import page_of
from tests.notices import TICKETS, fewer


def test_it_says_both_and_which_tickets_would_tell() -> None:
    text = page_of(fewer()).text
    assert "demand for gdpr_erasure fell by 84 %, or recall did" in text
    assert "8 of 10,000 predictions from 2026-11-18 on; about 50 would be usual" in text
    assert "label tickets predicted as cancel_account or feature_request since then" in text
    assert "No page and no incident" in text
    assert "at most 4 a year" in text
    assert "anchorwatch labels early" in text
    assert "recall fell" not in text


def test_a_crowd_is_cut_with_how_many_are_left() -> None:
    note = fewer(*(Cell(TICKETS, f"intent_{number:02}") for number in range(15)))
    page = page_of(note)
    assert page.title == "tickets v7 (prod): 15 intents fell, in demand or in recall"
    assert "and 3 more, not shown here" in page.text


def test_a_webhook_has_every_figure_of_it() -> None:
    note = fewer()
    data = json.loads(payload(note, page_of(note)))["data"]
    (sign,) = data["signs"]
    assert sign["fallen"] == pytest.approx(0.84)
    assert {key: value for key, value in sign.items() if key != "fallen"} == {
        "intent": "gdpr_erasure",
        "sign": "share",
        "begun": "2026-11-18T00:00:00Z",
        "noted": "2026-11-23T00:00:00Z",
        "usual": 0.005,
        "recent": 0.0008,
        "predicted": 8,
        "total": 10_000,
        "elsewhere": ["cancel_account", "feature_request"],
    }
    assert (data["signs_left_out"], data["notes_per_year"], data["severity"]) == (0, 4.0, "info")
