"""The page of an analysis has the worst members, and says where the others are; programs have all."""

from typing import Any

from msgspec.structs import replace
from sqlalchemy import Engine

from reports.documents import analysis as document
from reports.web.analysis import analysis_page
from tests.review.broken_channel import analysed, broken


def test_the_worst_members_are_shown_and_the_others_named(sqlite_engine: Engine) -> None:
    whole = analysed(broken(sqlite_engine))
    several = replace(whole, members=[whole.members[0]] * 3)
    shown = analysis_page(several, [], members=2)
    assert shown.blocks[:-1] == document.blocks(replace(several, members=several.members[:2]))
    assert shown.blocks[-1].notes == [
        "1 more member, less broken: all are in the report of `anchorwatch incident analyze 1 --output FOLDER`"
    ]
    content: Any = shown.content
    assert len(content["members"]) == 3
    assert analysis_page(several, []).blocks == document.blocks(several)
