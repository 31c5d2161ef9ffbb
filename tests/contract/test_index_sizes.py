"""Whatever the decoder lets through fits into every index of PostgreSQL, which takes rows of 2,704 bytes."""

import json
import random
from itertools import chain
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine, PrimaryKeyConstraint, String, UniqueConstraint
from sqlmodel import AutoString

from connectors.files.events import PATH_MAX
from connectors.sql.tables import Table
from monitor.domain.events.decode import decode
from monitor.domain.events.names import BYTES_MAX, CHARACTERS_MAX
from monitor.domain.events.types import LabelScope, Model
from monitor.settings.kafka import Kafka
from monitor.settings.sinks import SlackSettings
from tests.e2e.bot import Watch
from tests.services.postgresql import Databases
from tests.stored import label, outcomes, prediction, store, take

BTREE_MAX = 2_704
ID, NAME, HASH = 4 * CHARACTERS_MAX, BYTES_MAX, 64
# The most bytes of each text that an index holds, and who sees to it.
LARGEST = {
    **dict.fromkeys(("prediction_id", "label_id"), ID),  # the decoder
    **dict.fromkeys(
        ("name", "version", "environment", "model_version", "intent", "first_intent", "predicted"), NAME
    ),
    "slice": 2 * NAME + 1,  # a name and a value
    "subject": HASH,
    **dict.fromkeys(("fingerprint", "dedup_key", "alert", "id", "anchor_id"), HASH),  # we ourselves
    **dict.fromkeys(("became", "state", "sign", "system"), HASH),
    **dict.fromkeys(("group_id", "sink"), ID),  # the settings
    "cluster_id": HASH,  # the broker
    "topic": PATH_MAX,
}


def indexes() -> dict[str, int]:
    """The largest row of every index, in bytes: each value, with what PostgreSQL puts around it."""
    sizes = {}
    for table in Table.metadata.tables.values():
        keys = [c for c in table.constraints if isinstance(c, PrimaryKeyConstraint | UniqueConstraint)]
        for index in chain(keys, table.indexes):
            texts = [c.name for c in index.columns if isinstance(c.type, String | AutoString)]
            numbers = len(index.columns) - len(texts)
            name = f"{table.name}: {', '.join(c.name for c in index.columns)}"
            sizes[name] = 16 + 16 * numbers + sum(LARGEST[text] + 8 for text in texts)
    return sizes


def test_the_largest_values_fit_into_every_index() -> None:
    too_large = {name: size for name, size in indexes().items() if size > BTREE_MAX}
    assert too_large == {}


def noise(seed: int, first: int, last: int, count: int) -> str:
    """Characters that compression makes no shorter."""
    rng = random.Random(seed)
    return "".join(chr(rng.randint(first, last)) for _ in range(count))


def large_name(seed: int) -> str:
    """510 bytes of the 512 that a name may have."""
    return noise(seed, 0x4E00, 0x9FA5, 170)


def large_id(seed: int) -> str:
    """1,020 bytes, which is what 255 characters come to at most."""
    return noise(seed, 0x20000, 0x2A6D6, CHARACTERS_MAX)


def test_the_largest_ids_and_names_are_stored_and_joined(engine: Engine) -> None:
    writer, model = store(engine), Model(*map(large_name, range(3)))
    name, scope = large_id(4), LabelScope(model.name, model.version, model.environment)
    take(writer, prediction(name, large_name(6), model=model, slices={large_name(7): large_name(8)}))
    take(writer, label(name, large_name(9), label_id=large_id(5), scope=scope))
    assert outcomes(engine) == [(1, name, large_name(6), large_name(9), large_id(5))]


@pytest.mark.parametrize("field", ["prediction_id", "label_id"])
def test_the_largest_ids_are_what_the_decoder_lets_through(field: str) -> None:
    event = {
        "label_id": "l1",
        "prediction_id": "p1",
        "intent": large_name(1),
        "labeled_at": "2026-11-23T09:10:00Z",
    }
    decoded = decode(json.dumps(event | {field: large_id(2)}).encode(), "label")
    assert getattr(decoded, field) == large_id(2)


def test_a_model_of_the_largest_names_is_anchored_judged_and_paged(
    tmp_path: Path, postgresql: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(tmp_path, monkeypatch)
    monkeypatch.setenv("ANCHORWATCH_DATABASE__URL", postgresql.new_database())
    name, version, environment, right, wrong, attribute, value = map(large_name, range(7))
    report = {intent: {"recall": 0.9, "support": 200} for intent in (right, wrong)}
    (watch.folder / "anchor.json").write_text(json.dumps(report), encoding="utf-8")
    model = ["--model", name, "--version", version, "--environment", environment]
    watch("anchor", "import", "anchor.json", *model, "--activate")
    (watch.folder / "aw.yaml").write_text(
        json.dumps({"slices": [{"name": attribute}], "watch": {"intents": ["*"]}}), encoding="utf-8"
    )
    events = []
    for number in range(120):
        prediction_id = large_id(1_000 + number)
        at = f"2026-11-02T{number // 6:02}:{number % 6}0:00Z"
        events += [
            {
                "event": "prediction",
                "prediction_id": prediction_id,
                "ts": at,
                "model": {"name": name, "version": version, "environment": environment},
                "predicted": {"intent": wrong},
                "slices": {attribute: value},
            },
            {
                "event": "label",
                "label_id": large_id(2_000 + number),
                "prediction_id": prediction_id,
                "intent": right,
                "labeled_at": at,
                "sampling": {"design": "uniform", "probability": 1.0},
            },
        ]
    (watch.folder / "events.jsonl").write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    watch("run", "--config", "aw.yaml", "--once", "--input", "events.jsonl", "--dead-letters", "dl.jsonl")
    assert watch.rejected() == []
    cells = json.loads(watch("status", "--json", "--config", "aw.yaml"))
    missed = {(c["intent"], c["slice"]): (c["live"]["misses"], c["verdict"]) for c in cells}
    assert missed[right, None] == (120, "degraded")
    assert missed[right, f"{attribute}={value}"][0] == 120


@pytest.mark.parametrize(
    ("part", "given"),
    [(Kafka, {"group_id": "x" * 256}), (SlackSettings, {"kind": "slack", "name": "x" * 256})],
)
def test_what_the_settings_name_is_short_enough(part: type[BaseModel], given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="at most 255 characters"):
        part(**given)
