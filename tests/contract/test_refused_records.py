"""Refused records as people look at them: how many by code, and the newest first; the same on both databases."""

from datetime import timedelta

from sqlalchemy import Engine

from connectors.sql.review.dead_letters import DeadLetterRecords
from monitor.domain.events.fates import EventFate, FateKind
from monitor.domain.events.refusals import CODES
from monitor.domain.events.types import DeadLetter, Partition, Record
from reports.tables.dead_letters import dead_letters_view
from tests.stored import NOON, store

PLACE = Partition("predictions", 3)
MINUTE = timedelta(minutes=1)


def refuse(engine: Engine, *codes: str) -> None:
    with store(engine).transaction() as transaction:
        letters = [
            DeadLetter(Record(PLACE, offset, b"{"), code, "it ends early", NOON + offset * MINUTE)
            for offset, code in enumerate(codes)
        ]
        transaction.bury(letters)
        for code in codes:
            transaction.count({("predictions", EventFate(FateKind.REJECTED, code)): 1})


def test_the_newest_come_first_and_codes_by_how_many(engine: Engine) -> None:
    refuse(engine, "not_json", "conflict", "conflict")
    records = DeadLetterRecords(engine)
    assert [(each.offset, each.code) for each in records.newest(2)] == [(2, "conflict"), (1, "conflict")]
    first = records.newest(3)[-1]
    assert first == ("predictions", 3, 0, "not_json", "it ends early", NOON)
    assert list(records.by_code().items()) == [("conflict", 2), ("not_json", 1)]


def test_people_read_what_each_code_means_and_where_the_records_lay(engine: Engine) -> None:
    refuse(engine, "conflict")
    records = DeadLetterRecords(engine)
    view = dead_letters_view(records.by_code(), records.newest(5))
    assert view.blocks[0].rows == [["conflict", "1", CODES["conflict"]]]
    assert view.blocks[1].rows == [
        ["2026-11-20 12:00 UTC", "predictions", "3", "0", "conflict", "it ends early"]
    ]


def test_where_none_was_refused_it_says_so(engine: Engine) -> None:
    records = DeadLetterRecords(engine)
    view = dead_letters_view(records.by_code(), records.newest(5))
    assert (view.blocks[0].lines, view.content) == (["No record was refused."], {"by_code": {}, "newest": []})
