"""A ticket that is in two tasks of a project, as two draws bring it: what a file with one of them takes back."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.labels.imports import counts, predicted, taken, truths
from tests.labels.studio import Studio
from tests.stored import label, store, take


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.json"


def filtered(studio: Studio, *tasks: int) -> bytes:
    """An export of some of its tasks."""
    every, studio.tasks = studio.tasks, {number: studio.tasks[number] for number in tasks}
    exported = studio.export()
    studio.tasks = every
    return exported


@pytest.mark.parametrize("answered", [(2, 1), (2,)])
def test_an_export_by_a_filter_takes_nothing_back_of_the_other_task(
    engine: Engine, file: Path, answered: tuple[int, ...]
) -> None:
    predicted(engine, p1="refund")
    studio = Studio()
    studio.add("p1")
    studio.add("p1")
    for task in answered:
        studio.answer(task, 17, "refund")
    if 1 not in answered:
        studio.skip(1, 17)
    taken(engine, file, studio.export())
    came = counts(taken(engine, file, filtered(studio, 1)))
    assert came == {"task_elsewhere": 1} | ({"unchanged": 1} if 1 in answered else {"skipped": 1})
    assert truths(engine) == {"p1": "refund"}


def test_an_answer_deleted_from_the_task_that_is_there_is_taken_back_alone(
    engine: Engine, file: Path
) -> None:
    predicted(engine, p1="refund", p2="bug")
    studio = Studio()
    studio.answer(studio.add("p1"), 17, "refund")
    wrong = studio.answer(studio.add("p1"), 18, "bug")
    taken(engine, file, studio.export())
    studio.delete(wrong)
    assert counts(taken(engine, file, filtered(studio, 2))) == {"retracted": 1, "task_elsewhere": 1}
    assert truths(engine) == {"p1": "refund"}


def test_labels_of_before_tasks_were_kept_stay_theirs(engine: Engine, file: Path) -> None:
    predicted(engine, p1="refund", p2="refund")
    studio = Studio()
    first = studio.answer(studio.add("p1"), 17, "refund")
    second, alone = (studio.answer(studio.add(ticket), 17, "refund") for ticket in ("p1", "p2"))
    for number, ticket in ((first, "p1"), (second, "p1"), (alone, "p2")):
        take(store(engine), label(ticket, "refund", label_id=f"ls:83:{number}"))
    assert counts(taken(engine, file, studio.export())) == {"unchanged": 3}
    assert counts(taken(engine, file, filtered(studio, 1)))["unchanged"] == 1
    assert truths(engine) == {"p1": "refund", "p2": "refund"}
    studio.delete(second)
    studio.delete(alone)
    whole = studio.export()
    assert counts(taken(engine, file, whole)) == {"unchanged": 1, "task_elsewhere": 1, "retracted": 1}
    assert counts(taken(engine, file, whole, complete=True)) == {"unchanged": 1, "retracted": 1}
