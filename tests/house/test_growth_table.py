"""docs/operations.md, "What grows with what": every table of the database is there, every number is the code's."""

import re
from pathlib import Path

from connectors.sql.incidents.history import LINES_MAX
from connectors.sql.ingest.counts import DEAD_LETTERS_KEPT, HEADERS_MAX
from connectors.sql.ingest.topics import TOPICS_MAX
from connectors.sql.old_hours import HOURS_KEPT
from connectors.sql.silences import HOLDING_MAX
from connectors.sql.tables import Table
from monitor.app.metrics import INTENTS_MAX
from monitor.domain.events.fields import SLICES_MAX
from monitor.domain.events.join import LABELS_MAX, MODELS_MAX
from monitor.domain.events.names import BYTES_MAX, CHARACTERS_MAX
from monitor.domain.recall.tally import MOST_NAMES
from monitor.evaluate.replay import CHECKPOINT_EVERY
from monitor.evaluate.round import CHUNK
from monitor.settings.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
# The line, and a number in it.
NUMBERS = {
    "models that answer one request (`prediction`)": MODELS_MAX,
    "labels of one prediction": LABELS_MAX,
    "checkpoints of bets": CHECKPOINT_EVERY,
    "times of events": HOURS_KEPT,
    "where a cell's misses went": MOST_NAMES,
    "slices of one event": SLICES_MAX,
    "names, values of slices, ids": CHARACTERS_MAX,
    "what became of events": TOPICS_MAX,
    "dead letters": DEAD_LETTERS_KEPT,
    "an incident's history": LINES_MAX,
    "silences": HOLDING_MAX,
    "series of": INTENTS_MAX,
    "memory of an evaluation": CHUNK,
}


def lines() -> list[list[str]]:
    """The table's cells, line by line."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.split("## What grows with what", 1)[1].split("\n## ", 1)[0]
    table = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


def test_every_table_of_the_database_has_its_line() -> None:
    named = {name for what, *_ in lines() for name in re.findall(r"`(\w+)`", what)}
    assert set(Table.metadata.tables) - named == set()


def test_every_line_says_where_it_stops_and_who_holds_it() -> None:
    for what, grows, stops, beyond, held in lines():
        assert grows, what
        assert stops or beyond, what
        assert re.fullmatch(r"measured|\[(test|measured)\]\(\.\./tests/[\w/]+\.py\)", held), what


def test_every_number_is_the_one_of_the_code() -> None:
    for begin, number in NUMBERS.items():
        (line,) = [" | ".join(cells) for cells in lines() if cells[0].startswith(begin)]
        assert re.search(rf"(?<![\d,]){number:,}(?!\d|,\d)", line), line
    text = PAGE.read_text(encoding="utf-8")
    assert f"of names {BYTES_MAX} bytes" in text
    assert f"of each {HEADERS_MAX} names of headers" in text


def test_every_setting_that_is_named_is_there() -> None:
    settings = Settings()
    for section, key in re.findall(r"`(limits|retention|kafka)\.(\w+)`", str(lines())):
        assert hasattr(getattr(settings, section), key), f"{section}.{key}"
