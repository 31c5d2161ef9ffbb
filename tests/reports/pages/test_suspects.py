"""A note about suspects in words: what is suspected, what speaks for it, and what would settle it."""

from msgspec.structs import replace

from monitor.domain.telling.about import Suspects
from reports.pages.page import page_of
from tests.notices import TICKETS, data_export_request, gdpr_erasure, many, suspected


def words(*names: object) -> str:
    return " ".join(page_of(suspected(*names)).text.split())  # type: ignore[arg-type]


def test_a_suspect_is_told_with_its_recall_its_evidence_and_the_labels_that_settle_it() -> None:
    text = words(gdpr_erasure())
    assert page_of(suspected()).title == "tickets v7 (prod): gdpr_erasure is suspected"
    assert "No page and no incident: something speaks against this, though not enough for a page" in text
    assert "since release 0.39 (0.27 to 0.52, 61 labelled), at all times, floor 0.78" in text
    assert "how sure the bet against the promise won 20 % of what pages" in text
    assert (
        "to settle it about 8 labels more of its tickets: had recall fallen to 0.48 they would page" in text
    )
    assert "3.5 a week come" in text
    assert "at most 12 a year, on average" in text
    assert "next anchorwatch status" in text


def test_several_suspects_are_one_note_and_not_more_than_a_dozen_are_named() -> None:
    assert page_of(suspected(gdpr_erasure(), data_export_request())).title.endswith(": 2 cells are suspected")
    assert "and 8 more, not shown here" in words(*many(20))


def test_without_a_label_or_with_weighted_ones_the_words_say_so() -> None:
    note = suspected()
    assert isinstance(note.about, Suspects)
    (cell,) = note.about.cells
    cases: list[tuple[dict[str, object], str]] = [
        ({"live": None, "live_support": 0}, "since release no label, floor 0.78"),
        ({"weighted": True}, "61 labelled), at one look, floor 0.78"),
        ({"labels_to_page": 0.4, "labels_per_day": 0.0}, "about 1 label more of its tickets"),
        ({"labels_per_day": 0.0}, "loses what was won; none comes"),
    ]
    for changes, phrase in cases:
        about = Suspects(model=TICKETS, cells=[replace(cell, **changes)], notes_per_year=12.0)
        assert phrase in " ".join(page_of(replace(note, about=about)).text.split())
