"""The charts of a cell: every value that a browser draws stands in the words of its read-out and in its table."""

from datetime import timedelta
from typing import cast

import msgspec
import pytest
from sqlalchemy import Engine

from reports.documents.plain_chart import plain_chart
from reports.render.blocks import Block, View
from reports.render.chart import Chart, ChartLine, Level, Shape
from reports.tables.cell_charts import evidence_chart, labels_chart, recall_chart
from reports.web.page import RoomPage
from tests.review.looked import fallen, looked
from tests.stored import NOON


@pytest.fixture
def blocks(sqlite_engine: Engine) -> list[Block]:
    look = looked(fallen(sqlite_engine))
    return [recall_chart(look), evidence_chart(look), labels_chart(look)]


def test_each_chart_has_a_picture_words_for_each_place_and_a_table_of_the_same(blocks: list[Block]) -> None:
    for block in blocks:
        chart = cast("Chart", block.chart)
        assert 'role="img"' in block.picture
        assert len(chart.told) == len(chart.x) == len(block.rows)
        assert all(len(line.values) == len(chart.x) for line in chart.lines)


def test_the_read_out_says_recall_its_limits_and_the_labels_behind_it(blocks: list[Block]) -> None:
    chart = cast("Chart", blocks[0].chart)
    assert chart.told[-1] == (
        f"recall {chart.lines[0].values[-1]:.2f} ({chart.low[-1]:.2f} to {chart.high[-1]:.2f} at all times);"
        f" of the 5 tickets up to here 4 missed, 0.20"
    )
    assert [level.name for level in chart.levels] == ["offline 0.90", "floor 0.80"]
    assert chart.x[0] >= NOON.timestamp()


def test_evidence_is_held_against_what_pages_and_never_drawn_below_the_axis(blocks: list[Block]) -> None:
    chart = cast("Chart", blocks[1].chart)
    assert chart.levels == [Level("a page", 1.0, "floor")]
    assert min(value for value in chart.lines[0].values if value is not None) >= chart.least
    assert chart.told[-1].endswith("and a page stands")


def test_labels_a_day_say_how_long_they_took(blocks: list[Block]) -> None:
    chart = cast("Chart", blocks[2].chart)
    assert sum(value or 0 for value in chart.lines[0].values) == 100
    assert "half of them within 1 day" in chart.told[0]
    assert chart.told[0].startswith(f"{NOON + timedelta(days=1):%Y-%m-%d} (UTC): ")


def test_only_a_page_with_a_chart_asks_for_what_draws_it(blocks: list[Block]) -> None:
    page = RoomPage("t", View(blocks[:1], {})).html()
    assert "uplot.js" in page
    assert "<details><summary>its figures as a table" in page
    without = RoomPage("t", View([Block(lines=["x"])], {})).html()
    assert "uplot.js" not in without
    assert "charts.js" not in without


def test_a_picture_has_a_bar_for_each_value_and_escapes_names() -> None:
    chart = Chart(
        name="x",
        x=[1, 2, 3],
        timed=False,
        x_name="<b>",
        lines=[ChartLine([1.0, None, 2.0], Shape.BARS)],
        levels=[Level("<i>", 1.0, "floor")],
        told=["a", "b", "c"],
    )
    drawn = plain_chart(chart, "<u>")
    assert drawn.count("<rect") == 2 * 2  # for a screen, and for a phone
    assert not {"<b>", "<i>", "<u>"} & {drawn[at : at + 3] for at in range(len(drawn))}
    assert plain_chart(msgspec.structs.replace(chart, lines=[ChartLine([None] * 3)]), "x") == ""
