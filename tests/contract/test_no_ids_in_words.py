"""A database of before, whose revisions and dead letters named labels in sentences: upgraded, no sentence has an id."""

from collections.abc import Iterator

import msgspec
import pytest
from alembic import command
from sqlalchemy import Engine, text

from connectors.sql.database import open_engine, writing
from connectors.sql.migrate import config, upgrade
from monitor.domain.events.joined import RevisionCause, RevisionKind
from tests.stored import rows

SENTENCES = {
    "the prediction arrived": RevisionKind.PREDICTION_ARRIVED,
    "label l-7 arrived": RevisionKind.LABEL_ARRIVED,
    "label l-7 corrected": RevisionKind.LABEL_CORRECTED,
    "label label retracted retracted": RevisionKind.LABEL_RETRACTED,
    "label l 7% moved to another prediction": RevisionKind.LABEL_MOVED,
    '{"kind":"label_corrected","label_id":"l-8"}': RevisionKind.LABEL_CORRECTED,
}
DETAILS = {
    "label l-7 revision 2 arrived before with other content": "conflict",
    "a prediction with this id arrived before with other content": "conflict",
    "label l-7 arrived before with other content": "schema_invalid",
}


@pytest.fixture
def upgraded(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        command.upgrade(config(connection), "0007")
        for number, sentence in enumerate(SENTENCES, 1):
            connection.execute(
                text(
                    "INSERT INTO revision (id, seq, model_id, was, now, because)"
                    " VALUES (:id, :id, 1, '{}', '{}', :why)"
                ),
                {"id": number, "why": sentence},
            )
        for number, (detail, code) in enumerate(DETAILS.items()):
            connection.execute(
                text(
                    'INSERT INTO dead_letter (cluster_id, topic, "partition", "offset", code, detail, headers,'
                    " sha256, failed_at_us) VALUES ('c', 't', 0, :offset, :code, :detail, '[]', '', 0)"
                ),
                {"offset": number, "code": code, "detail": detail},
            )
    upgrade(engine)
    yield engine
    engine.dispose()


def test_why_an_outcome_was_revised_is_a_value(upgraded: Engine) -> None:
    causes = [
        msgspec.json.decode(why, type=RevisionCause)
        for (why,) in rows(upgraded, "SELECT because FROM revision ORDER BY id")
    ]
    assert [cause.kind for cause in causes] == list(SENTENCES.values())
    assert [cause.label_id for cause in causes] == [""] * 5 + ["l-8"]


def test_a_dead_letter_of_a_conflict_names_no_label(upgraded: Engine) -> None:
    assert rows(upgraded, 'SELECT detail FROM dead_letter ORDER BY "offset"') == [
        ("a label with this id and revision arrived before with other content",),
        ("a prediction with this id arrived before with other content",),
        ("label l-7 arrived before with other content",),
    ]
