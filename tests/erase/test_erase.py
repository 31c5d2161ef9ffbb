"""Erasure: a person's rows go, every count follows, and nothing of it comes back."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connectors.sql import database
from connectors.sql.erasure import ErasureStore
from connectors.sql.evaluate.store import EvaluationStore
from monitor.app.agent import drain
from monitor.app.erasing import erase
from monitor.app.sources import files
from monitor.app.wiring import App, open_app
from monitor.domain.events.subjects import customer_number, subject_hash
from monitor.errors import ConfigError
from monitor.incidents.resolving import resolve
from monitor.settings.judging import SliceSettings
from monitor.settings.settings import Settings
from monitor.settings.storage import Database, Privacy
from reports.tables.erasure import receipt_view
from tests.stored import NOON, rows
from tests.worlds import World

ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = Settings(
        database=Database(url=f"sqlite:///{tmp_path / 'watch.db'}"),
        privacy=Privacy(subject_key="pepper"),
        slices=(SliceSettings(name="channel"),),
        sinks=(),
    )
    opened = open_app(settings)
    yield opened
    opened.close()


def prediction(id_: str, subject: str, intent: str = "billing", ts: str = "2026-11-01T08:00:00Z") -> str:
    return json.dumps(
        {
            "event": "prediction",
            "prediction_id": id_,
            "ts": ts,
            "subject": subject,
            "model": {"name": "tickets", "version": "7"},
            "predicted": {"intent": intent},
            "slices": {"channel": "email"},
        }
    )


def label(id_: str, intent: str, revision: int = 1) -> str:
    return json.dumps(
        {
            "event": "label",
            "label_id": f"label-{id_}",
            "prediction_id": id_,
            "intent": intent,
            "revision": revision,
            "labeled_at": "2026-11-02T08:00:00Z",
        }
    )


def take_in(app: App, tmp_path: Path, *lines: str, judge: bool = True) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text("\n".join(lines) + "\n")
    source, letters = files([str(events)], None)
    drain(app, source, letters)
    if judge:
        app.evaluate(by_event_time=True)


def tallies(app: App) -> dict[str, tuple[int, dict[str, int]]]:
    return {
        str(c.state.cell): (c.state.labels.tally.hits, c.state.labels.tally.misses_to)
        for c in app.status.cells()
    }


EVENTS = (
    prediction("a1", ANN),
    prediction("a2", ANN, "refund"),
    prediction("b1", BOB),
    label("a1", "billing"),
    label("a2", "billing"),
    label("b1", "billing"),
)


def test_all_of_a_person_goes_and_the_tallies_follow(app: App, tmp_path: Path) -> None:
    take_in(app, tmp_path, *EVENTS)
    assert tallies(app)["billing"] == (2, {"refund": 1})

    receipt = erase(app, [], ANN)

    assert receipt.predictions == 2
    assert receipt.removed == {
        "outcomes": 2,
        "revisions": 0,
        "labels": 2,
        "predictions": 2,
        "subjects": 2,
        "descriptions": 0,
        "draws": 0,
        "draw candidates": 0,
        "kept answers": 0,
    }
    assert tallies(app) == {"billing": (1, {}), "billing [channel=email]": (1, {})}
    app.evaluate(by_event_time=True)
    assert tallies(app) == {"billing": (1, {}), "billing [channel=email]": (1, {})}


def test_erased_events_are_not_taken_in_again(app: App, tmp_path: Path) -> None:
    take_in(app, tmp_path, *EVENTS)
    erase(app, [], ANN)

    take_in(app, tmp_path, *EVENTS)

    assert tallies(app)["billing"] == (1, {})
    counts = {str(count.fate): count.events for count in app.status.event_counts()}
    assert counts["erased"] == 4
    assert counts["prediction"] == 3


def test_events_of_a_person_that_come_late_are_refused_but_new_ones_are_not(app: App, tmp_path: Path) -> None:
    erase(app, [], ANN)

    take_in(app, tmp_path, prediction("a3", ANN), prediction("a4", ANN, ts="2099-01-01T00:00:00Z"))

    counts = {str(count.fate): count.events for count in app.status.event_counts()}
    assert counts == {"erased": 1, "prediction": 1}


def test_a_single_prediction_goes_by_its_id(app: App, tmp_path: Path) -> None:
    take_in(app, tmp_path, *EVENTS)

    receipt = erase(app, ["b1"], None)

    assert receipt.predictions == 1
    assert tallies(app)["billing"] == (1, {"refund": 1})


def test_a_correction_that_no_evaluation_has_seen_is_not_counted_out(app: App, tmp_path: Path) -> None:
    take_in(app, tmp_path, *EVENTS)
    take_in(app, tmp_path, label("a2", "refund", revision=2), judge=False)

    erase(app, ["a2"], None)
    app.evaluate(by_event_time=True)

    assert tallies(app)["billing"] == (2, {})
    assert tallies(app).get("refund", (0, {})) == (0, {})


def test_an_outcome_that_no_evaluation_has_seen_is_not_counted_out(app: App, tmp_path: Path) -> None:
    take_in(app, tmp_path, *EVENTS[:3], EVENTS[5])
    take_in(app, tmp_path, EVENTS[3], judge=False)

    erase(app, ["a1"], None)
    app.evaluate(by_event_time=True)

    assert tallies(app)["billing"] == (1, {})


def test_nothing_of_the_person_is_left_in_the_file(app: App, tmp_path: Path) -> None:
    take_in(app, tmp_path, prediction("secret-id-of-ann", ANN), label("secret-id-of-ann", "billing"))
    assert b"secret-id-of-ann" in _all_bytes(tmp_path)

    erase(app, [], ANN)

    assert b"secret-id-of-ann" not in _all_bytes(tmp_path)
    assert ANN.encode() not in _all_bytes(tmp_path)


def test_without_a_key_subjects_are_never_stored_and_cannot_be_erased(tmp_path: Path) -> None:
    app = open_app(Settings(database=Database(url=f"sqlite:///{tmp_path / 'watch.db'}"), sinks=()))
    try:
        with pytest.raises(ConfigError, match=r"privacy\.subject_key: not set"):
            erase(app, [], ANN)
    finally:
        app.close()


def test_an_erasure_forgets_neither_a_persons_word_nor_the_money_of_their_time(engine: Engine) -> None:
    world = World(engine)
    world.anchor(erasure=(0.88, 38))
    early = world.outcomes("erasure", "h")
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    resolve(EvaluationStore(engine), world.settings, 1, "ana", "rolled back", NOON + timedelta(days=3))
    before = world.cell("erasure").bet.detector
    assert before is not None
    assert (len(before.ends), before.paged) == (1, None)
    income = world.cell("erasure").held.income
    assert income is not None

    ErasureStore(engine).erase(early, None, NOON)
    world.evaluate()

    after = world.cell("erasure")
    assert after.bet.detector is not None
    assert (after.held.income, after.bet.detector.ends) == (income, before.ends)
    assert (after.bet.detector.outcomes, after.bet.detector.paged, after.bet.replay) == (20, None, False)
    assert world.kinds() == ["opened", "resolved"]


def test_the_receipt_says_what_it_cannot_reach(app: App) -> None:
    places = " ".join(erase(app, ["nobody"], None).out_of_reach)

    for place in ("predictions, labels", "predictions.dlq", "sinks", "backups"):
        assert place in places


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("watch.db*"))


def bytes_of(app: App) -> bytes:
    """All that lies in the database's files."""
    file = Path(str(app.engine.url.database))
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_no_byte_of_it_stays_in_the_files(app: App, tmp_path: Path) -> None:
    take_in(app, tmp_path, *EVENTS, *(prediction(f"anns-{n}", ANN) for n in range(500)))
    assert b"anns-7" in bytes_of(app)
    receipt = erase(app, [], ANN)
    assert receipt.overwritten
    assert "stay in the database" not in "\n".join(receipt_view(receipt).blocks[0].lines)
    assert b"anns-7" not in bytes_of(app)


def test_who_reads_meanwhile_keeps_the_bytes_and_the_receipt_says_until_when(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.1)
    take_in(app, tmp_path, *EVENTS, *(prediction(f"anns-{n}", ANN) for n in range(500)))
    app.engine.dispose()  # connections that would wait for longer
    reader = sqlite3.connect(str(app.engine.url.database), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM outcome").fetchone()
    receipt = erase(app, [], ANN)
    assert (receipt.predictions, receipt.overwritten) == (502, False)
    assert "their bytes stay in the database's files until" in "\n".join(
        receipt_view(receipt).blocks[0].lines
    )
    reader.close()
    app.retain()
    assert b"anns-7" not in bytes_of(app)


def test_a_label_that_moved_to_the_erased_prediction_is_named_nowhere(app: App, tmp_path: Path) -> None:
    moved = json.loads(label("b1", "billing")) | {"label_id": "anns-label"}
    take_in(app, tmp_path, prediction("a1", ANN), prediction("b1", BOB), json.dumps(moved))
    take_in(app, tmp_path, json.dumps(moved | {"prediction_id": "a1", "revision": 2}))
    take_in(app, tmp_path, json.dumps(moved | {"prediction_id": "a1", "revision": 2, "intent": "refund"}))
    assert b"anns-label" in bytes_of(app)
    erase(app, [], ANN)
    assert b"anns-label" not in bytes_of(app)
    assert tallies(app)["billing"] == (0, {})
    take_in(app, tmp_path, label("b1", "billing"))
    assert tallies(app)["billing"] == (1, {})


def test_an_outcome_says_whose_it_is_by_a_number_until_that_person_is_erased(
    app: App, tmp_path: Path
) -> None:
    take_in(app, tmp_path, *EVENTS)
    ann, bob = (customer_number(subject_hash(name, "pepper")) for name in (ANN, BOB))
    customers = "SELECT customer FROM outcome ORDER BY prediction_id"
    assert rows(app.engine, customers) == [(ann,), (ann,), (bob,)]
    erase(app, [], ANN)
    assert rows(app.engine, customers) == [(bob,)]


def test_a_slice_may_say_whose_ticket_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'account.db'}"
    privacy = Privacy(subject_key="pepper", customer="channel")
    app = open_app(Settings(database=Database(url=url), privacy=privacy, sinks=()))
    take_in(app, tmp_path, *EVENTS)
    email = customer_number(subject_hash("email", "pepper"))
    assert set(rows(app.engine, "SELECT customer FROM prediction")) == {(email,)}
    app.close()
