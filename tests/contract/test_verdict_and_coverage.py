"""A database in which a cell had one verdict: it opens, and says of each cell what was known of it."""

import json

from alembic import command
from sqlalchemy import text

from connectors.sql.database import open_engine, writing
from connectors.sql.migrate import config, upgrade
from connectors.sql.review.status import StatusStore
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.reasons import NoAnchor, Suspicion, TooFewLabels

FEW = {"kind": "too_few_labels", "per_day": 1.0, "fallen": 0.48, "days": 35.0, "needed": 2.6, "within": 14.0}
HALF_WAY = {"kind": "half_way", "evidence": 95.0, "threshold": 6000.0}
TOO_FEW, SUSPICION = TooFewLabels(1.0, 0.48, 35.0, 2.6, 14.0), Suspicion(95.0, 6000.0)
STORED: dict[str, tuple[str, list[dict[str, object]], Judgement]] = {
    "a": ("unanchored", [{"kind": "no_anchor"}], Judgement(Verdict.UNANCHORED, (NoAnchor(),), Coverage.NONE)),
    "b": ("degraded", [], Judgement(Verdict.DEGRADED)),
    "c": ("blind", [FEW], Judgement(Verdict.OK, (TOO_FEW,), Coverage.BLIND)),
    "d": ("blind", [FEW, HALF_WAY], Judgement(Verdict.SUSPECT, (TOO_FEW, SUSPICION), Coverage.BLIND)),
    "e": ("stale", [], Judgement(Verdict.OK, (), Coverage.STALE)),
    "f": ("watch", [HALF_WAY], Judgement(Verdict.SUSPECT, (SUSPICION,))),
    "g": ("ok", [], Judgement(Verdict.OK)),
}
CELL = (
    "INSERT INTO cell (model_id, intent, slice, tally, watched, verdict, reasons, min_probability, weighted,"
    " identified, rhythm, told, silence_told, replay) VALUES (1, :intent, '', '{}', '', :verdict, :reasons, 0.01,"
    " false, true, '{}', '', false, false)"
)


def test_each_verdict_of_before_becomes_a_verdict_and_a_coverage_and_back(database_url: str) -> None:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        command.upgrade(config(connection), "0010")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO model (id, name, version, environment) VALUES (1, 'm', '1', 'prod')")
        )
        for intent, (verdict, reasons, _) in STORED.items():
            values = {"intent": intent, "verdict": verdict, "reasons": json.dumps(reasons)}
            connection.execute(text(CELL), values)

    upgrade(engine)
    judged = {status.state.cell.intent: status.state.judgement for status in StatusStore(engine).cells()}
    assert judged == {intent: judgement for intent, (_, _, judgement) in STORED.items()}

    with writing(engine) as connection:
        command.downgrade(config(connection), "0010")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT intent, verdict FROM cell"))
        back = {row.intent: row.verdict for row in found}
    assert back == {intent: verdict for intent, (verdict, _, _) in STORED.items()}
    engine.dispose()
