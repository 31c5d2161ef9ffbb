"""Missed tickets as a person sees them, line by line, and as CSV and objects."""

import csv
import io
from datetime import timedelta

import pytest

from monitor.cli.console import PlainConsole
from monitor.domain.slices.cells import Cell
from monitor.review.ports.incidents import IncidentStatus
from monitor.review.ports.missed_tickets import MissedTicket
from reports.render.blocks import View
from reports.render.terminal import print_view
from reports.tables.tickets import as_csv, as_object, newest_tickets, tickets_view
from tests.notices import AT, TICKETS

INCIDENT = IncidentStatus(3, "tickets", "prod", "opened", AT, None, [], [])
DESK = "https://desk.example/{slice.channel}/{prediction_id}"
MISSED = [
    MissedTicket(
        f"018f2b44-7c1d-7e1a-9d1c-00000000000{n}",
        Cell(TICKETS, "gdpr_erasure"),
        AT - timedelta(hours=n),
        predicted,
        "gdpr_erasure",
        AT - timedelta(hours=n - 1),
        slices,
    )
    for n, predicted, slices in (
        (1, "cancel_account", {"channel": "email", "tier": "free"}),
        (2, "", {}),
    )
]
SCREENS = {
    80: """
incident 3 of tickets (prod): 2 labelled tickets missed since the onset
                       prediction id  predicted as    labelled as
──────────────────────────────────────────────────────────────────
018f2b44-7c1d-7e1a-9d1c-000000000001  cancel_account  gdpr_erasure
018f2b44-7c1d-7e1a-9d1c-000000000002  no answer       gdpr_erasure
not shown at this width: predicted, UTC, labelled, UTC, slices
""",
    120: """
incident 3 of tickets (prod): 2 labelled tickets missed since the onset
                       prediction id  predicted as    labelled as     predicted, UTC     labelled, UTC  slices
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
018f2b44-7c1d-7e1a-9d1c-000000000001  cancel_account  gdpr_erasure  2026-11-23 08:10  2026-11-23 09:10  channel=email,
                                                                                                        tier=free
018f2b44-7c1d-7e1a-9d1c-000000000002  no answer       gdpr_erasure  2026-11-23 07:10  2026-11-23 08:10
""",
}


def screen(view: View, width: int) -> list[str]:
    """The lines on a terminal of so many columns, without colours."""
    console = PlainConsole(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    print_view(console, view)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 120])
def test_ids_are_whole_at_any_width_and_each_says_what_it_was_taken_for(width: int) -> None:
    assert screen(tickets_view(INCIDENT, MISSED, ""), width) == SCREENS[width].strip().splitlines()


def test_without_one_it_says_so() -> None:
    assert screen(tickets_view(INCIDENT, [], DESK), 80) == [
        "incident 3 of tickets (prod): 0 labelled tickets missed since the onset"
    ]
    assert newest_tickets(3, [], DESK) == []


def test_an_address_is_made_from_the_template_where_the_ticket_has_all_that_it_wants() -> None:
    assert [as_object(ticket, DESK)["url"] for ticket in MISSED] == [
        "https://desk.example/email/018f2b44-7c1d-7e1a-9d1c-000000000001",
        "",
    ]
    assert all(head.name != "ticket" for head in tickets_view(INCIDENT, MISSED, "").blocks[1].heads)
    assert tickets_view(INCIDENT, MISSED, DESK).blocks[1].heads[-1].name == "ticket"


def test_csv_has_a_column_for_each_slice_and_gives_the_same_as_json() -> None:
    first, second = csv.DictReader(io.StringIO(as_csv(MISSED, DESK)))
    assert (first["prediction_id"], first["predicted"]) == (MISSED[0].prediction_id, "cancel_account")
    assert (first["slice.channel"], first["slice.tier"], first["predicted_at"]) == (
        "email",
        "free",
        "2026-11-23T08:10:00+00:00",
    )
    assert (second["predicted"], second["slice.channel"], second["url"]) == ("", "", "")


def test_ten_of_them_at_most_stand_beside_an_incident_with_how_to_see_all() -> None:
    many = [MISSED[0]._replace(prediction_id=f"p{n}") for n in range(15)]
    (block,) = newest_tickets(3, many, "")
    assert len(block.rows) == 10
    assert block.notes == ["all of them: anchorwatch incident tickets 3"]
