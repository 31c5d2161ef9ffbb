"""Bytes that nobody should send: read as an independent reader reads them, or a dead letter with a code.

The number of mutants is ANCHORWATCH_TEST_EXAMPLES, or 5,000. They go through the embedded broker, ingest
and SQLite, with good events between them that must all be counted.
"""

import json
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import pytest
from sqlalchemy import text as sql

from connectors.kafka.client import kafka
from connectors.kafka.embedded import EmbeddedBroker
from connectors.sql.database import open_engine
from monitor.app.agent import drain
from monitor.app.wiring import open_app
from monitor.domain.events.decode import CODES
from monitor.settings.settings import Settings
from tests.domain.events.slow_decode import Doubtful, reference
from tests.e2e.agent import Place
from tests.services.kafka_tools import create_topic, new_name, options

MUTANTS = int(os.environ.get("ANCHORWATCH_TEST_EXAMPLES", "5000"))
SEED = 20261123
MAX_BYTES = 20_000
GOOD_EVERY = 5
NEVER = 10**9
INTENTS = ("refund", "gdpr_erasure", "cancel_account", "données 😀")

Rng = np.random.Generator
T = TypeVar("T")
TopicKind = Literal["prediction", "label"]
KINDS: tuple[TopicKind, ...] = ("prediction", "label")
Read = tuple[Any, ...]


class Told(NamedTuple):
    """What the reader says of a record: the codes that would be right, or what it says."""

    problems: frozenset[str]
    read: Read


class Mutant(NamedTuple):
    """A record, where it goes, and what the reader says of it."""

    kind: TopicKind
    value: bytes | None
    told: Told


def pick(rng: Rng, among: Sequence[T]) -> T:
    return among[int(rng.integers(len(among)))]


def sound(rng: Rng, kind: str, number: int) -> dict[str, Any]:
    """A good event. A label is about a prediction of the other topic, or brings one of its own."""
    at = f"2026-11-{int(rng.integers(1, 29)):02d}T{int(rng.integers(24)):02d}:15:30.{number % 1000:03d}Z"
    prediction = {
        "event": "prediction",
        "prediction_id": f"{kind[0]}-{number}",
        "ts": at,
        "model": {"name": "tickets", "version": str(int(rng.integers(3))), "environment": "prod"},
        "predicted": {"intent": pick(rng, INTENTS), "score": 0.5, "scores": {"refund": 0.25}},
        "slices": {"channel": pick(rng, ("email", "chat"))},
        "text": "delete my account 😀 \u2028 thx",
        "subject": "ann",
    }
    if kind == "prediction":
        return prediction
    label = {
        "event": "label",
        "label_id": f"label-{number}",
        "prediction_id": f"p-{number - GOOD_EVERY * int(rng.integers(4))}",
        "intent": pick(rng, INTENTS),
        "revision": int(rng.integers(1, 4)),
        "status": pick(rng, ("active", "active", "retracted")),
        "labeled_at": at,
        "source": {"kind": pick(rng, ("human", "adjudicated", "weak")), "annotator": "a17"},
        "sampling": {"design": "uniform", "probability": 0.02},
    }
    if rng.random() < 0.2:
        label |= {"prediction_id": prediction["prediction_id"], "prediction": prediction}
    return label


def dumped(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _places(content: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(content, dict):
        for name, inner in content.items():
            found.append((content, name))
            _places(inner, found)
    return found


STRANGE: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1, 0.5, 1.5, -0.0, 2**31, 2**63, 2**64, 10**30, 1e300, 5e-324),
    *(float("nan"), float("inf"), "", "x", "x" * 255, "x" * 256, "é" * 256, "a\0b", "\u2028", "😀" * 255),
    *("label", "prediction", "click", "active", "2026-11-22T13:00:00", "1999-12-31T23:59:59Z"),
    *("2026-02-30T10:00:00Z", "2100-01-01T00:00:00+01:00", [], {}, [1, [2]], {"a": {"b": 1}}, "\ud83d"),
)
SNIPPETS: tuple[bytes, ...] = (
    *(b'"', b",", b"{", b"}", b"[", b"]", b":", b"null", b"NaN", b"-Infinity", b"1e400", b"-0", b"01"),
    *(b"\\", rb"\ud83d", rb"\u0000", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\n", b"9" * 400),
)


def flipped(rng: Rng, value: bytes) -> bytes:
    """A few bits the other way round."""
    changed = bytearray(value)
    for _ in range(int(rng.integers(1, 4))):
        changed[int(rng.integers(len(changed)))] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def cut(rng: Rng, value: bytes) -> bytes:
    """The end or a piece is missing."""
    begin, end = sorted(int(n) for n in rng.integers(0, len(value), 2))
    return value[:begin] if rng.random() < 0.5 else value[:begin] + value[end:]


def put_in(rng: Rng, value: bytes) -> bytes:
    """A snippet where none belongs."""
    at = int(rng.integers(len(value) + 1))
    return value[:at] + pick(rng, SNIPPETS) + value[at + int(rng.integers(3)) :]


def swapped(rng: Rng, value: bytes) -> bytes:
    """A field of another type, or something strange in it."""
    content = json.loads(value)
    for _ in range(int(rng.integers(1, 3))):
        where, name = pick(rng, _places(content, []))
        where[name] = pick(rng, STRANGE)
    return dumped(content)


def left_out(rng: Rng, value: bytes) -> bytes:
    """A field less."""
    content = json.loads(value)
    where, name = pick(rng, _places(content, []))
    del where[name]
    return dumped(content)


def key_twice(rng: Rng, value: bytes) -> bytes:
    """A key given a second time."""
    content = json.loads(value)
    name = pick(rng, sorted(content))
    again = content[name] if rng.random() < 0.5 else pick(rng, STRANGE)
    return value[:-1] + b"," + dumped(name) + b":" + dumped(again) + b"}"


def deep(rng: Rng, value: bytes) -> bytes:
    """Brackets within brackets, in a field that is ours or in one that is not."""
    depth = int(pick(rng, (3, 60, 9_000)))
    name = pick(rng, ("x", "slices", "model", "text", "prediction_id"))
    nest = b"[" * depth + b"]" * depth if rng.random() < 0.5 else b'{"a":' * depth + b"1" + b"}" * depth
    return b'{"' + name.encode() + b'":' + nest + b"," + value[1:]


def huge(rng: Rng, value: bytes) -> bytes:
    """A number of many digits, or a record that is too large."""
    digits = b"1" * int(pick(rng, (20, 400, 5_000, 25_000)))
    name = pick(rng, ("x", "revision", "predicted", "ts"))
    return value[:-1] + b',"' + name.encode() + b'x":' + digits + b"}"


def joined(rng: Rng, value: bytes) -> bytes:
    """Two records in one, with something between."""
    return value + pick(rng, (b"", b"\n", b",", b" ", b"\0")) + pick(rng, (value, b"{}", b"null", b"[]"))


def wrapped(rng: Rng, value: bytes) -> bytes:
    """In an array, a string, another encoding, or with a mark in front."""
    text = value.decode()
    ways = (b"[" + value + b"]", dumped(text), text.encode("utf-16"), b"\xef\xbb\xbf" + value, b" " + value)
    return pick(rng, ways)


def strange(rng: Rng, _value: bytes) -> bytes:
    """No record at all."""
    return bytes(rng.integers(0, 256, int(rng.integers(0, 60)), dtype=np.uint8))


MUTATIONS: Mapping[str, Callable[[Rng, bytes], bytes]] = {
    one.__name__: one
    for one in (flipped, cut, put_in, swapped, left_out, key_twice, deep, huge, joined, wrapped, strange)
}


def told_of(value: bytes | None, kind: str) -> Told | None:
    """What the reader says; None where it takes no side."""
    if value is None:
        return Told(frozenset({"tombstone"}), ())
    if len(value) > MAX_BYTES:
        return Told(frozenset({"too_large"}), ())
    try:
        problems, read = reference(value, kind)
    except RecursionError:
        return Told(frozenset({"not_json"}), ())
    except OverflowError:
        return None  # an integer that is too large for a float, where a float belongs
    except Doubtful:
        return _of_a_key_given_twice(value, kind)
    try:
        value.decode()
    except UnicodeDecodeError:
        if not problems:
            return None  # in a field that is not ours it may be passed over
        problems = problems | {"not_json"}
    return Told(frozenset(problems | _also(value, problems)), read if isinstance(read, tuple) else ())


def _also(value: bytes, problems: set[str]) -> set[str]:
    """Where two codes are as good as each other, and a number that is too large, which the reader lets pass."""
    also = set[str]()
    if "schema_invalid" in problems and b"\\u0000" in value:
        also.add("time_without_zone")  # msgspec takes a NUL in a time for its end
    if "schema_invalid" in problems and b"e400" in value:
        also.add("revision_out_of_range")  # as a revision it is no integer, and out of range
    if not problems:
        event = json.loads(value)
        for one in (event, event.get("prediction") or {}):
            scores = one.get("predicted", {}).get("scores") or {}
            if not all(map(math.isfinite, scores.values())):
                also.add("not_finite")
    return also


def _of_a_key_given_twice(value: bytes, kind: str) -> Told | None:
    """The last one counts; where an earlier one was unsound too, the reader takes no side."""

    def first(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if max(Counter(key for key, _ in pairs).values(), default=0) > 2:
            raise ValueError("more than twice")
        return dict(reversed(pairs))

    try:
        text = value.decode()
        last = reference(json.dumps(json.loads(text)).encode(), kind)
        early = reference(json.dumps(json.loads(text, object_pairs_hook=first)).encode(), kind)
    except (ValueError, OverflowError, RecursionError):
        return None
    if last[0] or early[0] or not isinstance(last[1], tuple):
        return None
    return Told(frozenset(), last[1])


class Reckoner:
    """What becomes of one record after the other, by DESIGN.md section 5, from what the reader read."""

    def __init__(self) -> None:
        self._predictions: dict[str, tuple[object, ...]] = {}
        self._labels: dict[str, tuple[object, ...]] = {}

    def became(self, read: Read, value: bytes) -> str:
        """The word for what became of it, or the code `conflict`."""
        if isinstance(read[0], tuple):
            inside, label = read
            scores = json.loads(value)["prediction"]["predicted"].get("scores")
            if self._clashes(inside, scores) or self._label(label, look=True) == "conflict":
                return "conflict"
            self._predictions.setdefault(inside[0], (*inside[1:], scores))
            return self._label(label)
        if isinstance(read[2], tuple):
            scores = json.loads(value)["predicted"].get("scores")
            if self._clashes(read, scores):
                return "conflict"
            known = read[0] in self._predictions
            self._predictions.setdefault(read[0], (*read[1:], scores))
            return "prediction_repeat" if known else "prediction"
        return self._label(read)

    def outcomes(self) -> int:
        """How many predictions have a label that holds, of the accepted kinds."""
        held = {
            label[1]
            for label in self._labels.values()
            if not label[5] and label[6] in ("human", "adjudicated")
        }
        return len(held & self._predictions.keys())

    def _clashes(self, read: Read, scores: object) -> bool:
        known = self._predictions.get(read[0])
        return known is not None and known != (*read[1:], scores)

    def _label(self, label: Read, *, look: bool = False) -> str:
        held = self._labels.get(label[0])
        if held is not None:
            if held == label:
                return "label_repeat"
            if (label[4], label[3]) == (held[4], held[3]):
                return "conflict"
            if (label[4], label[3]) < (held[4], held[3]):
                return "label_outdated"
        if not look:
            self._labels[label[0]] = label
        return "label"


def ids_of(read: Read) -> list[tuple[str, str]]:
    """What a record names, by kind of id."""
    if not read:
        return []
    if isinstance(read[0], tuple):
        return ids_of(read[0]) + ids_of(read[1])[:1]
    return [("prediction", read[0])] if isinstance(read[2], tuple) else [("label", read[0])]


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """So many mutants with good events between them; every id is written on one topic only.

    What the reader takes no side on is left out, and so is what would make the order of two partitions
    matter.
    """
    rng = np.random.default_rng(seed)
    names, made, number = sorted(MUTATIONS), 0, 0
    home: dict[tuple[str, str], str] = {}
    while made < count:
        number += 1
        good = number % GOOD_EVERY == 0
        kind = pick(rng, KINDS)
        source = sound(rng, kind, int(rng.integers(number, number + 3)) if not good else NEVER + number)
        value: bytes | None = dumped(source)
        if not good:
            for _ in range(1 if rng.random() < 0.8 else 2):
                try:
                    value = MUTATIONS[pick(rng, names)](rng, value or b"{}")
                except (ValueError, IndexError, TypeError, KeyError, RecursionError):
                    continue  # it was broken too much already for this
            if rng.random() < 0.002:
                value = None
        told = told_of(value, kind)
        if told is None or any(home.setdefault(name, kind) != kind for name in ids_of(told.read)):
            continue
        made += not good
        yield Mutant(kind, value, told)


@contextmanager
def any_number_of_digits() -> Iterator[None]:
    """The reader is Python, which otherwise refuses to read an integer of 4,301 digits."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


def test_every_mutant_is_read_as_the_reader_reads_it_or_dead_with_a_code_and_the_good_ones_count(
    tmp_path: Path, embedded_broker: EmbeddedBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    with any_number_of_digits():
        records = list(mutants(SEED, MUTANTS))
    topics = {kind: new_name(f"{kind}s") for kind in KINDS}
    for topic in topics.values():
        create_topic(embedded_broker.bootstrap, topic)
    with closing(kafka.KafkaProducer(bootstrap_servers=embedded_broker.bootstrap, linger_ms=5)) as producer:
        for number, one in enumerate(records):
            producer.send(topics[one.kind], value=one.value, key=str(number).encode(), partition=0)
        producer.flush()
    generated_s = time.monotonic() - began

    url = f"sqlite:///{tmp_path}/poison.db"
    settings = Settings.model_validate(
        {
            "database": {"url": url},
            "kafka": options(embedded_broker.bootstrap)
            | {"group_id": new_name("g"), "topics": {f"{kind}s": topic for kind, topic in topics.items()}},
            "poison": {"max_consecutive": NEVER},
            "limits": {"message_bytes": MAX_BYTES},
        }
    )
    with closing(open_app(settings)) as app:
        source, letters = app.kafka()
        with closing(source), closing(letters):
            drain(app, source, letters)
        counts = Counter({(c.topic, c.became): c.events for c in app.status.event_counts()})

    dead = {
        number: code
        for topic in topics.values()
        for number, code in dead_letters(embedded_broker.bootstrap, f"{topic}.dlq")
    }
    reckoner, expected = Reckoner(), Counter[tuple[str, str]]()
    disagreements: list[tuple[object, ...]] = []
    for number, (kind, value, told) in enumerate(records):
        code = dead.pop(number, None)
        with any_number_of_digits():
            became = "" if told.problems else reckoner.became(told.read, value or b"")
        right = told.problems or ({"conflict"} if became == "conflict" else {None})
        if code not in right or code not in (None, *CODES):
            disagreements.append((value and value[:1_000], code, right))
        expected[topics[kind], f"rejected:{code}" if code else became] += 1
    assert disagreements == []
    assert dead == {}
    assert counts == expected
    engine = open_engine(url)
    with engine.connect() as connection:
        outcomes = connection.execute(
            sql("SELECT count(*) FROM outcome WHERE intent IS NOT NULL")
        ).scalar_one()
    engine.dispose()
    assert outcomes == reckoner.outcomes()

    by_word: Counter[str] = Counter()
    for (_, word), n in counts.items():
        by_word[word] += n
    rejected = sum(n for word, n in by_word.items() if word.startswith("rejected:"))
    assert rejected > MUTANTS / 4
    assert {"prediction", "label", "rejected:not_json", "rejected:schema_invalid"} <= by_word.keys()
    with capsys.disabled():
        if MUTANTS > 5_000:
            print(  # noqa: T201
                f"\n{MUTANTS:,} mutants and {len(records) - MUTANTS:,} good events: {rejected:,} dead letters,"
                f" {outcomes:,} outcomes; generated and sent in {generated_s:.0f} s,"
                f" {time.monotonic() - began:.0f} s in all\n"
                + "\n".join(f"  {n:>7,} {word}" for word, n in by_word.most_common())
            )


def dead_letters(bootstrap: str, topic: str) -> list[tuple[int, str]]:
    """The number in the key of each dead letter, and its code."""
    consumer = kafka.KafkaConsumer(bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False)
    place = kafka.TopicPartition(topic, 0)
    found: list[tuple[int, str]] = []
    with closing(consumer):
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        quiet = 0
        while quiet < 3:  # the embedded broker does not say where the end is
            batch = consumer.poll(timeout_ms=500, max_records=5_000).get(place, [])
            quiet = 0 if batch else quiet + 1
            found += [(int(one.key), dict(one.headers)["x-anchorwatch-error-code"].decode()) for one in batch]
    return found


def test_a_thousand_rejects_in_a_row_stop_the_agent_with_exit_4_and_a_higher_limit_lets_it_go_on(
    tmp_path: Path, embedded_broker: EmbeddedBroker
) -> None:
    rng = np.random.default_rng(SEED)
    place = Place(
        tmp_path,
        embedded_broker.bootstrap,
        {"kafka": {"session_timeout_ms": 2_000, "heartbeat_interval_ms": 300}},
    )
    good = [dumped(sound(rng, "prediction", number)) for number in range(6)]
    # 999 bad ones stop nobody; the next thousand do.
    values = [good[0], *[b"oops"] * 999, *good[1:4], *[b"{}"] * 1_000, *good[4:]]
    with closing(kafka.KafkaProducer(bootstrap_servers=embedded_broker.bootstrap)) as producer:
        for value in values:
            producer.send(place.topics["predictions"], value=value, partition=0)
        producer.flush()

    with place.start() as agent:
        assert agent.ended(within_s=60) == 4
    assert "1000 records in a row were rejected" in agent.said
    assert f"{place.topics['predictions']}[0]" in agent.said
    assert "offset 1003 (schema_invalid" in agent.said
    assert "Traceback" not in agent.said
    assert place.taken() == 1_003
    assert [code for _, code in codes(place)] == ["not_json"] * 999

    done = place.run("run", "--once", "--set", "poison.max_consecutive=1001")

    assert done.returncode == 0, done.stderr.decode()
    assert place.taken() == len(values)
    found = codes(place)
    assert sorted(set(found)) == [
        (offset, "not_json" if offset < 1_000 else "schema_invalid")
        for offset, value in enumerate(values)
        if value not in good
    ]


def codes(place: Place) -> list[tuple[int, str]]:
    """Offset and code of every dead letter of the predictions."""
    topic = f"{place.topics['predictions']}.dlq"
    consumer = kafka.KafkaConsumer(bootstrap_servers=place.bootstrap, group_id=None, enable_auto_commit=False)
    found: list[tuple[int, str]] = []
    with closing(consumer):
        consumer.assign([kafka.TopicPartition(topic, 0)])
        consumer.seek_to_beginning()
        quiet = 0
        while quiet < 3:
            batches = consumer.poll(timeout_ms=500, max_records=5_000)
            quiet = 0 if batches else quiet + 1
            for record in (one for batch in batches.values() for one in batch):
                headers = dict(record.headers)
                found.append(
                    (int(headers["__dlq.errors.offset"]), headers["x-anchorwatch-error-code"].decode())
                )
    return found
