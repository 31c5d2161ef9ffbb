"""What Label Studio exports as JSON_MIN: an array with a row for each annotation in, their tasks out.

A row is the task's data, the answers under the names of their tags, and `annotation_id`, `annotator`, `updated_at`. It
names no project, and what was skipped is not in it.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from connectors.files.anchors.problems import Problems
from connectors.files.labels.label_studio import check_project, choices_of, id_of, person
from connectors.files.labels.questions import INTENT
from monitor.domain.labelling.annotation import Annotation
from monitor.labels.ports.label_files import AnsweredTask, AnsweredTasks, LabelFormat

_TIME = Annotated[datetime, msgspec.Meta(tz=True)]
_rows = msgspec.json.Decoder(list[dict[str, Any]])


def read_rows(data: bytes, project: str, question: str, problems: Problems) -> AnsweredTasks:
    """Every task of an export of this kind; `question` is the Choices tag to be read, `intent` if it is not given.

    Raises:
        ConfigError: it is cut short, or another kind of file; or the project or the question is not named.
    """
    try:
        rows = _rows.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise problems.refuse(
            "", f"no whole JSON_MIN export of Label Studio: {error}; export it again"
        ) from error
    if not project:
        problems.add(
            "", "JSON_MIN does not say which project it is of; say so with --project NAME, or export as JSON"
        )
    check_project(project, problems)
    asked = question or INTENT
    if not any(asked in row for row in rows):
        names = ", ".join(sorted({name for row in rows[:100] for name in row}))
        what = (
            f"no row has a choice called {asked!r}; name the Choices tag with --question (rows have: {names})"
        )
        problems.add("", what)
    problems.check()
    tasks: dict[tuple[str, str], list[Annotation]] = {}
    for row in rows:
        key = (id_of(row.get("id")), id_of(row.get("prediction_id")))
        answers = tasks.setdefault(key, [])
        if (answer := _answer(row, asked, problems)) is not None:
            answers.append(answer)
    problems.check()
    read = [
        AnsweredTask(number, project, prediction_id, answers)
        for (number, prediction_id), answers in tasks.items()
    ]
    return AnsweredTasks(LabelFormat.LABEL_STUDIO, read)


def _answer(row: dict[str, Any], question: str, problems: Problems) -> Annotation | None:
    number = id_of(row.get("annotation_id"))
    place = f"task {row.get('id')}, annotation {number or '?'}"
    if not number:
        problems.add(place, "has no annotation_id; export it again")
        return None
    given = row.get("updated_at") or row.get("created_at")
    try:
        at = msgspec.convert(given, _TIME, strict=False)
    except msgspec.ValidationError:
        problems.add(place, "has no time with a zone; export it again")
        return None
    return Annotation(number, at, choices_of(row.get(question)), person(row.get("annotator")))
