"""However a stream is cut into evaluations and chunks, what comes of it is the same."""

from collections.abc import Sequence

import pytest

from monitor.evaluate import replay
from monitor.evaluate import round as evaluating
from tests.worlds import NewWorld, World

STREAM: Sequence[tuple[str, str]] = [
    ("erasure", "hhhmh"),
    ("other", "hhhhh"),
    ("erasure", "m" * 12),
    ("export", "hhmhm"),
    ("erasure", "h" * 50),
    ("export", "m" * 15),
    ("erasure", "hmh" * 5),
]


def run(world: World, *, in_steps: bool) -> tuple[list[object], list[str]]:
    world.anchor(erasure=(0.88, 38), export=(0.91, 40), other=(0.9, 400))
    for intent, pattern in STREAM:
        for piece in pattern if in_steps else [pattern]:
            world.outcomes(
                intent, piece, slices={"channel": "email" if piece == "h" else "web"} if in_steps else {}
            )
            if in_steps:
                world.evaluate()
    world.evaluate()
    # A note is about what an evaluation sees, so how often there is one decides of notes; of nothing else.
    return world.everything(), [kind for kind in world.kinds() if kind != "cells.suspect"]


def test_many_small_evaluations_give_what_one_gives_to_the_last_bit(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "CHECKPOINT_EVERY", 7)
    stepwise, kinds = run(new_world(), in_steps=True)
    at_once, kinds_at_once = run(new_world(), in_steps=False)

    assert stepwise == at_once
    assert kinds == ["opened", "resolved", "opened"]
    assert kinds_at_once == ["opened"]  # both broke, and the first healed, before anyone looked


@pytest.mark.parametrize("chunk", [1, 7, 102])
def test_the_size_of_a_chunk_changes_nothing(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    whole, _ = run(new_world(), in_steps=False)
    monkeypatch.setattr(evaluating, "CHUNK", chunk)
    cut, _ = run(new_world(), in_steps=False)
    assert cut == whole
    assert len(whole) == 3


def test_outcomes_taken_back_do_not_end_an_evaluation_early(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk with a hole in it is shorter than a whole chunk, and still not the last."""
    monkeypatch.setattr(evaluating, "CHUNK", 4)
    names = world.outcomes("refund", "h" * 12)
    world.retract([names[1], *names[4:8]])
    assert world.evaluate().outcomes == 7
    assert world.cell("refund").labels.tally.hits == 7


def test_an_evaluation_that_is_cut_off_is_made_up_for_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.anchor(erasure=(0.88, 38))
    world.outcomes("erasure", "m" * 20)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("connectors.sql.evaluate.store.EvaluationTransaction.finish", die)
        with pytest.raises(KeyboardInterrupt):
            world.evaluate()
    assert world.kinds() == []
    assert world.evaluate().outcomes == 20
    assert world.kinds() == ["opened"]
    assert world.cell("erasure").labels.tally.misses == 20
