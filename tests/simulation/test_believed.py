"""A miss is believed too far, at any time, in few histories, however often it is found anew."""

import numpy as np
import pytest

from monitor.domain.labelling.believed import believed, looks

FLOOR, HISTORIES = 0.78, 2_000


@pytest.mark.parametrize(
    ("right", "readings", "most"), [(0.4, 200, 0.05), (0.6, 200, 0.05), (0.8, 200, 0.05), (0.4, 1_000, 0.08)]
)
def test_a_miss_is_ever_believed_too_far_in_few_histories(right: float, readings: int, most: float) -> None:
    rng = np.random.default_rng(4)
    # So much of all labels is the intent's own that at the floor this part of the misses is right.
    own = right / (1 - FLOOR + right * FLOOR)
    steps = looks(readings)
    confirmed = np.cumsum(rng.random((HISTORIES, readings)) < right, axis=1)
    misses = 1 - own * FLOOR
    labels = [round(step / misses) for step in steps]
    hits = np.cumsum(rng.random((HISTORIES, labels[-1])) < own * FLOOR, axis=1)
    too_far = 0
    for history in range(HISTORIES):
        too_far += any(
            believed(
                "own",
                read,
                int(confirmed[history, read - 1]),
                hit := int(hits[history, upto - 1]),
                upto - hit,
            ).weight(FLOOR)
            > right
            for read, upto in zip(steps, labels, strict=True)
        )
    assert too_far / HISTORIES <= most
