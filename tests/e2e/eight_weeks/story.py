"""What a person did in the eight weeks, and what was printed: cron at half past seven, a page, its end."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.e2e.eight_weeks.desk import Desk
from tests.e2e.eight_weeks.tickets import BEGIN, DAYS, MAILS, SHOP, Event, Life, evaluation

CONFIGURATION = """
database:
  url: sqlite:///watch.db
watch:
  intents: ["*"]
slices:
- name: channel
- name: locale
- name: tier
sinks:
- kind: terminal
  name: terminal
runbooks_url: https://wiki.example.org/runbooks
reports:
  folder: weekly
  evidently: false
ticket_url: https://desk.example.org/t/{prediction_id}
"""
RELEASES = ((SHOP, "1", 2_000), (SHOP, "2", 2_000), (MAILS, "1", 1_200))  # with the rows of their evaluations
WIDTHS = (80, 120)
AT = timedelta(hours=7, minutes=30)
SILENCED, ENDED = 50, 54  # the days on which mails is silenced, and the incident ended
OPEN_SCREENS = {"incident-show-open": ("incident", "show", "1")}
SCREENS: Mapping[str, tuple[str, ...]] = {
    "status": ("status",),
    "budget": ("status", "--budget"),
    "incident-list": ("incident", "list"),
    "incident-show": ("incident", "show", "1"),
    "incident-tickets": ("incident", "tickets", "1"),
    "version-list": ("version", "list"),
    "sink-list": ("sink", "list"),
    "silence-list": ("silence", "list"),
}


class Story(NamedTuple):
    """What was printed. `told` is what cron's run of each day said; `screens` are by their name and width."""

    desk: Desk
    life: Life
    told: Mapping[int, str]
    screens: Mapping[tuple[str, int], str]
    page: Mapping[str, Any]  # the incident as it stood when it opened
    page_day: int

    def came(self, by: datetime) -> list[Event]:
        """What the run at that time, or the next after it, had read."""
        day = 1
        while cron(day) < by:
            day += 1
        return self.life.between(BEGIN, cron(day))


def cron(day: int) -> datetime:
    """When the run after so many days takes place."""
    return BEGIN + timedelta(days=day) + AT


def lived(folder: Path, patch: pytest.MonkeyPatch) -> Story:
    """Live through all of it."""
    desk, life = Desk(folder, CONFIGURATION, patch, BEGIN), Life()
    for name, version, rows in RELEASES:
        release(desk, name, version, rows)
    told: dict[int, str] = {}
    screens: dict[tuple[str, int], str] = {}
    page: Any = None
    page_day, last = 0, BEGIN
    for day in range(1, DAYS + 1):
        now = cron(day)
        desk.at(now)
        file = desk.write(f"day-{day:02}.jsonl", life.between(last, now))
        told[day], last = desk("run", "--once", "--input", file), now
        if page is None and re.search("^Incident 1 opened", told[day], re.MULTILINE):
            page, page_day = desk.json("incident", "show", "1"), day
            desk.at(now + timedelta(hours=1))
            desk("incident", "ack", "1", "--by", "ana", "--reason", "looking at the chat form")
        if day == SILENCED:
            until = ("--until", "14d", "--by", "ana", "--reason", "the mailbox moves")
            desk("silence", "add", "--match", f"model={MAILS}", *until)
        if day == ENDED:
            screens |= shown(desk, OPEN_SCREENS)
            desk("incident", "resolve", "1", "--by", "ben", "--reason", "chat goes to people until v3")
    screens |= shown(desk, SCREENS)
    desk("incident", "analyze", "1", "--output", "analysis")
    return Story(desk, life, told, screens, page, page_day)


def release(desk: Desk, name: str, version: str, rows: int) -> None:
    """Import the evaluation of a release, and hold it to that."""
    file = f"{name}-{version}.csv"
    (desk.folder / file).write_text(evaluation(name, rows, seed=rows + int(version)), encoding="utf-8")
    desk("anchor", "import", file, "--model", name, "--version", version, "--activate")


def shown(desk: Desk, commands: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, int], str]:
    """What commands show on terminals of each width, by the command's name and the width."""
    return {(name, width): desk.screen(width, *words) for name, words in commands.items() for width in WIDTHS}
