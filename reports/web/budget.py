"""The question that the budget's page takes: its fields, which stand in the address."""

from collections.abc import Mapping

from reports.web.page import Filter

WHAT_IF: Mapping[str, str] = {
    "drop": "recall may fall by",
    "false_pages": "false pages a year",
    "labels": "labels a day: N, or INTENT=N, ...",
    "fall_to": "a fall to a recall of",
}
"""Each field of the question, and its words."""


def what_if_filters(asked: Mapping[str, str]) -> list[Filter]:
    """The fields with what was asked."""
    return [Filter(name, asked.get(name, ""), words=words) for name, words in WHAT_IF.items()]
