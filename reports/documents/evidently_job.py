"""What Evidently does in its own process: `python -m reports.documents.evidently_job FOLDER` (see `evidently`).

It is known to crash (two labels in a week, a label that the reference lacks), so only its by-label metrics are used,
each part is tried on its own, and what came of it is written down at once.
"""

import sys
import warnings
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
import pandas as pd
from evidently import DataDefinition, Dataset, MulticlassClassification, Report
from evidently.core.report import Snapshot
from evidently.metrics import F1ByLabel, PrecisionByLabel, RecallByLabel
from evidently.presets import DataDriftPreset
from evidently.ui.workspace import Workspace

from monitor.domain.weekly.report import Attachment
from reports.documents.evidently import JOB, RESULT, Part, RenderJob, titles
from reports.documents.evidently_page import Heading, page
from reports.documents.evidently_panels import TAB, panels
from reports.documents.evidently_rows import repeated

MOST_VALUES = 30  # a slice with more tells one ticket from another, not one week from another


class Rendered(NamedTuple):
    """What Evidently computed, and what is to be said above it."""

    snapshot: Snapshot
    sentences: tuple[str, ...]


class Nothing(Exception):  # noqa: N818 - no error: there is nothing to render
    """There is nothing to render, and why."""


def main(folder: Path) -> None:
    """Do the job that lies in the folder."""
    job = msgspec.json.decode((folder / JOB).read_bytes(), type=RenderJob)
    workspace = Workspace.create(job.workspace)
    done: list[Attachment] = []
    for part in job.parts:
        labelled, predicted, anchor = (
            pd.read_parquet(folder / f"{part.rows}-{kind}.parquet")
            for kind in ("labelled", "predicted", "anchor")
        )
        recall, drift = titles(part.model)
        steps: list[tuple[str, str, Callable[[], Rendered]]] = [
            (recall, "recall", partial(recall_of, labelled, anchor, job)),
            (drift, "drift", partial(drift_of, predicted, anchor, job)),
        ]
        for title, kind, make in steps:
            done.append(
                _made(title, f"evidently-{job.week}-{part.slug}-{kind}.html", make, job, part, workspace)
            )
            half = (
                folder / f"{RESULT}.half"
            )  # whoever ends this process meanwhile leaves the last result whole
            half.write_bytes(msgspec.json.encode(done))
            half.replace(folder / RESULT)


def recall_of(labelled: pd.DataFrame, anchor: pd.DataFrame, job: RenderJob) -> Rendered:
    """Recall, precision and F1 by intent, weighted, beside the anchor's where that has every intent of the week.

    Evidently raises KeyError where the reference lacks a label that the week has.
    """
    if labelled.empty:
        raise Nothing("no ticket of this week is labelled")
    known = set(anchor["target"]) if not anchor.empty else set[str]()
    definition = DataDefinition(
        classification=[MulticlassClassification(target="target", prediction_labels="prediction")]
    )
    columns = ["target", "prediction"]
    reference = Dataset.from_pandas(anchor[columns], definition) if set(labelled["target"]) <= known else None
    report = Report([RecallByLabel(), PrecisionByLabel(), F1ByLabel()])
    rows = repeated(labelled)
    snapshot = report.run(
        Dataset.from_pandas(rows, definition),
        reference,
        timestamp=datetime.fromisoformat(job.timestamp),
        name=f"recall {job.week}",
        tags=[job.week, "recall"],
    )
    return Rendered(
        snapshot, _of_recall(len(labelled), weighted=len(rows) != len(labelled), anchor=reference)
    )


def drift_of(predicted: pd.DataFrame, anchor: pd.DataFrame, job: RenderJob) -> Rendered:
    """Predicted intents, slices and descriptors of the week's predictions against the anchor's examples."""
    if predicted.empty:
        raise Nothing("nothing was predicted this week")
    if anchor.empty:
        raise Nothing("no example of the anchor is kept, so there is nothing to hold the week against")
    shared = [
        name
        for name in predicted.columns
        if name in anchor.columns and _usable(predicted[name], anchor[name])
    ]
    looks = [name for name in shared if name.startswith("look: ")]
    names = [name for name in shared if name == "prediction" or name.startswith("slice: ")]
    definition = DataDefinition(categorical_columns=names, numerical_columns=looks)
    snapshot = Report([DataDriftPreset(columns=[*names, *looks])]).run(
        Dataset.from_pandas(predicted[shared], definition),
        Dataset.from_pandas(anchor[shared], definition),
        timestamp=datetime.fromisoformat(job.timestamp),
        name=f"drift {job.week}",
        tags=[job.week, "drift"],
    )
    return Rendered(
        snapshot,
        (
            f"{len(predicted):,} predictions of the week against {len(anchor):,} examples of the anchor: what was"
            " predicted, the slices, and thirteen numbers of each text.",
            "Drift is not a fall of recall, and recall can fall without it. Nobody is paged for it.",
        ),
    )


def _usable(now: "pd.Series[Any]", before: "pd.Series[Any]") -> bool:
    if now.isna().all() or before.isna().all():
        return False
    return str(now.name).startswith("look: ") or str(now.name) == "prediction" or now.nunique() <= MOST_VALUES


def _made(
    title: str, file: str, make: Callable[[], Rendered], job: RenderJob, part: Part, workspace: Workspace
) -> Attachment:
    try:
        rendered = make()
        half = Path(job.output) / f".{file}.{uuid4().hex}.half"
        heading = Heading(f"{title[0].upper()}{title[1:]}, week {job.week}", rendered.sentences)
        half.write_text(page(rendered.snapshot, heading))
        half.replace(half.with_name(file))
        workspace.add_run(_project(workspace, part.model), rendered.snapshot, include_data=False)
    except Nothing as nothing:
        return Attachment(title, trouble=str(nothing))
    except Exception as err:  # noqa: BLE001 - whatever Evidently raises, our own report is published
        return Attachment(title, trouble=f"Evidently failed: {type(err).__name__}: {str(err)[:200]}")
    return Attachment(title, file=file)


def _of_recall(tickets: int, *, weighted: bool, anchor: Dataset | None) -> tuple[str, ...]:
    sentences = [
        f"{tickets:,} labelled tickets that were predicted in the week."
        + (" Each counts for the tickets that it stands for." if weighted else "")
        + " Recall has no interval here; Anchorwatch's own report has it."
    ]
    if anchor is None:
        sentences.append(
            "The anchor is not beside it: its examples are not kept, or an intent of the week is not in it."
        )
    return tuple(sentences)


def _project(workspace: Workspace, name: str) -> object:
    """The model's project in the workspace; made once."""
    for project in workspace.list_projects():
        if project.name == name:
            return project.id
    project = workspace.create_project(name)
    for panel in panels(name):
        project.dashboard.add_panel(panel, tab=TAB)
    return project.id


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(Path(sys.argv[1]))
