"""One file imported twice at the same moment: one may give way. Beside an agent, too, each label counts once."""

from collections import Counter
from pathlib import Path

from sqlalchemy import Engine

from monitor.app.label_imports import AskedFile, import_labels
from monitor.app.wiring import App
from monitor.domain.events.types import Partition
from monitor.errors import UnavailableError
from monitor.labels.importing import ImportRules
from monitor.settings.settings import Settings
from tests.contract.together import at_once
from tests.labels.imports import counts, predicted, taken, truths
from tests.labels.studio import Studio
from tests.stored import label, rows, store, take


def test_two_imports_of_a_file_take_each_label_in_once(engine: Engine, tmp_path: Path) -> None:
    predicted(engine, **{f"p{n}": "refund" if n else "bug" for n in range(300)})
    studio = Studio()
    for n in range(300):
        studio.answer(studio.add(f"p{n}"), 17, "refund" if n % 3 else "bug")
    export, file = studio.export(), tmp_path / "export.json"
    file.write_bytes(export)

    def work() -> str:
        try:
            import_labels(App(Settings(), engine), AskedFile(str(file)), ImportRules())
        except UnavailableError as error:
            return str(error)
        return ""

    assert "" in (ended := at_once(work, work))
    assert all(not each or "is being imported by somebody else just now" in str(each) for each in ended)
    assert Counter(truths(engine).values()) == {"refund": 200, "bug": 100}
    assert rows(engine, "SELECT count(*) FROM label") == [(300,)]
    assert rows(engine, "SELECT count(*) FROM dead_letter") == [(0,)]
    assert counts(taken(engine, file, export)) == {"unchanged": 300}


def test_an_agent_that_takes_labels_in_meanwhile_loses_none(engine: Engine, tmp_path: Path) -> None:
    predicted(engine, **{f"p{n}": "refund" for n in range(300)})
    header = "prediction_id,intent,labeled_at\n"
    data = header + "".join(f"p{n},bug,2026-11-23T10:00:00Z\n" for n in range(300))
    agent = store(engine)
    agent.claim([Partition("labels", 0)])

    def agent_s_work() -> None:
        for n in range(0, 300, 10):
            take(agent, *(label(f"p{n + m}", "refund", hours=72) for m in range(10)))

    at_once(agent_s_work, lambda: taken(engine, tmp_path / "labels.csv", data))
    assert rows(engine, "SELECT count(*) FROM label") == [(600,)]
    assert Counter(truths(engine).values()) == {"refund": 300}  # said later
