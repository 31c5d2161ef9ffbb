"""A page has no more pictures than it has room for, and says where the others are."""

from reports.render.blocks import Block
from reports.web.pictures import fewer_pictures


def test_the_first_pictures_stay_and_the_words_of_all() -> None:
    blocks = [Block(heading=str(number), picture=f"<svg>{number}</svg>", caption="c") for number in range(3)]
    words = Block(lines=["words"])
    shown = fewer_pictures([*blocks, words], "analyze", 2)
    assert shown[:2] == blocks[:2]
    assert (shown[2].heading, shown[2].picture, shown[2].caption, shown[3]) == ("2", "", "", words)
    assert shown[4].notes == ["the first 2 of 3 pictures are shown; all are in the report of `analyze`"]


def test_where_there_is_room_nothing_is_left_out() -> None:
    blocks = [Block(picture="<svg/>"), Block(lines=["words"])]
    assert fewer_pictures(blocks, "analyze", 1) == blocks
