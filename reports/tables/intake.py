"""What became of the events, in the lines below `anchorwatch status`."""

from collections import Counter
from collections.abc import Mapping, Sequence

from monitor.domain.events.fates import Became, FateKind, Limit
from monitor.domain.events.tolerance import Mend
from monitor.domain.slices.cells import OTHER
from monitor.review.ports.status import EventCount

_MENDED: Mapping[Mend, str] = {
    Mend.NAME_TRIMMED: "blanks around names, or letters in another normal form, were left out",
    Mend.SCORE_CLIPPED: "scores just beyond 0 or 1 were taken as that bound",
    Mend.SCORE_DROPPED: "scores that are no number within 0 and 1 were left out",
    Mend.SCORES_DROPPED: "`scores` that are no numbers were left out",
    Mend.PROBABILITY_CLIPPED: "sampling probabilities just above 1 were taken as 1",
    Mend.PROBABILITY_DROPPED: "sampling probabilities beyond 0 and 1, of no design, were left out",
    Mend.ANNOTATOR_DROPPED: "who gave a label is no name and no number, and was left out",
    Mend.MODEL_DROPPED: "the `model` of labels names none and was left out: they serve every model of their id",
    Mend.SLICE_CUT: "slices too long to be kept count as __other__",
    Mend.TEXT_MENDED: "half characters in texts were passed over",
    Mend.FIELD_IGNORED: "fields that nobody reads were no JSON and passed over",
}

_TAKEN: Mapping[Became, str] = {
    Became.TOMBSTONE: "tombstones were passed over",
    Became.NO_EVENT: "records that hold no answer, such as requests, were passed over",
    Became.LABEL_NOT_BELIEVED: "labels were passed over: labels.believe says that their topic is not believed for them",
    Became.LABEL_FITS_NONE: "labels came whose `model` fits no prediction of their id: if it goes on, compare its name,"
    " version and environment with those of the predictions",
    Became.PREDICTION_FOLDED: "predictions are of models beyond limits.models, and another of these had answered"
    " the request; of each request the first counts",
    Became.PREDICTION_DROPPED: "predictions were read again that retention has dropped; they count once",
    Became.PREDICTION_LATE: "predictions are as old as those that retention has dropped; where they were read"
    " before, from another topic or file, they count again",
}
_BEYOND: Mapping[Limit, tuple[str, str]] = {
    Limit.PREDICTED_NAMES: (
        "predictions of names beyond the first limits.intents of their model",
        "mend the producer, or raise the limit before the next version",
    ),
    Limit.MODELS: (
        "predictions of models beyond the first limits.models",
        "import an anchor for what is to be judged, mend the producer, or raise the limit",
    ),
    Limit.TOPICS: ("events of topics or files beyond the first 1,000", "read more than one day from a file"),
}


def lines(counts: Sequence[EventCount]) -> list[str]:
    """The dead letters by code, what was put right, and what was passed over."""
    rejected = _of(FateKind.REJECTED, counts)
    mended = _of(FateKind.MENDED, counts)
    lines = []
    if rejected:
        codes = ", ".join(
            f"{count:,} {code}" for code, count in sorted(rejected.items(), key=lambda i: -i[1])
        )
        lines.append(f"dead letters: {codes}")
    if unsent := _of(FateKind.UNSENT, counts).total():
        lines.append(
            f"{unsent:,} of them could not be sent to their topic; the database has place, code and hash"
        )
    lines += [f"{mended[mend]:,} events: {words}" for mend, words in _MENDED.items() if mended[mend]]
    folded = _of(FateKind.FOLDED, counts)
    lines += [
        f"{folded[limit]:,} {beyond} count together as {OTHER}: {what_to_do}"
        for limit, (beyond, what_to_do) in _BEYOND.items()
        if folded[limit]
    ]
    taken = _of(FateKind.TAKEN, counts)
    lines += [f"{taken[became]:,} {words}" for became, words in _TAKEN.items() if taken[became]]
    return lines


def _of(kind: FateKind, counts: Sequence[EventCount]) -> Counter[str]:
    """The events by code, over all topics."""
    events: Counter[str] = Counter()
    for count in counts:
        if count.fate.kind is kind:
            events[count.fate.code] += count.events
    return events
