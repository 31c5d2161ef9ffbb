"""What is wrong with an intent's labels in; a sentence out."""

import math
from collections.abc import Iterable, Sequence

from monitor.domain.events.types import Model
from monitor.domain.labelling.clustering import Clustering
from monitor.domain.labelling.unidentified import (
    FewLabelsElsewhere,
    Gap,
    NoLabelElsewhere,
    OnlyOwnLabels,
    SkippedTickets,
    UnevenLabels,
    UnlabelledClasses,
)
from monitor.domain.sampling.beside import LabelsBeside
from monitor.domain.sampling.response import Response, Skew
from reports.figures import answer


def gap(why: Gap) -> str:
    """Why the labels cannot tell recall."""
    match why:
        case OnlyOwnLabels():
            return f"labels exist only for tickets predicted as {why.intent}, where every label is a hit"
        case NoLabelElsewhere():
            return f"there is no label yet on a ticket that was not predicted as {why.intent}"
        case FewLabelsElsewhere():
            return (
                f"only {why.labels} labels on tickets not predicted as {why.intent}: without a declared sampling"
                f" design it takes {why.needed}"
            )
        case SkippedTickets():
            return f"tickets drawn for labelling are skipped: {skews(why.skews)}, and no weight makes up for that"
        case UnlabelledClasses():
            return f"no label among {why.predictions:,} predictions of {_listed(why.classes, why.more)}"


def uneven(labels: UnevenLabels) -> str:
    """Where recall looks better or worse than it is, although it counts."""
    more = labels.times > 1
    times = labels.times if more else 1 / labels.times if labels.times else math.inf
    return (
        f"tickets predicted as {labels.intent} are labelled {times:.3g} times {'more' if more else 'less'} often"
        f" than the rest and nobody says why: recall may be {'worse' if more else 'better'} than it looks; send the"
        " sampling design and probability"
    )


def clustered(model: Model, seen: Clustering) -> str:
    """That one customer's tickets miss together, and how many of them count as one."""
    return (
        f"{model}: tickets of one customer miss together (ICC {seen.icc:.2f}, {seen.at_a_time:.1f} of a day's at a"
        f" time): {seen.design_effect:.1f} of them say as much as one, and "
        + (
            "count as one in the intervals shown; bet once per customer and day"
            if seen.bet_together
            else "the intervals shown count each"
        )
    )


def skews(found: Iterable[Skew]) -> str:
    """What the labelled of the drawn tickets differ in from the others."""
    return _listed(
        [
            f"the labelled ones differ in {_SKEWS[skew]}" if not n else _SKEWS[skew]
            for n, skew in enumerate(found)
        ],
        0,
    )


def skipping(model: Model, response: Response) -> str:
    """That drawn tickets are skipped, of which class most, and what follows."""
    labelled, drawn = response.tickets.labelled, response.tickets.drawn
    least = response.least
    of_class = (
        f"; of those predicted as {answer(least[0])} {least[1].labelled:,} of {least[1].drawn:,}"
        if least is not None and Skew.CLASS in response.found
        else ""
    )
    return (
        f"{model}: drawn tickets are skipped, not by chance: {skews(sorted(response.found))}"
        f" ({labelled:,} of {drawn:,} labelled{of_class}); recall cannot be known from them"
    )


_SKEWS = {
    Skew.CLASS: "what they were predicted as",
    Skew.SCORE: "how sure the model was",
    Skew.SCORE_IN_CLASS: "how sure the model was of tickets of one class",
    Skew.CHANCE_IN_CLASS: "the chance they had among tickets of one class",
}


def _listed(classes: Sequence[str], more: int) -> str:
    names = [answer(name) for name in classes]
    if more:
        return f"{', '.join(names)} and {more} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def beside(model: Model, seen: LabelsBeside) -> str:
    """That labels come beside the draws, and what that does."""
    return (
        f"{model}: {seen.beside:,} of the last {seen.labels:,} labels are of tickets that were not drawn, and do not"
        " say how these were chosen; the draws thin them out unevenly, and recall is off"
    )
