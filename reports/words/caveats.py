"""What to bear in mind of a broken cell's figures in; a sentence each out."""

from monitor.domain.judging.reasons import OnlyMature
from monitor.domain.labelling.unidentified import SkippedTickets
from monitor.domain.telling.caveats import (
    CappedWeights,
    Caveat,
    CountedWeak,
    DoubtfulAnchor,
    UnknownDesign,
    WeighedLabels,
    WrongLabels,
)
from reports.words import grades, wrong_labels
from reports.words.labelling import gap


def sentence(caveat: Caveat) -> str:
    """What to bear in mind. What an earlier version stored as a sentence is shown as it stands."""
    match caveat:
        case DoubtfulAnchor():
            why = grades.sentence(caveat.reason) if caveat.reason is not None else "an audit says so"
            return f"offline {caveat.recall:.2f} is {caveat.grade}: {why}"
        case UnknownDesign():
            return "labels of unknown sampling design: if misses are labelled more often, recall is better than shown"
        case WeighedLabels():
            return (
                "labels were chosen by prediction or score, and each counts for the tickets it stands for:"
                f" these {caveat.labels} count as {caveat.count_as:.3g}"
            )
        case CappedWeights():
            return (
                f"{caveat.labels} labels had a smaller chance of being labelled than sampling.min_probability"
                f" ({caveat.min_probability:g}): their weight is capped there, and recall is off by what was capped"
            )
        case CountedWeak():
            return (
                f"{caveat.weak} of the {caveat.labels} labels are weak: a program gave them, and labels.accept takes"
                " them; recall is what they say, uncorrected: have some of these misses read by a person"
            )
        case SkippedTickets():
            return f"{gap(caveat)}: recall cannot be known from these labels"
        case OnlyMature():
            return (
                f"misses are labelled sooner than hits, so only predictions older than {caveat.days:.1f} days were"
                " judged; the recalls shown are of all"
            )
        case WrongLabels():
            return wrong_labels.sentence(caveat)
        case str():
            return caveat
