"""Small pictures: in characters and as SVG."""

from reports.documents.charts import recall_by_week, shares, spark


def test_recall_in_characters_goes_from_low_to_high_with_a_dot_where_there_is_none() -> None:
    assert spark([None, 0.0, 0.12, 0.13, 0.5, 0.99, 1.0]) == "·▁▁▂▅██"
    assert spark([]) == ""


def test_a_week_without_a_label_is_a_gap_and_the_floor_a_line() -> None:
    picture = recall_by_week([0.5, None, 1.0, 0.0], 0.8, "a < b")
    assert picture.count("<circle") == 3
    assert picture.count('class="line"') == 1  # between the last two; nothing crosses the gap
    assert picture.count('class="floor"') == 1
    assert "<title>a &lt; b</title>" in picture
    assert 'class="floor"' not in recall_by_week([0.5], None, "")


def test_two_shares_are_as_long_as_they_are_large() -> None:
    picture = shares(1.0, 0.5, "")
    assert 'width="126.0" height="9" class="missed"' in picture
    assert 'width="63.0" height="9" class="other"' in picture
