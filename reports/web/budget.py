"""The question that the budget's page takes: its fields, which stand in the address."""

from collections.abc import Mapping

from reports.web.page import WHO, Filter, Form

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


def backtest_forms(asked: Mapping[str, str]) -> list[Form]:
    """The button that has the past replayed by the settings that are asked; its labels stay as they came."""
    kept = {name: asked[name] for name in ("drop", "false_pages") if asked.get(name)}
    return [Form("/budget/backtest", "replay the past by these settings", (WHO,), kept)] if kept else []
