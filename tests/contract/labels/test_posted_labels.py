"""Labels that a program sends, on SQLite and PostgreSQL alike: by the same join as every other event, each once."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.sql.database import atomic, open_engine
from connectors.sql.erasure import ErasureStore
from monitor.app.agent import drain
from monitor.app.posted_labels import TOPIC, take_posted
from monitor.app.sources import files
from monitor.app.stores import Stores
from monitor.app.wiring import App
from monitor.domain.access.requests import RequestAnswer
from monitor.domain.events.decode import decode
from monitor.domain.labelling.posted import PostedLabels, RefusedLabel
from monitor.ingest import decoded
from monitor.settings.settings import Settings
from tests.contract.together import at_once
from tests.contract.writers import asked_of_labels, key, writer
from tests.stored import NOON, counts, outcomes, prediction, rows, store, take

AT = "2026-11-21T09:00:00Z"


def event(prediction_id: str = "p1", intent: str = "refund", **fields: Any) -> bytes:  # noqa: ANN401
    """A label in its canonical form."""
    named = {"label_id": f"l-{prediction_id}", "prediction_id": prediction_id, "intent": intent}
    return json.dumps({**named, "labeled_at": AT, **fields}).encode()


INLINE = {
    "prediction_id": "p9",
    "ts": "2026-11-20T12:00:00Z",
    "model": {"name": "tickets", "version": "7"},
    "predicted": {"intent": "refund"},
}


def posted(engine: Engine, *events: bytes, **settings: Any) -> PostedLabels:  # noqa: ANN401
    """What came of a post."""
    with atomic(engine):
        return take_posted(Stores(Settings(**settings), engine), events)


def truths(engine: Engine) -> dict[str, str | None]:
    return {prediction_id: intent for _, prediction_id, _, intent, _ in outcomes(engine)}


def test_labels_complete_the_outcomes_of_their_predictions(engine: Engine) -> None:
    take(store(engine), prediction("p1"), prediction("p2", "bug"))
    done = posted(
        engine, event("p1"), event("p2", "bug"), event("p3", "buug"), event("p9", prediction=INLINE)
    )
    assert truths(engine) == {"p1": "refund", "p2": "bug", "p9": "refund"}
    assert (done.labels, done.new, done.waiting, done.refused) == (4, 4, 1, [])
    assert done.unknown_intents == {"buug": 1}


def test_a_ticket_of_no_intent_names_no_unknown_one(engine: Engine) -> None:
    take(store(engine), prediction("p1"), prediction("p2"))
    none = json.dumps({**json.loads(event("p2")), "intent": None}).encode()
    done = posted(engine, event("p1", "spam"), none, labels={"out_of_scope": ["spam"]})
    assert (done.new, done.refused, done.unknown_intents) == (2, [], {})
    assert truths(engine) == {"p1": "", "p2": ""}


def test_a_correction_and_a_retraction_take_their_effect(engine: Engine) -> None:
    take(store(engine), prediction("p1"), prediction("p2"))
    posted(engine, event("p1"), event("p2"))
    done = posted(engine, event("p1", "bug", revision=2), event("p2", revision=2, status="retracted"))
    assert truths(engine) == {"p1": "bug", "p2": None}
    assert done.new == 2


def test_the_same_again_changes_nothing_and_is_said_to_be_known(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    posted(engine, event("p1"), event("p1", "bug", revision=2))
    again = posted(engine, event("p1"), event("p1", "bug", revision=2))
    assert (again.new, again.seen_before) == (0, 2)
    assert truths(engine) == {"p1": "bug"}


def test_each_bad_one_is_named_with_its_code_and_the_others_are_taken(engine: Engine) -> None:
    take(store(engine), prediction("p1"), prediction("p2"))
    posted(engine, event("p1", "bug"))
    done = posted(
        engine,
        b'{"label_id": 3',
        event("p1", "other"),
        event("p2", labeled_at="2026-11-21T09:00:00"),
        event("p2"),
        event("p2", label_id="l2", sampling={"design": "uniform", "probability": 2}),
        json.dumps({"event": "prediction", **INLINE}).encode(),
        event("p2", source={"kind": "guess"}, label_id="l3"),
    )
    assert [(each.index, each.code, each.field) for each in done.refused] == [
        (0, "not_json", ""),
        (1, "conflict", ""),
        (2, "time_without_zone", "labeled_at"),
        (4, "probability_out_of_range", "sampling.probability"),
        (5, "unknown_event", "event"),
        (6, "schema_invalid", "source.kind"),
    ]
    assert truths(engine) == {"p1": "bug", "p2": "refund"}
    assert (done.labels, done.new) == (7, 1)
    assert rows(engine, "SELECT count(*) FROM prediction WHERE prediction_id = 'p9'") == [(0,)]


def test_refused_ones_are_dead_letters_each_at_a_place_of_its_own(engine: Engine) -> None:
    for _ in range(2):
        posted(engine, b"{", event("p1"), b"[]")
    places = rows(engine, 'SELECT topic, "offset" FROM dead_letter ORDER BY "offset"')
    assert places == [(TOPIC, 0), (TOPIC, 2), (TOPIC, 3), (TOPIC, 5)]


def test_however_many_bad_ones_come_in_a_row_no_post_is_held_up(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    for _ in range(3):
        posted(engine, *[b"{"] * 5, poison={"max_consecutive": 4})
    assert posted(engine, event("p1"), poison={"max_consecutive": 4}).new == 1


def test_a_label_that_is_not_believed_is_passed_over(engine: Engine) -> None:
    believe = {"believe": [{"topic": TOPIC, "kinds": ["adjudicated"]}]}
    done = posted(engine, event("p1"), event("p2", source={"kind": "adjudicated"}), labels=believe)
    assert (done.new, done.passed_over, done.waiting) == (1, 1, 1)
    assert counts(engine, "label") == {"label": 1}


def test_a_label_that_is_not_believed_counts_for_itself_though_its_prediction_is_taken_in(
    engine: Engine,
) -> None:
    believe = {"believe": [{"topic": TOPIC, "kinds": ["adjudicated"]}]}
    done = posted(engine, event("p9", "buug", prediction=INLINE), labels=believe)
    assert (done.new, done.passed_over, done.waiting, done.unknown_intents) == (0, 1, 0, {})
    assert counts(engine, "label", "prediction") == {"label": 0, "prediction": 1}


def test_a_label_of_an_erased_ticket_waits_for_nothing(engine: Engine) -> None:
    take(store(engine), prediction("p1"), prediction("p2"))
    ErasureStore(engine).erase(["p1"], None, NOON)
    done = posted(engine, event("p1", "buug"))
    assert (done.new, done.passed_over, done.waiting, done.unknown_intents) == (0, 1, 0, {})


def test_nothing_is_saved_of_a_post_whose_transaction_fails(engine: Engine) -> None:
    take(store(engine), prediction("p1"))

    def die() -> None:
        with atomic(engine):
            take_posted(Stores(Settings(), engine), [event("p1"), b"{"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert counts(engine, "label", "outcome", "dead_letter", "position") == {
        "label": 0,
        "outcome": 0,
        "dead_letter": 0,
        "position": 0,
    }


def test_each_label_is_read_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[bytes]()

    def counting(value: bytes, *words: Any, **more: Any) -> Any:  # noqa: ANN401
        read.append(value)
        return decode(value, *words, **more)

    monkeypatch.setattr(decoded, "decode", counting)
    events = [event("p1"), b"{", event("p2"), json.dumps({"event": "prediction", **INLINE}).encode()]
    posted(engine, *events)
    assert read == events


def test_with_a_key_a_post_is_answered_as_the_first_time(engine: Engine) -> None:
    take(store(engine), prediction("p1"))
    for _ in range(2):
        assert writer(engine).labels(asked_of_labels(key()), [event("p1")]).body == "1"
    assert writer(engine).labels(asked_of_labels(), [event("p1")]).body == "0"


def test_servers_that_take_overlapping_posts_at_once_count_each_label_once(engine: Engine) -> None:
    names = [f"p{number}" for number in range(60)]
    take(store(engine), *map(prediction, names))
    url = engine.url.render_as_string(hide_password=False)
    engines = [open_engine(url) for _ in range(3)]

    def post(mine: Engine, part: list[str]) -> Callable[[], object]:
        return lambda: writer(mine).labels(asked_of_labels(), list(map(event, part)))

    parts = (names, names[::-1], names[20:])
    answers = at_once(*(post(mine, part) for mine, part in zip(engines, parts, strict=True)))
    assert sum(int(answer.body) for answer in answers if isinstance(answer, RequestAnswer)) == 60
    assert [row[0] for row in outcomes(engine)] == list(range(1, 61))
    for each in engines:
        each.dispose()


def random_labels(rng: random.Random) -> list[bytes]:
    """Labels of a few tickets with corrections, retractions, conflicts, readings, and bytes that are none."""

    def one() -> bytes:
        fields: dict[str, Any] = {
            "event": "label",
            "label_id": f"l{rng.randint(1, 6)}",
            "revision": rng.randint(1, 3),
        }
        if rng.random() < 0.2:
            fields["status"] = "retracted"
        if rng.random() < 0.2:
            fields["model"] = {"version": rng.choice(["7", "8"])}
        if rng.random() < 0.2:
            fields["source"] = {"kind": rng.choice(["adjudicated", "complaint", "weak", "no kind"])}
        if rng.random() < 0.1:
            fields["prediction"] = {**INLINE, "prediction_id": "p3", "predicted": {"intent": "bug"}}
        if rng.random() < 0.1:
            return rng.choice([b"{", b"[]", b'{"event": "label"}', b'"\\ud800"'])
        return event(f"p{rng.randint(1, 4)}", rng.choice(["refund", "bug"]), **fields)

    return [one() for _ in range(rng.randint(5, 25))]


KEPT = {
    "label": "label_id, prediction_id, intent, labeled_at_us, revision, retracted, kind",
    "outcome": "prediction_id, seq, intent, label_id, kind",
    "dead_letter": "code, sha256",
}


def kept(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: sorted(rows(engine, f"SELECT {names} FROM {table}"), key=repr) for table, names in KEPT.items()
    }


@pytest.mark.parametrize("seed", range(12))
def test_however_labels_are_split_into_posts_they_come_to_the_same_as_in_a_file(
    sqlite_engine: Engine, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    labels = random_labels(rng)
    there = App(Settings(database={"url": f"sqlite:///{tmp_path / 'file.db'}"}), _with_tables(tmp_path))
    for engine in (sqlite_engine, there.engine):
        take(store(engine), prediction("p1"), prediction("p2", "bug"))
    file = tmp_path / "labels.jsonl"
    file.write_bytes(b"".join(each.replace(b"\n", b" ") + b"\n" for each in labels))
    drain(there, *files([str(file)], None), lambda _: None)

    refused: list[RefusedLabel] = []
    rest = labels
    while rest:
        cut = rng.randint(1, len(rest))
        refused += posted(sqlite_engine, *rest[:cut]).refused
        rest = rest[cut:]
    assert kept(sqlite_engine) == kept(there.engine)
    assert len(refused) == rows(there.engine, "SELECT count(*) FROM dead_letter")[0][0]
    there.close()


def _with_tables(folder: Path) -> Engine:
    from connectors.sql.migrate import upgrade

    engine = open_engine(f"sqlite:///{folder / 'file.db'}")
    upgrade(engine)
    return engine
