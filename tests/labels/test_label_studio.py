"""Label Studio's exports: answers, skips, changes and deletions, however often they are taken in."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.domain.labelling.imported import NoLabel
from monitor.errors import ConfigError
from tests.labels.imports import counts, predicted, taken, truths
from tests.labels.studio import Studio
from tests.stored import rows
from tests.worlds import World


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.json"


@pytest.fixture
def studio(engine: Engine) -> Studio:
    """A project with tasks 1 to 3, of p1 to p3."""
    predicted(engine, p1="refund", p2="refund", p3="bug")
    studio = Studio()
    for prediction_id in ("p1", "p2", "p3"):
        studio.add(prediction_id)
    return studio


def test_an_annotation_is_a_label_and_a_second_import_changes_nothing(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund")
    studio.answer(2, 17, "bug")
    assert counts(taken(engine, file, studio.export())) == {"new": 2}
    assert truths(engine) == {"p1": "refund", "p2": "bug"}
    kept = rows(engine, "SELECT * FROM label ORDER BY label_id")
    assert [row[0] for row in kept] == ["ls:83:1001/1", "ls:83:1002/2"]
    assert counts(taken(engine, file, studio.export())) == {"unchanged": 2}
    assert rows(engine, "SELECT * FROM label ORDER BY label_id") == kept


def test_a_changed_choice_is_a_revision_and_one_saved_again_is_none(
    engine: Engine, studio: Studio, file: Path
) -> None:
    first, second = studio.answer(1, 17, "refund"), studio.answer(2, 17, "refund")
    before = studio.export()
    taken(engine, file, before)
    studio.change(first, "bug")
    studio.touch(second)
    assert counts(taken(engine, file, studio.export())) == {"changed": 1, "unchanged": 1}
    assert truths(engine) == {"p1": "bug", "p2": "refund"}
    assert counts(taken(engine, file, before)) == {"outdated": 1, "unchanged": 1}
    studio.change(first, "refund")
    assert counts(taken(engine, file, studio.export())) == {"changed": 1, "unchanged": 1}
    assert truths(engine) == {"p1": "refund", "p2": "refund"}


def test_a_skip_is_no_label_and_one_that_comes_later_takes_the_label_back(
    engine: Engine, studio: Studio, file: Path
) -> None:
    answered = studio.answer(1, 17, "refund")
    skipped = studio.skip(2, 17)
    assert counts(taken(engine, file, studio.export())) == {"new": 1, "skipped": 1}
    studio.change(answered, skipped=True)
    studio.change(skipped, "bug")
    assert counts(taken(engine, file, studio.export())) == {"new": 1, "retracted": 1, "skipped": 1}
    assert truths(engine) == {"p1": None, "p2": "bug"}
    assert counts(taken(engine, file, studio.export())) == {"unchanged": 1, "skipped": 1}
    studio.change(answered, "refund")
    taken(engine, file, studio.export())
    assert truths(engine) == {"p1": "refund", "p2": "bug"}


def test_an_annotation_that_was_deleted_is_taken_back_and_the_next_holds(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund")
    wrong = studio.answer(1, 18, "bug")
    taken(engine, file, studio.export())
    assert truths(engine) == {"p1": "bug"}
    earlier = studio.export()
    studio.delete(wrong)
    assert counts(taken(engine, file, studio.export())) == {"unchanged": 1, "retracted": 1}
    assert truths(engine) == {"p1": "refund"}
    assert counts(taken(engine, file, studio.export())) == {"unchanged": 1}
    assert counts(taken(engine, file, earlier)) == {"unchanged": 1, "outdated": 1}
    assert truths(engine) == {"p1": "refund"}


def test_a_task_that_the_file_lacks_keeps_its_labels_unless_the_file_is_the_whole_project(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund")
    gone = studio.answer(2, 17, "bug")
    taken(engine, file, studio.export())
    studio.delete(gone)
    studio.answer(3, 17, "bug")
    button = studio.export(every_task=False)
    assert counts(taken(engine, file, button)) == {"unchanged": 1, "new": 1, "task_elsewhere": 1}
    assert truths(engine)["p2"] == "bug"
    assert counts(taken(engine, file, button, complete=True)) == {"unchanged": 2, "retracted": 1}
    assert truths(engine) == {"p1": "refund", "p2": None, "p3": "bug"}


def test_another_project_and_labels_from_elsewhere_are_left_alone(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund")
    taken(engine, file, studio.export())
    other = Studio(project=8)
    other.add("p1")
    other.answer(1, 17, "bug")
    assert counts(taken(engine, file, other.export(), complete=True)) == {"new": 1}
    assert rows(engine, "SELECT label_id FROM label WHERE retracted") == []


def test_an_export_that_leaves_answers_out_or_is_older_takes_none_back(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund")
    before = studio.export()
    hidden = studio.answer(1, 18, "refund")
    whole = studio.export()
    taken(engine, file, whole)
    filtered = whole.replace(b'"total_annotations": 2', b'"total_annotations": 9')
    studio.delete(hidden)
    assert counts(taken(engine, file, before)) == {"unchanged": 1, "later": 1}
    part = studio.export().replace(b'"total_annotations": 1', b'"total_annotations": 2')
    assert counts(taken(engine, file, part)) == {"unchanged": 1, "answers_left_out": 1}
    assert counts(taken(engine, file, filtered)) == {"unchanged": 2}


def test_what_a_filtered_export_took_back_comes_again_with_a_later_whole_one(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund")
    studio.answer(1, 18, "bug")
    taken(engine, file, studio.export_min(), project="83")
    rest = Studio()
    rest.add("p1")
    rest.add("p2")
    rest.answer(1, 17, "refund")
    rest.answer(2, 17, "bug")
    taken(engine, file, rest.export_min(), project="83")
    assert truths(engine)["p1"] == "refund"
    studio.answer(3, 17, "bug")
    studio.answer(3, 18, "bug")
    assert counts(taken(engine, file, studio.export()))["changed"] == 1
    assert truths(engine)["p1"] == "bug"


def test_a_stamp_far_ahead_makes_a_file_no_later_than_it_is(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund")
    studio.answer(2, 17, "bug")
    export = studio.export()
    later = studio.answer(2, 18, "refund")
    taken(engine, file, studio.export())
    ahead = export.replace(b'"updated_at": "2026-11-24T09:00:00Z"', b'"updated_at": "2126-11-24T09:00:00Z"')
    assert ahead != export
    assert counts(taken(engine, file, ahead)) == {"unchanged": 2, "later": 1}
    studio.delete(later)
    assert counts(taken(engine, file, studio.export())) == {"unchanged": 2, "retracted": 1}


def test_what_is_no_label_is_counted_by_its_reason_and_the_rest_comes_in(
    engine: Engine, studio: Studio, file: Path
) -> None:
    studio.answer(1, 17, "refund", "bug")
    studio.answer(2, 17)
    studio.answer(3, 17, " bug ")
    studio.answer(studio.add(None), 17, "bug")
    studio.answer(studio.add("p9"), 17, "bug")
    done = taken(engine, file, studio.export())
    assert counts(done) == {"several_choices": 1, "no_choice": 1, "new": 2, "no_prediction_id": 1}
    assert done.waiting == 1  # p9
    assert done.plan.no_label[NoLabel.NO_CHOICE].places == ["task 2, annotation 1002"]


def test_a_choice_that_names_no_intent_is_taken_only_where_it_is_asked_for(
    engine: Engine, studio: Studio, file: Path
) -> None:
    World(engine).anchor(refund=(0.9, 50), bug=(0.9, 50))
    studio.answer(1, 17, "reefund")
    done = taken(engine, file, studio.export())
    assert (counts(done), dict(done.plan.unknown)) == ({"unknown_intent": 1}, {"reefund": 1})
    assert counts(taken(engine, file, studio.export(), new_intents=True)) == {"new": 1}
    assert counts(taken(engine, file, studio.export())) == {"unchanged": 1}


def test_predictions_and_drafts_are_never_labels(engine: Engine, studio: Studio, file: Path) -> None:
    assert counts(taken(engine, file, studio.export())) == {}
    assert rows(engine, "SELECT * FROM label") == []


def test_several_people_on_a_ticket_are_labels_of_their_own(
    engine: Engine, studio: Studio, file: Path
) -> None:
    for task, first, second in ((1, "refund", "refund"), (2, "refund", "bug")):
        studio.answer(task, 17, first)
        studio.answer(task, 18, second)
    done = taken(engine, file, studio.export())
    assert (counts(done), done.plan.read_twice, done.plan.disagreed) == ({"new": 4}, 2, 1)
    events = [each.event for each in done.plan.labels]
    assert [b'"annotator":"17"' in event for event in events] == [True, False, True, False]


def test_the_short_export_gives_the_same_labels(engine: Engine, studio: Studio, file: Path) -> None:
    studio.answer(1, 17, "refund")
    studio.answer(2, 17, "refund", "bug")
    studio.skip(3, 17)
    assert counts(taken(engine, file, studio.export_min(), project="83")) == {"new": 1, "several_choices": 1}
    assert counts(taken(engine, file, studio.export())) == {
        "unchanged": 1,
        "several_choices": 1,
        "skipped": 1,
    }
    with pytest.raises(ConfigError, match="--project NAME"):
        taken(engine, file, studio.export_min())


@pytest.mark.parametrize("beyond", [1, 100, 3_000])
def test_a_file_that_is_cut_short_is_refused_and_nothing_of_it_is_taken_in(
    engine: Engine, studio: Studio, file: Path, beyond: int
) -> None:
    for task in (1, 2, 3):
        studio.answer(task, 17, "bug")
    with pytest.raises(ConfigError, match=r"no whole JSON export of Label Studio: .*export it again"):
        taken(engine, file, studio.export()[:-beyond])
    assert rows(engine, "SELECT * FROM label") == []


def test_a_dry_run_counts_the_same_and_writes_nothing(engine: Engine, studio: Studio, file: Path) -> None:
    studio.answer(1, 17, "bug")
    assert counts(taken(engine, file, studio.export(), dry_run=True)) == {"new": 1}
    assert rows(engine, "SELECT * FROM label") == []
