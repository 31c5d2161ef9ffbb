"""What weak labels say of an intent's recall, in a sentence."""

from monitor.domain.recall.weak import WeakRecall


def sentence(recall: WeakRecall) -> str:
    """What a program's labels come to, and how far they are to be believed.

    >>> print(sentence(WeakRecall(0.71, 0.6, 0.8, 0.5, 0.9, 0.99, 12000, 800)).partition(";")[0])
    recall 0.71 (0.60 to 0.80) by 12,000 weak labels, corrected by the 800 tickets that people labelled, too
    """
    said = "" if recall.as_said is None else f"; uncorrected {recall.as_said:.2f}"
    if recall.recall is None or recall.sensitivity is None or recall.specificity is None:
        return f"{recall.labels:,} weak labels cannot be corrected: {_lacking(recall)}{said}"
    more = f" ({recall.chosen:,} more, chosen by class or by score, are left out)" if recall.chosen else ""
    return (
        f"recall {recall.recall:.2f} ({recall.low:.2f} to {recall.high:.2f}) by {recall.labels:,} weak labels,"
        f" corrected by the {recall.both:,} tickets that people labelled, too{more}{said}. They find"
        f" {recall.sensitivity:.0%} of its tickets, and take {1 - recall.specificity:.1%} of the others for such"
    ).replace("%", " %")


def _lacking(recall: WeakRecall) -> str:
    if not recall.both and recall.chosen:
        return (
            f"the {recall.chosen:,} tickets that people labelled, too, were chosen by class or by score, and so are no"
            " sample of how often a program is right"
        )
    if not recall.both:
        return "no person labelled any of their tickets"
    people = f"of the {recall.both:,} tickets that people labelled, too,"
    if recall.chosen:
        people = f"{people} and that were not chosen by class or by score,"
    if recall.sensitivity is None:
        return f"{people} none is of this intent"
    if recall.specificity is None:
        return f"{people} all are of this intent"
    if recall.sensitivity + recall.specificity <= 1:
        return (
            f"they find {recall.sensitivity:.0%} of its tickets, and take"
            f" {1 - recall.specificity:.0%} of the others for such"
        ).replace("%", " %")
    return "they tell nothing of its tickets that were predicted as it, or of those that were not"
