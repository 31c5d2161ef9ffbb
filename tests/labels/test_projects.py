"""Projects of Label Studio are kept apart by their whole names, whatever these are."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.domain.events.types import Label
from monitor.errors import ConfigError
from tests.labels.imports import counts, predicted, taken
from tests.labels.studio import Studio
from tests.stored import label, rows, store, take


def answered(*prediction_ids: str) -> Studio:
    """A project with an answer to each."""
    studio = Studio()
    for prediction_id in prediction_ids:
        studio.answer(studio.add(prediction_id), 17, "refund")
    return studio


def test_a_whole_project_takes_nothing_back_of_another_whose_name_begins_like_it(
    engine: Engine, tmp_path: Path
) -> None:
    predicted(engine, p1="refund", p2="refund")
    old: Label = label("p1", "refund", label_id="ls:eu:2:100")  # from when names were allowed colons
    take(store(engine), old)
    done = taken(engine, tmp_path / "x.json", answered("p2").export(), project="eu", complete=True)
    assert counts(done) == {"new": 1}
    assert rows(engine, "SELECT label_id FROM label WHERE retracted") == []


@pytest.mark.parametrize("short", [False, True])
def test_a_project_with_a_colon_in_its_name_is_refused(
    engine: Engine, tmp_path: Path, *, short: bool
) -> None:
    studio = answered("p1", "p2")
    export = studio.export_min() if short else studio.export()
    with pytest.raises(
        ConfigError, match=r"the project is called 'eu:2'.* without a colon, with --project NAME"
    ):
        taken(engine, tmp_path / "x.json", export, project="eu:2")
    assert rows(engine, "SELECT label_id FROM label") == []
