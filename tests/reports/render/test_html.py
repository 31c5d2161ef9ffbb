"""What a page's markup holds for narrow screens, where a table's rows are stacked."""

from reports.render.blocks import Block
from reports.render.html import html


def test_a_stacked_figure_is_named_and_its_name_is_escaped() -> None:
    prose = "a sentence that is long enough for its table to be stacked on a phone, by far"
    page = html("t", [Block(columns=['"noticed" after', "why", ""], rows=[["9 days", prose, "-"]])])
    assert 'data-head="&#34;noticed&#34; after">9 days</td>' in page
    assert page.count("data-head=") == 2  # the heading that is empty names nothing


def test_figures_side_by_side_need_no_names_of_their_own() -> None:
    page = html("t", [Block(columns=["intent", "live", "floor"], rows=[["refund", "0.9", "0.8"]])])
    assert "data-head=" not in page
