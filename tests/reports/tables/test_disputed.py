"""The tickets that a second person should read, as a table, as CSV and for programs."""

import csv
import io
from itertools import pairwise

import pytest

from monitor.domain.events.types import Kind, Model
from monitor.labels.ports.disputed import Disputed, DoubtfulTicket, GivenLabel, WhyDisputed
from reports.tables.disputed import as_csv, as_object, disputed_view
from reports.words.disputed import said, why
from tests.stored import NOON, TICKETS

LABELS = (
    GivenLabel("erasure", "9f86d081884c7d65", Kind.HUMAN, NOON),
    GivenLabel("refund", None, Kind.ADJUDICATED, NOON),
)
TICKET = DoubtfulTicket(TICKETS, "p/1", NOON, "", "erasure", LABELS, {"channel": "email"})


def template(_: Model) -> str:
    return "https://desk.example/{slice.channel}/{prediction_id}"


def test_every_reason_has_words_of_its_own() -> None:
    words = [why(Disputed(TICKET, each)) for each in WhyDisputed]
    assert all(words)
    assert all(one != other for one, other in pairwise(words))


def test_who_said_what_is_named_by_the_beginning_of_the_hash() -> None:
    assert said(Disputed(TICKET, WhyDisputed.DIFFER)) == "erasure (9f86d081), refund (unnamed)"
    assert "9f86d081's labels" in why(Disputed(TICKET, WhyDisputed.SUSPECTED, "9f86d081884c7d65"))


def test_a_program_gets_the_labels_and_the_next_reader_gets_none_of_them() -> None:
    ticket = Disputed(TICKET, WhyDisputed.DIFFER)
    found = as_object(ticket, template)
    assert (found["why"], found["url"]) == ("differ", "https://desk.example/email/p%2F1")
    assert [each["annotator"] for each in found["labels"]] == ["9f86d081884c7d65", None]
    (row,) = csv.DictReader(io.StringIO(as_csv([ticket], template)))
    assert row["prediction_id"] == "p/1"
    assert "9f86" not in as_csv([ticket], template)


@pytest.mark.parametrize("named", [True, False])
def test_where_nobody_is_known_to_have_labelled_the_view_says_what_to_set(named: bool) -> None:
    lines = disputed_view([Disputed(TICKET, WhyDisputed.UNCONFIRMED)], template, named=named).blocks[0].lines
    assert any("privacy.annotators" in line for line in lines) is not named
