"""What is wrong with an intent's labels in; a sentence out."""

import math
from collections.abc import Sequence

from monitor.domain.events.types import Model
from monitor.domain.labelling.clustering import Clustering
from monitor.domain.labelling.unidentified import (
    FewLabelsElsewhere,
    Gap,
    NoLabelElsewhere,
    OnlyOwnLabels,
    UnevenLabels,
    UnlabelledClasses,
)
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


def _listed(classes: Sequence[str], more: int) -> str:
    names = [answer(name) for name in classes]
    if more:
        return f"{', '.join(names)} and {more} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
