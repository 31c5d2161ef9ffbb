"""What second readings come to, in sentences."""

from collections.abc import Iterator

from monitor.domain.labelling.agreement import IntentReadings, ModelReadings, SameAnswer
from reports.words.disputed import annotator


def sentences(found: ModelReadings) -> Iterator[str]:
    """One an intent, and one of the annotators who agree least."""
    for each in found.intents:
        yield f"{each.intent}: {_intent(each)}"
    if found.annotators:
        people = "; ".join(
            f"{annotator(each.annotator)} {_same(each.answers)}" for each in found.annotators[:3]
        )
        yield f"said the same as another reader, who least first: {people}"


def _intent(read: IntentReadings) -> str:
    parts = [
        f"{name} {_same(answers)}"
        for name, answers in (("hits", read.hits), ("misses", read.misses))
        if answers.read
    ]
    slips = read.slips
    return (
        f"a second reader confirms of its {', of its '.join(parts)}; so labels slip in about {_rate(slips.value)} of"
        f" other tickets ({_rate(slips.low)} to {_rate(slips.high)})"
    )


def _same(answers: SameAnswer) -> str:
    return f"{answers.same} of {answers.read} ({answers.low:.2f} to {answers.high:.2f})"


def _rate(share: float) -> str:
    return f"{100 * share:.2g} %"
