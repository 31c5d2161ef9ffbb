"""What Label Studio tells by webhook ends where its export does, in whatever order it is told."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from connectors.sql.database import atomic, open_engine
from connectors.sql.labels.turns import wait_for_turn
from connectors.web.hooks.labels import HeardSender, hear_labels
from monitor.app.writing import Writer
from monitor.settings.web_hooks import SECRET_HEADER, Signed
from tests.contract.writers import writer
from tests.labels.imports import counts, predicted, taken, truths
from tests.labels.studio import OPENED
from tests.labels.telling_studio import TellingStudio
from tests.stored import label, rows, store, take

STUDIO = HeardSender("studio", Signed.HEADER, ("s3cret-of-a-sender",), (), SECRET_HEADER, "intent")
SENT_BY = {
    "name": "studio",
    "signature": "header",
    "secrets": ["s3cret-of-a-sender"],
    "format": "label-studio",
}
INTENTS = ("refund", "bug", "billing")


def hooked(engine: Engine) -> Writer:
    return writer(engine, web={"hooks": {"labels": {"sources": [SENT_BY]}}})


def told(at: Writer, body: bytes) -> Any:  # noqa: ANN401
    answer = hear_labels(STUDIO, {}, body, at)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def a_day_of_work(rng: random.Random) -> TellingStudio:
    """Three people answer six tasks, skip, change their minds, save again, reject, and delete."""
    studio = TellingStudio()
    for number in range(6):
        studio.add(f"p{number + 1}")
    annotations = list[int]()
    for _ in range(25):
        person, task = rng.randint(1, 3), rng.randint(1, 6)
        act = rng.random()
        if act < 0.35 or not annotations:
            annotations.append(studio.answer(task, person, rng.choice(INTENTS)))
        elif act < 0.45:
            annotations.append(studio.skip(task, person))
        elif act < 0.65:
            studio.change(rng.choice(annotations), rng.choice(INTENTS), skipped=rng.random() < 0.2)
        elif act < 0.75:
            studio.touch(rng.choice(annotations))
        elif act < 0.85:
            studio.reject(rng.choice(annotations))
        else:
            studio.delete(annotations.pop(rng.randrange(len(annotations))))
    return studio


def in_some_order(studio: TellingStudio, rng: random.Random) -> list[bytes]:
    """Deletions of what nobody has heard of yet, too."""
    told = list(studio.messages)
    rng.shuffle(told)
    return told


def labels(engine: Engine) -> list[tuple[Any, ...]]:
    return list(
        rows(
            engine,
            "SELECT label_id, prediction_id, intent, labeled_at_us, revision, kind FROM label WHERE NOT retracted"
            " ORDER BY label_id",
        )
    )


@pytest.fixture
def other(_sqlite_with_tables: Path, tmp_path: Path) -> Iterator[Engine]:
    """A second database, where only the export comes in."""
    file = shutil.copy(_sqlite_with_tables, tmp_path / "other.db")
    engine = open_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("first", ["webhook alone", "webhook, export", "export, webhook"])
def test_both_ways_end_with_the_same_rows(
    engine: Engine, other: Engine, tmp_path: Path, seed: int, first: str
) -> None:
    rng = random.Random(seed)
    studio = a_day_of_work(rng)
    for each in (engine, other):
        predicted(each, p1="refund", p2="bug", p3="billing", p4="refund", p5="bug", p6="billing")
    taken(other, tmp_path / "whole.json", studio.export())
    if first == "export, webhook":
        taken(engine, tmp_path / "export.json", studio.export())
    at = hooked(engine)
    for message in in_some_order(studio, rng):
        told(at, message)
    if first == "webhook, export":
        done = counts(taken(engine, tmp_path / "export.json", studio.export()))
        assert done.keys() <= {"unchanged", "skipped", "rejected", "no_choice"}
    assert labels(engine) == labels(other)
    there = {name: intent for name, intent in truths(engine).items() if intent is not None}
    assert there == {name: intent for name, intent in truths(other).items() if intent is not None}


def test_a_message_about_what_is_no_label_is_answered_with_why(engine: Engine) -> None:
    predicted(engine, p1="refund")
    studio, at = TellingStudio(), hooked(engine)
    for prediction_id in ("p1", None):
        studio.add(prediction_id)
    chosen = studio.answer(1, 1, "refund")
    studio.skip(1, 2)
    studio.answer(1, 3, "nonsense")
    studio.answer(2, 1, "refund")
    answers = [told(at, message) for message in studio.messages]
    assert answers[0]["new"] == 1
    assert [each["why"] for each in answers[1:]] == ["skipped", "unknown_intent", "no_prediction_id"]
    studio.delete(chosen)
    assert told(at, studio.messages[-1])["new"] == 1
    told(at, studio.messages[-1])
    assert labels(engine) == []


def test_an_intent_that_was_taken_in_as_a_new_one_stays_when_its_annotation_is_saved_again(
    engine: Engine, tmp_path: Path
) -> None:
    predicted(engine, p1="refund")
    studio = TellingStudio()
    studio.add("p1")
    chosen = studio.answer(1, 1, "chargeback")
    taken(engine, tmp_path / "export.json", studio.export(), new_intents=True)
    studio.touch(chosen)
    told(hooked(engine), studio.messages[-1])
    assert [row[2] for row in labels(engine)] == ["chargeback"]


def test_a_label_keeps_the_id_it_had_before_tasks_were_kept_in_it(engine: Engine) -> None:
    predicted(engine, p1="refund")
    studio, at = TellingStudio(), hooked(engine)
    studio.add("p1")
    number = studio.answer(1, 1, "refund")
    old = label("p1", "refund", label_id=f"ls:83:{number}")
    take(store(engine), msgspec.structs.replace(old, labeled_at=OPENED))
    studio.change(number, "bug")
    predicted(engine, p2="bug")
    told(at, studio.messages[-1])
    assert [(row[0], row[2]) for row in labels(engine)] == [(f"ls:83:{number}", "bug")]


def test_an_annotation_that_was_deleted_before_it_was_told_of_is_no_label(engine: Engine) -> None:
    predicted(engine, p1="refund")
    studio, at = TellingStudio(), hooked(engine)
    studio.add("p1")
    number = studio.answer(1, 1, "refund")
    studio.delete(number)
    created, deleted = studio.messages
    told(at, deleted)
    assert told(at, created)["seen_before"] == 1
    assert labels(engine) == []
    assert truths(engine) == {}


def test_of_two_ids_of_an_annotation_its_own_is_the_one_that_changes(engine: Engine) -> None:
    predicted(engine, p1="refund")
    studio, at = TellingStudio(), hooked(engine)
    studio.add("p1")
    number = studio.answer(1, 1, "refund")
    for label_id in (f"ls:83:{number}", f"ls:83:{number}/0", f"ls:83:{number}/1"):
        held = label("p1", "refund", label_id=label_id)
        take(store(engine), msgspec.structs.replace(held, labeled_at=OPENED))
    studio.change(number, "bug")
    predicted(engine, p2="bug")
    told(at, studio.messages[-1])
    assert {row[0]: row[2] for row in labels(engine)} == {
        f"ls:83:{number}": "refund",
        f"ls:83:{number}/0": "refund",
        f"ls:83:{number}/1": "bug",
    }


def test_who_comes_second_waits_until_the_first_has_told(postgresql_engine: Engine) -> None:
    waited = Event()

    def second() -> None:
        with atomic(postgresql_engine):
            wait_for_turn(postgresql_engine)
            waited.set()

    thread = Thread(target=second)
    with atomic(postgresql_engine):
        wait_for_turn(postgresql_engine)
        thread.start()
        assert not waited.wait(0.5)
    assert waited.wait(10)
    thread.join()
