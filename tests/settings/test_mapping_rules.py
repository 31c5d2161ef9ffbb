"""The rules of a topic's map: each broken one in its exact words, and all of them at once."""

from typing import Any

import pytest
import yaml

from monitor.domain.events.mapping.fields import ReadAs, TimeFormat
from monitor.settings.load import load
from monitor.settings.placed import mapping_of
from monitor.settings.topics import TopicSettings
from tests.settings.configurations import problems, written

PREDICTION: dict[str, Any] = {
    "prediction_id": "$.id",
    "ts": "$.at",
    "model": {"name": {"const": "tickets"}, "version": "$.release"},
    "intent": "$.label",
}
LABEL: dict[str, Any] = {
    "label_id": "$.id",
    "prediction_id": "$.of",
    "labeled_at": "$.at",
    "intent": "$.label",
}
NO_PATH = (
    "write $.name.name, [0] for a place of a list, or a JSON pointer for a name that holds a dot or a bracket"
)


def text(predictions: object = "predictions", labels: object = "labels") -> str:
    return yaml.safe_dump({"kafka": {"topics": {"predictions": predictions, "labels": labels}}})


def mapped(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": "ml.predictions", "format": "json", "map": PREDICTION | changes}


def mapped_labels(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": "ml.labels", "format": "json", "map": LABEL | changes}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"ts": "at"},
            "ts.path: 'at' is no path; write $.at, or {const: …} for a value that is always the same",
        ),
        (
            {"text": {"join": ["$.a", "b"]}},
            "text.join[1]: 'b' is no path; write $.b, or {const: …} for a value that is always the same",
        ),
        (
            {"scores": {"names": "$.a", "scores": "$.b.."}},
            f"scores.scores: '$.b..' is no path from '..' on; {NO_PATH}",
        ),
        ({"score": {}}, "score: says neither where the value is nor what it is; write path or const"),
        ({"score": {"path": "$.p", "const": 1}}, "score: give path or const, not both"),
        ({"text": {"path": "$.p", "join": ["$.a"]}}, "text: give path or join, not both"),
        (
            {"scores": {"path": "$.p", "names": "$.a", "scores": "$.b"}},
            "scores: give path or names and scores, not both",
        ),
        ({"score": {"const": 0.5, "default": 1}}, "score.default: has no effect beside const; remove it"),
        ({"text": {"path": "$.p", "between": " "}}, "text.between: has no effect without join; remove it"),
        (
            {"ts": {"path": "$.p", "zone": "Berlin"}},
            "ts.zone: there is no zone 'Berlin'; write a name such as Europe/Berlin",
        ),
        (
            {"ts": {"path": "$.p", "zone": "Europe/Berlin", "format": "epoch_ms"}},
            "ts.zone: has no effect on epoch_ms, which is in UTC; remove it",
        ),
        ({"ts": {"const": "2026-11-22T13:00:00Z"}}, "ts.const: is another one for each record; give a path"),
        (
            {"prediction_id": {"path": "$.a", "default": "p"}},
            "prediction_id.default: is another one for each record; give a path",
        ),
        ({"scores": {"const": 1}}, "scores.const: there is none for it; give a path"),
        ({"score": {"const": "high"}}, "score.const: must be a number; take the quotes away"),
        (
            {"model": {"name": {"const": " "}, "version": "$.v"}},
            "model.name.const: empty; write the name that the events give",
        ),
        ({"scores": {"path": "$.p", "name": "label"}}, "scores.score: name needs it; write it"),
        ({"scores": {"scores": "$.p"}}, "scores.names: scores needs it; write it"),
        (
            {"scores": {"name": "a", "score": "b"}},
            "scores.path: name and score need it; write where the list is",
        ),
        (
            {"intent": {"path": "$.l", "lower": True, "aliases": {"Refund": "x"}}},
            "intent.aliases: 'Refund' is never met: lower comes first; write 'refund'",
        ),
        (
            {"intent": {"path": "$.l", "aliases": {" a": "x"}}},
            "intent.aliases: ' a' is never met: blanks around a name are taken off; write 'a'",
        ),
        (
            {"intent": {"path": "$.l", "aliases": {"a": "x" * 300}}},
            "intent.aliases: 'a': a name of more than 255 characters or 512 bytes; no event can hold it",
        ),
        ({"slices": {"": "$.a"}}, "slices.: empty; write the name that the events give"),
        (
            {"slices": {f"s{n}": "$.a" for n in range(65)}},
            "slices: 65 slices, more than the 64 allowed; name those that are judged",
        ),
    ],
)
def test_each_rule_of_a_map_of_predictions_has_its_words(changes: dict[str, Any], problem: str) -> None:
    assert problems(text(mapped(**changes))) == [f"kafka.topics.predictions.map.{problem}"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"status": {"path": "$.s", "values": {"gone": "retractd"}}},
            "status.values: 'retractd' is none of active, retracted; did you mean retracted?",
        ),
        (
            {"source": {"kind": {"const": "robot"}}},
            "source.kind.const: 'robot' is none of human, adjudicated, complaint, correction, weak; write one of them",
        ),
        (
            {"sampling": {"design": {"path": "$.d", "default": "uniforms"}}},
            "sampling.design.default: 'uniforms' is none"
            " of uniform, by_prediction, by_score, unknown; did you mean uniform?",
        ),
        ({"label_id": {"const": "l"}}, "label_id.const: is another one for each record; give a path"),
    ],
)
def test_each_rule_of_a_map_of_labels_has_its_words(changes: dict[str, Any], problem: str) -> None:
    assert problems(text(labels=mapped_labels(**changes))) == [f"kafka.topics.labels.map.{problem}"]


@pytest.mark.parametrize(
    ("predictions", "labels", "problem"),
    [
        (
            "predictions",
            mapped_labels() | {"format": "kserve"},
            "kafka.topics.labels.format: kserve holds answers and no labels; write the format that they are in",
        ),
        (
            {"name": "p", "format": "sagemaker"},
            "labels",
            "kafka.topics.predictions.map: sagemaker needs one; write it, or leave format out where records are"
            " canonical",
        ),
        (
            {"name": "p", "format": "json"},
            "labels",
            "kafka.topics.predictions.map: json needs one; write it, or leave format out where records are canonical",
        ),
        (
            mapped() | {"format": "canonical"},
            "labels",
            "kafka.topics.predictions.map: has no effect on canonical records; write format: json, or remove it",
        ),
        (
            mapped(),
            "ml.predictions",
            "kafka.topics.labels: ml.predictions is the topic of the predictions, too, and only canonical records say"
            " themselves what they are; give each a topic of its own",
        ),
        (
            5,
            "labels",
            "aw.yaml: kafka.topics.predictions: must be text or a mapping with the keys name, format, map, reader; put"
            " it into quotes",
        ),
        (
            {"name": "p", "fromat": "json"},
            "labels",
            "aw.yaml: kafka.topics.predictions.fromat: there is no such key; did you mean format?",
        ),
        (
            mapped(ts=5),
            "labels",
            "aw.yaml: kafka.topics.predictions.map.ts: must be a path such as $.meta.id, or a mapping with path or"
            " const",
        ),
        (
            mapped(slices=5),
            "labels",
            "aw.yaml: kafka.topics.predictions.map.slices: must be text or a mapping of names to a path such as"
            " $.meta.id, or a mapping with path or const; put it into quotes",
        ),
        (
            mapped(slices={"tier": {"pth": "x"}}),
            "labels",
            "aw.yaml: kafka.topics.predictions.map.slices.tier.pth: there is no such key; did you mean path?",
        ),
        (
            {
                "name": "p",
                "format": "json",
                "map": {name: PREDICTION[name] for name in PREDICTION if name != "ts"},
            },
            "labels",
            "aw.yaml: kafka.topics.predictions.map.ts: is missing; write a path such as $.meta.id, or a mapping with"
            " path or const",
        ),
    ],
)
def test_each_rule_of_the_topics_has_its_words(predictions: object, labels: object, problem: str) -> None:
    assert problems(text(predictions, labels)) == [problem]


def test_all_problems_of_both_maps_are_listed_at_once() -> None:
    wrong = mapped(ts="at", score={"const": "x"}), mapped_labels(status={"const": "on"}, intent={"path": 5})
    assert [problem.partition(": ")[0] for problem in problems(text(*wrong))] == [
        "aw.yaml",
        "kafka.topics.predictions.map.ts.path",
        "kafka.topics.predictions.map.score.const",
        "kafka.topics.labels.map.status.const",
    ]
    assert "kafka.topics.labels.map.intent.path: must be text" in problems(text(*wrong))[0]


def test_a_name_alone_is_a_canonical_topic_and_the_environment_gives_one() -> None:
    topics = TopicSettings(predictions="p", labels="p")
    assert (topics.of_predictions.name, topics.of_predictions.format, topics.names) == (
        "p",
        "canonical",
        ["p"],
    )


def test_the_environment_names_a_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_KAFKA__TOPICS__PREDICTIONS", "ml.predictions")
    monkeypatch.setenv("ANCHORWATCH_KAFKA__TOPICS__LABELS", '{"name": "ml.labels"}')
    assert load(written(text())).kafka.topics.names == ["ml.predictions", "ml.labels"]


def test_a_map_becomes_the_mapping_that_it_says() -> None:
    given = mapped(
        intent={"path": "$.label", "lower": True, "aliases": {"unsure": None}},
        ts={"path": "/at", "format": "epoch_ms"},
        scores={"names": "$.n", "scores": "$.s"},
        slices={"tier": {"path": "$.tier", "default": 3}},
        text={"join": ["$.a", "$.b"], "between": " "},
    )
    topic = load(written(text(given))).kafka.topics.of_predictions
    assert topic.map is not None
    fields = {field.name: field for field in mapping_of(topic.map).fields}
    assert fields["ts"].time is TimeFormat.EPOCH_MS
    assert (fields["predicted.intent"].lower, fields["predicted.intent"].table) == (True, {"unsure": None})
    assert [path.spelled for path in fields["predicted.scores"].paths] == ["$.n", "$.s"]
    assert (fields["predicted.scores"].lower, fields["predicted.scores"].reading) == (True, ReadAs.SCORES)
    assert (fields["slices.tier"].constant, fields["model.environment"].constant) == ("3", "prod")
    assert ([path.spelled for path in fields["text"].paths], fields["text"].between) == (["$.a", "$.b"], " ")
    assert [name for name, field in fields.items() if field.needed] == [
        "prediction_id",
        "ts",
        "model.name",
        "model.version",
        "predicted.intent",
    ]
