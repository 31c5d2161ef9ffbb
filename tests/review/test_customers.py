"""An analysis knows which tickets are the same customer's, and nothing else of anybody."""

from pathlib import Path

from sqlalchemy import Engine

from connectors.sql.database import writing
from connectors.sql.dialect import Dialect
from connectors.sql.review.incidents import IncidentRecords
from monitor.app import bundles
from monitor.domain.analysis.analysis import analyze
from tests.review.broken_channel import broken, desk

WHOSE = 2**62 + 12345


def test_a_customer_is_a_number_within_the_case_and_goes_into_a_bundle(
    engine: Engine, tmp_path: Path
) -> None:
    world = broken(engine)
    with writing(engine) as connection:
        Dialect(connection).run("UPDATE outcome SET customer = ? + seq % 30 WHERE seq % 3 > 0", WHOSE)
    (incident,) = IncidentRecords(engine).all()
    case = desk(world).case(incident)
    numbers = [ticket.customer for ticket in case.members[0].tickets]
    assert {number for number in numbers if number is not None} == set(range(20))
    assert [number is None for number in numbers] == [
        ticket.seq % 3 == 0 for ticket in case.members[0].tickets
    ]
    assert analyze(case).members[0].missed_style.left < 40  # type: ignore[union-attr]
    bundles.write(tmp_path / "case", case, analyze(case))
    assert bundles.replay(tmp_path / "case")
    assert str(WHOSE) not in (tmp_path / "case" / "case.json").read_text()
