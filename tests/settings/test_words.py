"""Whatever is wrong with a configuration is said in our words: what belongs there, and what was probably meant."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from monitor.settings.places import every_key, members_of, place_of
from monitor.settings.settings import Settings
from monitor.settings.words import worded
from tests.settings.configurations import SECRET, problems

WRONG = [
    None,
    "",
    "nobody would write this",
    "x" * 300,
    [],
    [[]],
    [{}],
    [None],
    ["nobody would write this"],
    {},
    {"a": {}},
    {3: 3},
    3,
    -1,
    1e300,
    float("nan"),
    10**40,
    True,
    b"\xff",
    object(),
]
OF_PYDANTIC = re.compile(
    r"[Ii]nput should|[Ff]ield required|[Uu]nable to|should have|valid (dict|list|tuple|string|number)|\[key\]|"
    r"tuple\[|literal\["
)


def settings_with(dotted: str, value: object) -> dict[str, Any]:
    """The settings that hold this value at the place that a dotted name means."""
    for part in reversed(dotted.split(".")):
        value = {part: value}
    assert isinstance(value, dict)
    return value


def every_place() -> Iterator[tuple[str, Any]]:
    """Each key, and for lists and mappings of sections the keys of each section that may stand in them."""
    for name in every_key():
        yield name, lambda name=name, value=None: settings_with(name, value)
    for section in ("slices", "groups", "routes", "sinks"):
        for member in members_of(Settings.model_fields[section].annotation.__args__[0]):  # type: ignore[union-attr]
            kind = {"kind": member.model_fields["kind"].annotation.__args__[0]} if section == "sinks" else {}
            for key in member.model_fields:
                yield (
                    f"{section}.{kind.get('kind', '')}.{key}",
                    lambda section=section, kind=kind, key=key, value=None: {section: [{**kind, key: value}]},
                )
    for key in members_of(Settings.model_fields["intents"].annotation)[0].__args__[1].model_fields:
        yield f"intents.{key}", lambda key=key, value=None: {"intents": {"refund": {key: value}}}


@pytest.mark.parametrize(
    ("name", "content"), list(every_place()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_no_sentence_of_pydantic_reaches_people_whatever_is_wrong_with_a_key(name: str, content: Any) -> None:  # noqa: ANN401
    refused = 0
    for value in WRONG:
        try:
            Settings.model_validate(content(value=value))
        except ValidationError as caught:
            for error in caught.errors(include_url=False):
                words = worded(error, place_of(error["loc"]))
                refused += 1
                assert not OF_PYDANTIC.search(words), (value, words)
                assert "something else" not in words, (value, words)
                if error["type"] != "value_error":
                    assert error["msg"] not in words
    assert refused > 2, name


SENTENCES = [
    ("watch: {intents: refund}", "watch.intents: must be a list of texts; put it into brackets"),
    ("watch: {intents: [1]}", "watch.intents[0]: must be text; put it into quotes"),
    (
        "judge: {rare_share: 0.1}",
        "judge.rare_share: there is no such key here; did you mean watch.rare_share?",
    ),
    ("anchor: {basis: Shiped}", "anchor.basis: must be auto, shipped or real; did you mean shipped?"),
    (
        "labels: {accept: [hunam]}",
        "labels.accept[0]: must be human, adjudicated, complaint, correction or weak; did you mean human?",
    ),
    ("slices: [{name: a, values: 3}]", "slices[0].values: must be a list of texts or *"),
    ("intents: {3: {}}", "intents[3]: must be text; put it into quotes"),
    (
        "intents: {refund: 3}",
        "intents.refund: must be a mapping with the keys blast_radius, runbook, weight, severity, team",
    ),
    (
        "labels: {believe: [{topic: a, since: 2026-01-01T00:00}]}",
        "labels.believe[0].since: must be a time with its zone, such as 2026-11-23T09:00:00Z",
    ),
    (
        "kafka: {security_protocol: ssl}",
        "kafka.security_protocol: must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; did you mean SSL?",
    ),
    (
        "sinks: [{kind: [slack]}]",
        "sinks[0]: its kind must be one of terminal, slack, webhook, alertmanager, pagerduty, email, apprise;"
        " did you mean slack?",
    ),
    (
        "retention: {predictions_days: ~}",
        "retention.predictions_days: must be a whole number above 0 and at most 36,500; write it, or delete the line",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), SENTENCES)
def test_a_problem_names_what_belongs_there_and_what_was_probably_meant(text: str, sentence: str) -> None:
    assert problems(text) == [f"aw.yaml: {sentence}"]


def test_a_list_that_is_short_of_what_is_wrong_in_it_is_one_problem() -> None:
    text = "sinks: [{kind: email, host: 127.0.0.1, security: none, sender: a@b, to: [a]}]"
    assert problems(text) == ["aw.yaml: sinks[0].to[0]: must be text of at least 3 characters"]


def test_a_sink_and_a_time_zone_that_nobody_knows_are_guessed() -> None:
    assert problems("routes: [{sinks: [terminl]}]\nreports: {send_to: [termnal]}") == [
        "routes[0].sinks: there is no sink called 'terminl'; did you mean terminal?",
        "reports.send_to: there is no sink called 'termnal'; did you mean terminal?",
    ]
    assert problems("quiet_hours: {begin: 22:00, end: 07:00, zone: Europe/Berln}") == [
        "aw.yaml: quiet_hours.zone: 'Europe/Berln' is no time zone; did you mean Europe/Berlin?"
    ]


def test_a_variable_with_one_underscore_too_few_is_spelt_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORWATCH_JUDGE_DROP", "0.1")
    assert problems() == [
        "environment ANCHORWATCH_JUDGE_DROP: there is no section 'judge_drop'; did you mean"
        " ANCHORWATCH_JUDGE__DROP?"
    ]


def test_a_secret_that_is_of_the_wrong_kind_is_never_repeated() -> None:
    text = f"kafka: {{sasl_plain_password: [{SECRET}], security_protocol: {SECRET}}}\ndatabase: {SECRET}"
    assert len(problems(text)) == 3
    assert not any(SECRET in problem for problem in problems(text))


def test_every_section_is_a_place() -> None:
    for name in every_key():
        place = place_of(name.split("."))
        assert (place.path, place.inside is not None) == (name.split("."), True)
        assert place.kinds is not None
        assert issubclass(place.inside or BaseModel, BaseModel)


def test_a_thousand_values_of_a_list_that_are_wrong_alike_are_one_problem_with_a_count() -> None:
    assert problems(f"watch: {{intents: {[*range(1_000)]}}}\nhttp: {{allowed_hosts: [1, 2]}}") == [
        "aw.yaml: watch.intents[0] and 999 more: must be text; put it into quotes",
        "aw.yaml: http.allowed_hosts[0]: must be text; put it into quotes",
        "aw.yaml: http.allowed_hosts[1]: must be text; put it into quotes",
    ]


def test_whatever_is_wrong_no_problem_between_other_keys_is_hidden() -> None:
    text = (
        "sinks: [{kind: slak, url: x}, {kind: email, host: a}, {kind: slack, name: chat}]\n"
        "routes: [{sinks: [mail]}]\n"
        "reports: {send_to: [mail]}\n"
        "quiet_hours: {begin: 22:00, end: 7:00}\n"
        "slices: [{}, {name: a}, {name: a}]\n"
        "database: {url: 'mysql://a/b'}\n"
    )
    assert [problem.removeprefix("aw.yaml: ").split(": ")[0] for problem in problems(text)] == [
        "slices[0].name",
        "sinks[0]",
        "sinks[1].sender",
        "sinks[1].to",
        "quiet_hours.end",
        "sinks.chat",
        "slices",
        "database.url",
    ]


def test_a_list_in_the_environment_that_is_no_json_is_named_by_its_variable_and_hides_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANCHORWATCH_WATCH__INTENTS", "gdpr_erasure")
    monkeypatch.setenv("ANCHORWATCH_WATCH__RARE_SHARE", "7")
    monkeypatch.setenv("ANCHORWATCH_LABELS__ACCEPT", '["hunam"]')
    assert problems() == [
        'environment ANCHORWATCH_WATCH__INTENTS: lists and mappings are written as JSON, such as ["a", "b"], this is'
        " none",
        "environment ANCHORWATCH_WATCH__RARE_SHARE: watch.rare_share: must be a number of at least 0 and at most 1;"
        " the default is 0.03",
        "environment ANCHORWATCH_LABELS__ACCEPT: labels.accept[0]: must be human, adjudicated, complaint, correction or"
        " weak; did you mean human?",
    ]
