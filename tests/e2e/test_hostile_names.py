"""Names are never markup: hostile names through every command and every report, with the right exit codes."""

import re
from pathlib import Path

import msgspec
import pytest

from monitor.domain.events.names import normal
from tests.e2e.hostile_place import HANDS, NOW, Place
from tests.hostile import Page, unprintable


@pytest.mark.parametrize("hand", HANDS)
def test_no_command_takes_a_name_as_markup_or_lets_it_steer_the_terminal(
    hand: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = HANDS[hand]
    place = Place(tmp_path, names, capsys)
    who = ["--model", names.model, "--version", names.version, "--environment", names.environment]
    name, why, by = names.text, names.reason, names.person
    reports, analysis = tmp_path / "reports", tmp_path / "analysis"
    done = {
        " ".join(words)[:40]: (place.run(*words), allowed)
        for words, allowed in [
            (["anchor", "import", str(place.anchor()), *who, "--activate"], {0}),
            (["run", "--once", "--input", str(place.events())], {0}),
            (["status"], {0}),
            (["status", "--check"], {1}),
            (["status", "--budget"], {0}),
            (["status", "--json"], {0}),
            (["incident", "list"], {0}),
            (["incident", "show", "1"], {0}),
            (["incident", "note", "1", name, "--by", by], {0}),
            (["incident", "ack", "1", "--by", by, "--reason", why], {0}),
            (["incident", "show", "1"], {0}),
            (["incident", "show", "1", "--json"], {0}),
            (["incident", "analyze", "1"], {0}),
            (["incident", "analyze", "1", "--json"], {0}),
            (["incident", "analyze", "1", "--output", str(analysis)], {0}),
            (["incident", "resolve", "1", "--by", by, "--reason", why], {0}),
            (["report", "weekly"], {0}),
            (
                [
                    "report",
                    "weekly",
                    "--week",
                    f"{NOW:%G-W%V}",
                    "--output",
                    str(reports),
                    "--no-evidently",
                ],
                {0},
            ),
            (["gate", *who], {1, 3}),
            (
                [
                    "silence",
                    "add",
                    "--match",
                    f"intent={name}",
                    "--reason",
                    name,
                    "--until",
                    "8h",
                    "--by",
                    name,
                ],
                {0},
            ),
            (["silence", "add", "--match", name, "--reason", name, "--until", name], {2}),
            (["silence", "list"], {0}),
            (["anchor", "list"], {0}),
            (["anchor", "audit"], {0, 1, 2}),
            (["sink", "list"], {0}),
            (["sink", "test", names.sink], {0}),
            (["sink", "test", f"no {name}"], {2}),
            (["backtest", "--healthy", "0"], {0}),
            (["doctor"], {1}),
            (["config", "show"], {0}),
            (["config", "check", "--set", name], {2}),
            (["status", "--set", f"judge.drop={name}"], {2}),
            (["erase", "--prediction-id", name], {0}),
            (["anchor", "show", name], {2}),
            (["anchor", "import", name, *who], {2}),
            (["report", "weekly", "--week", name], {2}),
            (["worksheet", "check", name], {2}),
            (["run", "--once", "--input", name], {2}),
            ([name], {2}),
            (["status", f"--{name}"], {2}),
        ]
    }
    wrong = {
        words: (output.code, output.err[-400:])
        for words, (output, allowed) in done.items()
        if output.code not in allowed
    }
    assert not wrong
    steering = {
        words: unprintable(output.out + output.err)
        for words, (output, _) in done.items()
        if unprintable(output.out + output.err)
    }
    assert not steering
    forged = [
        words
        for words, (output, _) in done.items()
        if re.search(r"^root: all fine", output.out + output.err, re.M)
    ]
    assert not forged
    for written in [*reports.rglob("*.html"), *analysis.rglob("*.html")]:
        page = Page(written.read_text())
        assert (written.name, page.foreign) == (written.name, [])
        assert not [link for link in page.links if "evil" in link or "javascript" in link.lower()]
    for written in [*reports.rglob("*.md"), *analysis.rglob("*.md")]:
        text = written.read_text()
        assert not re.search(r"(?<!\\)<(script|img|svg)|(?<!\\)\]\(https://evil", text)
    assert len([*reports.rglob("*.html")]) == len([*analysis.rglob("*.html")]) == 1
    # What people see is made harmless; what programs read is what was sent.
    cells = msgspec.json.decode(done["status --json"][0].out)
    assert normal(names.intent) in {cell["intent"] for cell in cells}
    assert {(cell["model"], cell["version"]) for cell in cells} == {
        (normal(names.model), normal(names.version))
    }
