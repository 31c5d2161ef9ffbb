"""Red flags of a worksheet in words. Those that it can have are worded in `tests/domain/anchors/test_worksheet.py`."""

from monitor.domain.anchors.grade_reasons import SmallSupport, UnknownOrigins
from monitor.domain.anchors.red_flags import Missing, RedFlag, UntrustedAnchor
from reports.words.worksheet import red_flag


def test_everything_that_may_be_missing_has_its_words_and_what_to_do() -> None:
    worded = [red_flag(RedFlag("refund", missing)) for missing in Missing]
    assert all(flag["what"] and flag["do"] for flag in worded)
    assert len({flag["what"] for flag in worded}) == len(Missing)


def test_a_red_flag_says_which_reasons_it_rests_on() -> None:
    assert red_flag(RedFlag("owner", Missing.OWNER)) == {
        "where": "owner",
        "what": "nobody owns it",
        "do": "name who answers for these examples",
    }
    because = (SmallSupport(29, 30), UnknownOrigins(2, 100))
    assert red_flag(RedFlag("refund", UntrustedAnchor(because)))["what"] == (
        "the file says that real tickets are characterised, but the anchor is untrusted: only 29 examples; under 30"
        " can't tell .88 from .70; nobody recorded where 2 of its 100 examples come from"
    )
