"""Notes before any label that stand, each with the tickets that would tell which of two things fell."""

from monitor.domain.telling.patterns import fits_pattern
from monitor.errors import NotFoundError
from monitor.review.narrowing import unknown_name
from monitor.review.ports.early import EarlyLook, EarlyRecords

MOST = 20


def standing_early(records: EarlyRecords, intent: str = "", most: int = MOST) -> list[EarlyLook]:
    """The notes that stand about intents that fit the pattern (""  fits all).

    Raises:
        NotFoundError: the pattern fits none of them.
    """
    standing = records.standing()
    ours = [note for note in standing if fits_pattern(note.facts.cell.intent, intent or "*")]
    if intent and not ours:
        raise NotFoundError(
            [unknown_name("--intent", intent, sorted({n.facts.cell.intent for n in standing}))]
        )
    return [EarlyLook(note, records.deciding(note.facts, most)) for note in ours]
