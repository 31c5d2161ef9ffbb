"""`models`: what is otherwise for some models stands over what is for all, key by key."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli.main import cli
from monitor.domain.events.types import Model
from monitor.domain.telling.routing import Severity
from monitor.settings.load import load
from monitor.settings.settings import Settings
from tests.settings.configurations import problems, written

SHOP, BANK = Model("shop-de", "3"), Model("bank", "1")
TWO = """\
watch: {intents: [refund], rare_support: 50}
judge: {drop: 0.2, stale_after_days: 4}
slices: [{name: channel}]
intents: {refund: {weight: 2, team: returns}}
dashboard: https://here/{model}
models:
- name: shop-*
  weight: 3
  watch: {rare_support: 10}
  judge: {drop: 0.05}
  slices: [{name: locale, values: [de]}]
  intents: {refund: {severity: error}, return: {team: shop}}
  severity: warning
- name: "*"
  environment: staging
  judge: {stale_after_days: 9}
"""


def settings(models: list[dict[str, Any]], **others: Any) -> Settings:  # noqa: ANN401
    return Settings.model_validate({"models": models, **others})


def test_what_is_written_for_a_model_stands_over_what_is_for_all_key_by_key() -> None:
    shop = load(written(TWO)).of(SHOP)
    assert (shop.watch.intents, shop.watch.rare_support) == (("refund",), 10)
    assert (shop.judge.drop, shop.judge.stale_after_days, shop.judge.forgiven) == (0.05, 4, 0.05)
    assert shop.severity is Severity.WARNING
    assert shop.dashboard == "https://here/{model}"


def test_a_list_of_a_model_stands_in_the_place_of_the_list_for_all() -> None:
    everything = load(written(TWO))
    assert [rule.name for rule in everything.of(SHOP).slices] == ["locale"]
    assert [rule.name for rule in everything.of(BANK).slices] == ["channel"]
    none = settings([{"name": "bank", "slices": []}], slices=[{"name": "channel"}])
    assert none.of(BANK).slices == ()


def test_intents_are_joined_name_by_name_and_key_by_key() -> None:
    intents = load(written(TWO)).of(SHOP).intents
    refund = intents["refund"]
    assert (refund.weight, refund.team, refund.severity) == (2.0, "returns", Severity.ERROR)
    assert intents["return"].team == "shop"


def test_a_model_that_nothing_is_said_of_has_what_is_for_all() -> None:
    everything = load(written(TWO))
    assert everything.of(BANK).model_dump(exclude={"models"}) == everything.model_dump(exclude={"models"})
    assert (everything.weight_of(SHOP), everything.weight_of(BANK)) == (3.0, 1.0)


def test_the_first_pattern_that_fits_name_and_environment_counts() -> None:
    everything = load(written(TWO))
    assert everything.of(Model("shop-de", "3", "staging")).judge.stale_after_days == 4
    assert everything.of(Model("bank", "1", "staging")).judge.stale_after_days == 9
    assert everything.of(Model("bank", "1", "staging")).judge.drop == 0.2


def test_a_model_is_resolved_once() -> None:
    everything = load(written(TWO))
    assert everything.of(SHOP) is everything.of(Model("shop-de", "4"))
    assert everything.of(SHOP).of(SHOP) is everything.of(SHOP)
    assert everything == load(written(TWO))  # what was resolved makes no difference


def test_a_copy_with_other_values_resolves_anew() -> None:
    everything = load(written(TWO))
    assert everything.of(SHOP).judge.stale_after_days == 4
    other = everything.model_copy(
        update={"judge": everything.judge.model_copy(update={"stale_after_days": 7})}
    )
    assert (other.of(SHOP).judge.stale_after_days, other.of(SHOP).judge.drop) == (7, 0.05)
    assert everything.of(SHOP).judge.stale_after_days == 4


def test_what_is_printed_reads_back_as_the_same() -> None:
    everything = load(written(TWO))
    printed = everything.model_dump(mode="json")
    assert printed["models"][1] == {
        "name": "*",
        "environment": "staging",
        "judge": {"stale_after_days": 9.0},
    }
    again = Settings.model_validate({"models": printed["models"]})
    assert again.of(Model("bank", "1", "staging")).judge.drop == Settings().judge.drop


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "models: [{name: a}, {name: b}, {name: c, judge: {drp: 0.1}}]",
            "aw.yaml: models[2].judge.drp: there is no such key; did you mean drop?",
        ),
        (
            "models: [{name: a, drop: 0.1}]",
            "aw.yaml: models[0].drop: there is no such key here; did you mean judge.drop?",
        ),
        (
            "models: [{name: a, judge: {false_pages_per_year: 2}}]",
            "aw.yaml: models[0].judge.false_pages_per_year: the budget is one for all models; set"
            " judge.false_pages_per_year for all, and what these get of it by their weight",
        ),
        (
            "models: [{name: a, judge: {notes_per_year: 2, groups_share: 0.1}}]",
            "aw.yaml: models[0].judge.groups_share: the budget is one for all models; set judge.groups_share for"
            " all, and what these get of it by their weight",
        ),
        (
            "models: [{name: a, kafka: {}}]",
            "aw.yaml: models[0].kafka: is one for all models; set kafka for all",
        ),
        ("models: [{weight: 2}]", "aw.yaml: models[0].name: is missing; write text of 1 to 255 characters"),
        (
            "models: [{name: a, judge: {drop: 2}}]",
            "aw.yaml: models[0].judge.drop: must be a number above 0 and below 1; the default is 0.1",
        ),
        (
            "models: [{name: shop-*}, {name: shop-de, severity: error}]",
            "models[1].name: 'shop-de' is never reached, as models[0] ('shop-*') fits all of it and the first"
            " that fits counts; write it before that",
        ),
        (
            "models: [{name: a, judge: {promise: anchor, drop: 0.1}}]",
            "models[0].judge.drop: is not asked where judge.promise is anchor; remove one of them",
        ),
        (
            "models: [{name: a, routes: [{sinks: [terminl]}]}]",
            "models[0].routes[0].sinks: there is no sink called 'terminl'; did you mean terminal?",
        ),
        (
            "models: [{name: a, slices: [{name: x}, {name: x}]}]",
            "models[0].slices: 'x' is listed 2 times; list it once",
        ),
        (
            "{judge: {groups_share: 0}, models: [{name: a, groups: [{name: g, intents: [x]}]}]}",
            "models[0].groups: have no money while judge.groups_share is 0; remove them or set it",
        ),
        (
            "models: [{name: a, judge: {detect_within_days: 200}}]",
            "retention.predictions_days: 90 is less than models[0].judge.detect_within_days (200), so predictions"
            " would be dropped before their labels are waited for",
        ),
    ],
)
def test_a_mistake_in_a_models_settings_is_named_with_its_place(text: str, problem: str) -> None:
    assert problem in problems(text + "\n")


@pytest.mark.parametrize(
    "models",
    [
        "[{name: shop-de}, {name: shop-*}]",
        '[{name: "shop-?"}, {name: shop-*}]',
        "[{name: shop-*, environment: staging}, {name: shop-*}]",
    ],
)
def test_a_narrower_pattern_before_a_wider_one_is_no_mistake(models: str) -> None:
    assert len(load(written(f"models: {models}\n")).models) == 2


def shown(*words: str, file: Path) -> dict[str, Any]:
    printed = CliRunner().invoke(cli, ["config", "show", "--config", str(file), *words])
    assert printed.exit_code == 0, printed.output
    content: dict[str, Any] = json.loads(printed.stdout)
    return content


def test_config_show_prints_what_is_in_force_for_a_model_and_the_rule_it_is_from() -> None:
    file = written(TWO)
    shop = shown("--model", "shop-de", file=file)
    assert (shop["rule"], shop["weight"], shop["judge"]["drop"], shop["slices"][0]["name"]) == (
        "models[0]",
        3.0,
        0.05,
        "locale",
    )
    bank = shown("--model", "bank", file=file)
    assert (bank["rule"], bank["weight"], bank["judge"]["drop"]) == (None, 1.0, 0.2)
    there = shown("--model", "bank", "--environment", "staging", file=file)
    assert (there["rule"], there["judge"]["stale_after_days"]) == ("models[1]", 9.0)
