"""Descriptors: each by a ticket that has it and a ticket that lacks it."""

import doctest
import math
import time

import pytest

from monitor.domain.text import descriptors, duplicates, fingerprint
from monitor.domain.text.descriptors import (
    NAMES,
    TEXT_MAX,
    Descriptors,
    OwnWords,
    describe,
    description,
    own_words,
)


def of(text: str, name: str, intent: str = "") -> float:
    return float(getattr(describe(text, intent), name))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("words", "Don't delete my account", 4),
        ("words", "", 0),
        ("sentences", "Delete it. Now! Why not?", 3),
        ("sentences", "no mark at all", 1),
        ("sentences", "версия 1.5 не работает. Почему?", 2),
        ("final_punctuation", "请删除我的账户。", 1),
        ("final_punctuation", "delete it", 0),
        ("greeting", "Hi there, delete it", 1),
        ("greeting", "I want to say hello", 0),
        ("greeting", "Bonjour, supprimez mon compte", 1),
        ("courtesy", "Bitte löschen Sie mein Konto", 1),
        ("courtesy", "delete it", 0),
        ("digits", "order 4711", 1),
        ("digits", "order", 0),
        ("citation", "under Article 17 of the GDPR", 1),
        ("citation", "nach § 35", 1),
        ("citation", "the article I bought", 0),
        ("capitals", "HELP me", 4 / 6),
        ("starts_with_capital", '"Please', 1),
        ("type_token_ratio", "no no no yes", 0.5),
        ("blank", " \n ", 1),
        ("blank", "x", 0),
        ("forwarded", "FWD: my mail\nfrom: ana@example.org", 1),
        ("forwarded", "> what you wrote", 1),
        ("forwarded", "I was forwarded to you", 0),
    ],
)
def test_a_descriptor(name: str, text: str, value: float) -> None:
    assert of(text, name) == pytest.approx(value)


def test_self_labelling_is_the_share_of_the_intents_words_that_are_used() -> None:
    assert of("please delete the account", "self_labelling", "delete_account") == 1
    assert of("delete it", "self_labelling", "delete_account") == 0.5
    assert of("gone", "self_labelling") == 0


def test_a_blank_ticket_has_no_value_that_is_not_a_number() -> None:
    assert describe("") == tuple(float(name == "blank") for name in NAMES)


@pytest.mark.parametrize("module", [descriptors, duplicates, fingerprint])
def test_the_examples_in_the_docstrings_are_true(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_the_words_of_any_intent_are_found_by_one_look_at_the_text() -> None:
    words = OwnWords(["gdpr_erasure", "data_export_request", "of_it"])
    assert words.used_in("Please handle my GDPR erasure and the data") == {
        "data_export_request": 0.3333,
        "gdpr_erasure": 1.0,
    }
    assert words.used_in("erasures, exported") == {}
    assert own_words("data_data_of") == ["data"]


@pytest.mark.parametrize("intent", ["gdpr_erasure", "data_export_request", "cancel"])
def test_a_kept_description_turned_toward_an_intent_is_the_text_described_with_it(intent: str) -> None:
    text = "Hello, an export of my data please. Cancel it!"
    kept = description(text, OwnWords(["gdpr_erasure", "data_export_request", "cancel"]))
    assert kept.toward(intent) == describe(text, intent).rounded()


def test_the_text_is_dropped_unless_it_is_to_be_kept() -> None:
    assert description("my words", OwnWords([])).text is None
    assert description("my words", OwnWords([]), keep_text=True).text == "my words"
    assert description("my words", OwnWords(["refund"])).looked_for == {"refund"}
    assert math.isnan(description("my words", OwnWords([])).toward("refund").self_labelling)
    assert description("", OwnWords([])).descriptors == Descriptors._make([0.0] * 11 + [1.0, 0.0])


# Marks of two classes by turns, blanks of many kinds, and what the patterns look for.
FILLERS = [
    "\u0308\u0323",
    "\u0308",
    "\n",
    " ",
    "\r\n",
    "\x1c",
    "\u2028",
    "語",
    "A",
    "1",
    ".",
    "!?",
    "-",
    "--\n",
    "> ",
]
FILLERS += ["from:", "from:\n", "de :", "wg", "a'", "art ", "§ ", "section ", "x@"]


@pytest.mark.parametrize("filler", FILLERS)
def test_a_text_costs_in_proportion_to_its_length_whatever_it_repeats(filler: str) -> None:
    def seconds(length: int) -> float:
        text = (filler * length)[:length] + "x"
        begun = time.process_time()
        describe(text, "delete_account")
        OwnWords(["delete_account"]).used_in(text)
        return time.process_time() - begun

    seconds(100)
    once, twice = (min(seconds(length) for _ in range(3)) for length in (TEXT_MAX // 2, TEXT_MAX))
    assert twice < 3 * once + 0.01
    assert seconds(500_000) < 10 * twice + 0.1


def test_what_comes_after_the_first_twenty_thousand_characters_changes_nothing() -> None:
    text = "Please help. " * 2_000
    assert describe(text[:TEXT_MAX]) == describe(text)
