"""What became of an event is a value; its text is what tables and metrics have had from the first release on."""

import pytest

from monitor.domain.events.fates import UNSENT, Became, EventFate, FateKind
from monitor.domain.events.refusals import CODES
from monitor.domain.events.tolerance import Mend


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        ("prediction", EventFate(FateKind.TAKEN, "prediction")),
        ("tombstone", EventFate(FateKind.TAKEN, "tombstone")),
        ("rejected:not_json", EventFate(FateKind.REJECTED, "not_json")),
        ("mended:score_clipped", EventFate(FateKind.MENDED, "score_clipped")),
        ("folded:predicted_names", EventFate(FateKind.FOLDED, "predicted_names")),
        ("unsent", EventFate(FateKind.UNSENT, "")),
        ("of a later release", EventFate(FateKind.TAKEN, "of a later release")),
        ("new:code", EventFate(FateKind.TAKEN, "new:code")),
        ("taken:label", EventFate(FateKind.TAKEN, "taken:label")),
    ],
)
def test_a_text_is_read_and_written_as_it_is_stored(text: str, fate: EventFate) -> None:
    assert EventFate.parse(text) == fate
    assert str(fate) == text


def test_every_fate_that_is_counted_comes_back_from_its_text() -> None:
    fates = [
        *map(EventFate.taken, Became),
        *map(EventFate.rejected, CODES),
        *map(EventFate.mended, Mend),
        UNSENT,
    ]
    assert [EventFate.parse(str(fate)) for fate in fates] == fates
    assert len({str(fate) for fate in fates}) == len(fates)
