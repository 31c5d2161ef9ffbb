"""Files of labels, taken into a database that has predictions."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from monitor.app.label_imports import AskedFile, import_labels
from monitor.app.wiring import App
from monitor.domain.labelling.import_plan import LabelImport
from monitor.labels.importing import ImportRules
from monitor.settings.settings import Settings
from reports.tables.label_imports import as_object
from tests.stored import outcomes, prediction, store, take


def predicted(engine: Engine, **intents: str) -> None:
    """Predictions by their ids."""
    take(store(engine), *(prediction(prediction_id, intent) for prediction_id, intent in intents.items()))


def taken(engine: Engine, path: Path, data: bytes | str, **more: Any) -> LabelImport:  # noqa: ANN401
    """What came of a file that holds this."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    rules = ImportRules(**{key: more.pop(key) for key in ("scope", "complete", "new_intents") if key in more})
    dry_run = more.pop("dry_run", False)
    app = App(Settings(), engine)
    return import_labels(app, AskedFile(str(path), **more), rules, dry_run=dry_run)


def counts(done: LabelImport) -> dict[str, int]:
    """What became of its labels, where that is not nothing."""
    shown = json.loads(json.dumps(as_object(done)))
    fates = ("new", "changed", "retracted", "unchanged", "outdated")
    numbers = {fate: shown[fate] for fate in fates}
    numbers |= {reason: each["count"] for reason, each in shown["no_label"].items()}
    numbers |= {code: each["count"] for code, each in shown["refused"].items()}
    numbers |= shown["kept"]
    return {name: number for name, number in numbers.items() if number}


def truths(engine: Engine) -> dict[str, str | None]:
    """The intent that holds for each labelled prediction; None where its labels are taken back."""
    return {prediction_id: intent for _, prediction_id, _, intent, _ in outcomes(engine)}
