"""Configuration as people write it: what is clear is read as they mean it, what is not is refused with a sentence."""

import json
import socket
from datetime import time
from pathlib import Path

import pytest

from monitor.domain.telling.patterns import fits_pattern
from monitor.settings.load import load
from monitor.settings.mail import bare_address
from monitor.settings.settings import Settings
from tests.settings.configurations import problems, written

QUIET = "quiet_hours: {begin: %s, end: %s, zone: Europe/Berlin}\n"
MAIL = "sinks: [{kind: email, host: 127.0.0.1, security: none, sender: %s, to: [%s]}]\n"


@pytest.mark.parametrize(
    ("begin", "end", "read"),
    [
        ("22:00", "07:00", (time(22), time(7))),
        ('"22:00"', "'07:00'", (time(22), time(7))),
        ("22:00:30", "06:59", (time(22, 0, 30), time(6, 59))),
        ("00:00", "12:30", (time(0), time(12, 30))),
    ],
)
def test_times_of_day_need_no_quotes(begin: str, end: str, read: tuple[time, time]) -> None:
    """YAML 1.1 makes 1,320 of 22:00."""
    quiet = load(written(QUIET % (begin, end))).quiet_hours
    assert quiet is not None
    assert (quiet.begin, quiet.end) == read


@pytest.mark.parametrize(
    ("begin", "end", "why"),
    [
        ("1320", "07:00", "quiet_hours.begin: write a time of day, such as 07:00"),
        ("22", "07:00", "quiet_hours.begin: write a time of day, such as 07:00"),
        ("22.5", "07:00", "quiet_hours.begin: write a time of day, such as 07:00"),
        ("22:00Z", "07:00", "quiet_hours.begin: has a zone of its own;"),
        ("22:00+01:00", "07:00", "quiet_hours.begin: has a zone of its own;"),
        ("22:00", "22:00", "quiet_hours.end: is quiet_hours.begin, which could mean never or always;"),
        ("22:00", "24:00", "quiet_hours.end: "),
        ("22 Uhr", "07:00", "quiet_hours.begin: "),
    ],
)
def test_a_time_that_could_mean_something_else_is_refused(begin: str, end: str, why: str) -> None:
    (problem,) = problems(QUIET % (begin, end))
    assert why in problem


def test_words_stay_words() -> None:
    """Norway, a version, a date, a price group and a time: none of them is what YAML 1.1 makes of it."""
    text = "slices: [{name: country, values: [no, de, on, 2026-11-23, 12:30, y]}]\nblast_radius: off\nrunbook: 1_000\n"
    settings = load(written(text))
    assert settings.slices[0].values == ("no", "de", "on", "2026-11-23", "12:30", "y")
    assert (settings.blast_radius, settings.runbook) == ("off", "1_000")


@pytest.mark.parametrize(("word", "read"), [("yes", True), ("off", False), ("true", True), ("False", False)])
def test_truth_values_in_any_of_yamls_words(word: str, read: bool) -> None:
    assert load(written(f"privacy: {{keep_text: {word}}}\n")).privacy.keep_text is read


@pytest.mark.parametrize(("word", "read"), [("010", 10), ("0x10", 16), ("0o10", 8), ("+3", 3)])
def test_a_number_is_decimal_unless_it_says_otherwise(word: str, read: int) -> None:
    assert load(written(f"poison: {{max_consecutive: {word}}}\n")).poison.max_consecutive == read


def test_a_byte_order_mark_and_carriage_returns_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(b"\xef\xbb\xbfjudge:\r\n  drop: 0.2\r\n")
    assert load(file).judge.drop == 0.2


@pytest.mark.parametrize("text", ["[" * 5_000, "a: &x [*x]\nb: " + "{a: " * 3_000])
def test_a_file_that_is_nested_too_deeply_is_refused(text: str) -> None:
    assert problems(text)[0].startswith("aw.yaml: ")


SERVICE = {
    "ANCHORWATCH_SERVICE_HOST": "10.0.0.1",
    "ANCHORWATCH_SERVICE_PORT": "9464",
    "ANCHORWATCH_SERVICE_PORT_METRICS": "9464",
    "ANCHORWATCH_PORT": "tcp://10.0.0.1:9464",
    "ANCHORWATCH_PORT_9464_TCP": "tcp://10.0.0.1:9464",
    "ANCHORWATCH_PORT_9464_TCP_PROTO": "tcp",
    "ANCHORWATCH_PORT_9464_TCP_PORT": "9464",
    "ANCHORWATCH_PORT_9464_TCP_ADDR": "10.0.0.1",
    "ANCHORWATCH_METRICS_SERVICE_HOST": "10.0.0.2",
    "ANCHORWATCH_METRICS_PORT": "tcp://10.0.0.2:9464",
    "ANCHORWATCH_PORT_53_UDP": "udp://10.0.0.1:53",
}


def test_the_variables_of_a_service_of_our_name_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kubernetes puts them into every pod of the namespace."""
    for name, value in SERVICE.items():
        monkeypatch.setenv(name, value)
    assert load().model_dump() == Settings().model_dump()


@pytest.mark.parametrize(
    ("name", "value"),
    [("ANCHORWATCH_METRICS_PORT", "9464"), ("ANCHORWATCH_PORT", "9464"), ("ANCHORWATCH_SERVICE", "x")],
)
def test_a_variable_that_only_looks_like_one_is_still_a_typing_error(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    (problem,) = problems()
    assert problem.startswith(
        f"environment {name}: there is no section {name.removeprefix('ANCHORWATCH_').lower()!r}"
    )


@pytest.mark.parametrize("name", ["refund[EU]", "[!a]", "a]b", "[x]?*", "a\\b", "(a|b)+", "a\nb", "É"])
def test_only_the_star_and_the_question_mark_are_special(name: str) -> None:
    assert fits_pattern(name, name)
    assert fits_pattern(name, "*")
    assert fits_pattern(name, "?" * len(name))
    assert not fits_pattern(name, "?" * (len(name) + 1))
    assert not fits_pattern("E", "[EU]")


def test_a_pattern_of_stars_costs_no_more_than_its_length() -> None:
    assert not fits_pattern("a" * 2_000, "*a" * 200 + "b")


@pytest.mark.parametrize(
    ("words", "bare"),
    [
        ("aw@example.org", "aw@example.org"),
        ("Wächter <aw@example.org>", "aw@example.org"),
        ('"Doe, Jane" <jane@example.org>', "jane@example.org"),
        ("<aw@example.org>", "aw@example.org"),
        ("Doe, Jane <jane@example.org>", None),
        ("a@example.org, b@example.org", None),
        ("nobody", None),
        ("@example.org", None),
        ("a@example.org\nBcc: evil@example.org", None),
        ("a b@example.org", None),
    ],
)
def test_mail_addresses_with_names(words: str, bare: str | None) -> None:
    assert bare_address(words) == bare
    text = MAIL % (json.dumps(words, ensure_ascii=False), "oncall@example.org")
    if bare is None:
        assert "sender: is not one mail address" in problems(text)[0]
    else:
        load(written(text))


def test_several_files_the_later_over_the_earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "one.yaml", tmp_path / "two.yaml"
    first.write_text("judge: {drop: 0.2, stale_after_days: 9}\nwatch: {intents: [a, b]}\n")
    second.write_text("judge: {drop: 0.3}\nwatch: {intents: [c]}\n")
    monkeypatch.setenv("ANCHORWATCH_CONFIG", f"{first}:{second}")
    for settings in (load([first, second]), load()):
        assert (settings.judge.drop, settings.judge.stale_after_days) == (0.3, 9)
        assert settings.watch.intents == ("c",)
    second.write_text("judge: {drop: 3}\nslices: [{}]\n")
    first.write_text("poison: {max: 3}\n")
    with pytest.raises(Exception, match="drop") as caught:
        load([first, second])
    assert [line.split(": ")[0] for line in str(caught.value).split("\n")] == [
        str(second),
        str(second),
        str(first),
    ]


def test_a_worksheet_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    base, more = tmp_path / "base.yaml", tmp_path / "sub" / "more.yaml"
    more.parent.mkdir()
    base.write_text("worksheets: [sheet.yaml]\n")
    (tmp_path / "sheet.yaml").write_text("intents: [refund]\nfailure_if_wrong: {reversible: no}\n")
    more.write_text("judge: {drop: 0.2}\n")
    assert set(load([base, more]).intents) == {"refund"}


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_mail_hosts_of_ipv6_are_this_machine(host: str) -> None:
    assert socket.has_ipv6
    load(written((MAIL % ("a@b", "a@b")).replace("127.0.0.1", f'"{host}"')))
