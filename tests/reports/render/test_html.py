"""What a page's markup holds for narrow screens, where a row is a card: its name, then each figure below its own."""

from reports.render.blocks import Block, Column
from reports.render.html import html


def test_a_figure_on_a_card_is_named_and_its_name_is_escaped() -> None:
    page = html("t", [Block(columns=["intent", '"noticed" after', ""], rows=[["refund", "9 days", "-"]])])
    assert '<td>refund</td><td data-head="&#34;noticed&#34; after">9 days</td><td>-</td>' in page


def test_a_label_and_its_value_need_no_names() -> None:
    page = html("t", [Block(columns=["intent", "live"], rows=[["refund", "0.9"]])])
    assert "data-head=" not in page


def test_what_a_narrow_terminal_would_leave_out_comes_last_on_a_card() -> None:
    columns: list[str | Column] = ["intent", Column("evidence", spare=7), Column("floor", spare=1), "verdict"]
    page = html("t", [Block(columns=columns, rows=[["refund", "3e8", "0.8", "ok"]])])
    assert '<td data-head="evidence" data-spare>3e8</td><td data-head="floor">0.8</td>' in page


def test_a_column_that_says_nothing_is_left_out() -> None:
    page = html(
        "t", [Block(columns=["sink", "state", "trouble"], rows=[["desk", "sent", ""], ["ops", "sent", ""]])]
    )
    assert "state" in page
    assert "trouble" not in page
