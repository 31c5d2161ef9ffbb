"""Label Studio's messages, as its documentation shows them."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from connectors.web.hooks.label_studio import read_message
from connectors.web.hooks.labels import hear_labels
from monitor.domain.labelling.annotation import Annotation
from monitor.domain.labelling.heard import HeardAnnotations, HeardAnswer
from monitor.settings.web_hooks import Signed
from tests.connectors.web.hooks.label_senders import sender
from tests.fakes.writer import FakeWriter

AT = datetime(2021, 8, 17, 13, 52, 48, 536370, tzinfo=UTC)


def message(action: str = "ANNOTATION_CREATED", **changes: Any) -> bytes:  # noqa: ANN401
    """ "Annotation Created" of the reference, of a Choices tag."""
    annotation = {
        "id": 17,
        "result": [
            {"value": {"choices": ["refund"]}, "id": "W", "from_name": "intent", "type": "choices"},
            {"value": {"choices": ["angry"]}, "id": "X", "from_name": "mood", "type": "choices"},
        ],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2021-08-17T13:52:40.536303Z",
        "updated_at": "2021-08-17T13:52:48.536370Z",
        "lead_time": 37.13,
        "prediction": {},
        "result_count": 0,
        "task": 19,
        "completed_by": 1,
        **changes.pop("annotation", {}),
    }
    whole = {
        "action": action,
        "annotation": annotation,
        "task": {"id": 19, "data": {"prediction_id": "p1", "text": "please"}, "project": 2},
        "project": {"id": 2, "title": "New Project #2", "label_config": "<View></View>"},
        **changes,
    }
    return json.dumps({key: value for key, value in whole.items() if value is not None}).encode()


def test_an_annotation_is_an_answer_to_its_task() -> None:
    assert read_message(message(), "intent", "") == HeardAnnotations(
        "2", [HeardAnswer("19", "p1", Annotation("17", AT, ["refund"], "1"))]
    )
    assert read_message(message("ANNOTATION_UPDATED"), "mood", "eu") == HeardAnnotations(
        "eu", [HeardAnswer("19", "p1", Annotation("17", AT, ["angry"], "1"))]
    )


def test_several_at_once_have_each_their_task() -> None:
    given = json.loads(message())
    second = {**given["annotation"], "id": 18, "task": 20, "was_cancelled": True}
    tasks = [given["task"], {"id": 20, "data": {"prediction_id": "p2"}}]
    several = {"action": "ANNOTATIONS_CREATED", "annotation": [given["annotation"], second], "task": tasks}
    heard = read_message(json.dumps({**given, **several}).encode(), "intent", "")
    assert heard is not None
    assert [
        (each.annotation.number, each.prediction_id, each.annotation.skipped) for each in heard.answers
    ] == [
        ("17", "p1", False),
        ("18", "p2", True),
    ]


def test_skipped_and_rejected_ones_are_told_as_such() -> None:
    skipped = read_message(message(annotation={"was_cancelled": True}), "intent", "")
    rejected = read_message(message(annotation={"last_action": "rejected"}), "intent", "")
    assert skipped is not None
    assert rejected is not None
    assert (skipped.answers[0].annotation.skipped, skipped.answers[0].annotation.rejected) == (True, False)
    assert (rejected.answers[0].annotation.skipped, rejected.answers[0].annotation.rejected) == (False, True)


def test_deleted_ones_are_told_by_their_numbers() -> None:
    body = json.dumps({"action": "ANNOTATIONS_DELETED", "annotations": [{"id": 17}], "project": {"id": 2}})
    assert read_message(body.encode(), "intent", "") == HeardAnnotations("2", deleted=["17"])


def test_what_is_about_no_annotation_is_passed_over() -> None:
    for action in ("TASKS_CREATED", "PROJECT_UPDATED"):
        assert read_message(message(action, annotation={}), "intent", "") is None
    answer = hear_labels(sender(Signed.HEADER, question="intent"), {}, message("TASKS_DELETED"), FakeWriter())
    assert answer.body == '{"done":false,"why":"it is about no annotation"}'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"action": "ANNOTATION_CREATED"}', "names no project"),
        (b'{"action": "ANNOTATION_CREATED", "project": {"id": 2}}', "holds no annotation"),
        (message(annotation={"updated_at": None, "created_at": None}), "has no time with a zone"),
        (b"[]", "Expected `object`"),
    ],
)
def test_what_leaves_out_what_is_needed_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(msgspec.DecodeError, match=why):
        read_message(body, "intent", "")


def test_a_task_that_is_left_out_names_no_ticket() -> None:
    heard = read_message(message(task=None), "intent", "")
    assert heard is not None
    assert (heard.answers[0].task, heard.answers[0].prediction_id) == ("19", "")


def test_why_an_annotation_is_no_label_is_answered() -> None:
    writer = FakeWriter()
    body = message(annotation={"was_cancelled": True})
    answer = hear_labels(sender(Signed.HEADER, question="intent"), {}, body, writer)
    assert answer.body == '{"done":false,"why":"skipped"}'
    taken = hear_labels(sender(Signed.HEADER, question="intent"), {}, message(), writer)
    assert json.loads(taken.body)["new"] == 1
