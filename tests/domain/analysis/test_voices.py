"""A customer's tickets are one row of a style."""

from msgspec.structs import replace

from monitor.domain.analysis.voices import voices
from monitor.domain.text.descriptors import describe
from tests.domain.cases import tickets

SHORT, LONG = describe("gone", "gdpr_erasure"), describe("please delete everything of mine", "gdpr_erasure")


def test_each_customer_is_one_row_and_nobody_s_tickets_are_rows_of_their_own() -> None:
    looks = [SHORT, LONG, SHORT, LONG, None]
    whose = [7, 7, None, None, 7]
    given = [
        replace(ticket, descriptors=look, customer=customer)
        for ticket, look, customer in zip(tickets("mmmmm"), looks, whose, strict=True)
    ]
    mean = tuple((a + b) / 2 for a, b in zip(SHORT, LONG, strict=True))
    assert [tuple(row) for row in voices(given)] == [mean, tuple(SHORT), tuple(LONG)]
