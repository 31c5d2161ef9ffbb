"""How far a miss is believed is ever too far in 5 of 100 histories at most, however often it is found anew."""

import numpy as np
import pytest

from monitor.domain.labelling.believed import believed, looks

FLOOR, HISTORIES, READ = 0.78, 2_000, 200


@pytest.mark.parametrize("right", [0.4, 0.6, 0.8])
def test_a_miss_is_ever_believed_too_far_in_five_of_a_hundred_histories_at_most(right: float) -> None:
    rng = np.random.default_rng(4)
    # So much of all labels is the intent's own that at the floor this part of the misses is right.
    own = right / (1 - FLOOR + right * FLOOR)
    steps = looks(READ)
    confirmed = np.cumsum(rng.random((HISTORIES, READ)) < right, axis=1)
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
    assert too_far / HISTORIES <= 0.05
