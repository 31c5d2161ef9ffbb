"""What confirmed misses alone say of recall: a limit from above."""


def recall_at_most(predicted: int, missed: int) -> float:
    """The highest recall that confirmed misses leave: `R <= N / (N + c)`.

    N tickets were predicted as the intent, so it found N at most; c were confirmed as missed. They exist only
    for misses: they can prove a drop, never health.

    >>> recall_at_most(predicted=40, missed=60)
    0.4
    """
    return predicted / (predicted + missed) if missed else 1.0
