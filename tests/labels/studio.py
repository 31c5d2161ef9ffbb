"""A labelling tool of ours that writes what Label Studio's exports look like; it knows nothing of what reads them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

OPENED = datetime(2026, 11, 24, 9, tzinfo=UTC)
CONFIGURED = {"from_name": "intent", "to_name": "text", "origin": "manual"}


class Studio:
    """One project. Whatever a person does takes seven seconds and a few microseconds."""

    def __init__(self, project: int = 83) -> None:
        self.project = project
        self.tasks: dict[int, dict[str, Any]] = {}
        self._annotations = 1000
        self._now = OPENED

    def add(self, prediction_id: str | None, **data: Any) -> int:  # noqa: ANN401 - any JSON
        """A task; its number."""
        number = len(self.tasks) + 1
        named = {} if prediction_id is None else {"prediction_id": prediction_id}
        self.tasks[number] = {
            "id": number,
            "annotations": [],
            "file_upload": "tasks.json",
            "drafts": [{"id": 5, "result": [_choice(["drafted"])]}],
            "predictions": [
                {"id": 6, "model_version": "v1", "result": [_choice(["predicted"])], "score": 0.9}
            ],
            "data": {**named, "text": "please", **data},
            "meta": {},
            "created_at": _text(OPENED),
            "updated_at": _text(OPENED),
            "inner_id": number,
            "total_annotations": 0,
            "cancelled_annotations": 0,
            "total_predictions": 1,
            "comment_count": 0,
            "project": self.project,
            "updated_by": None,
            "comment_authors": [],
        }
        return number

    def answer(self, task: int, person: int, *choices: str) -> int:
        """A person chooses, as a new annotation; its number."""
        self._annotations += 1
        at = self._tick(task)
        self.tasks[task]["annotations"].append(
            {
                "id": self._annotations,
                "completed_by": {
                    "id": person,
                    "email": f"p{person}@example.org",
                    "first_name": "",
                    "last_name": "",
                },
                "result": [_choice(list(choices))] if choices else [],
                "was_cancelled": False,
                "ground_truth": False,
                "created_at": at,
                "updated_at": at,
                "draft_created_at": None,
                "lead_time": 4.288,
                "prediction": {},
                "result_count": len(choices),
                "unique_id": f"{self._annotations:08x}-0000",
                "import_id": None,
                "last_action": None,
                "task": task,
                "project": self.project,
                "updated_by": person,
                "parent_prediction": None,
                "parent_annotation": None,
                "last_created_by": None,
            }
        )
        return self._annotations

    def skip(self, task: int, person: int) -> int:
        """A person skips; the number of the annotation that stands for it."""
        number = self.answer(task, person)
        self._annotation(number)["was_cancelled"] = True
        return number

    def change(self, annotation: int, *choices: str, skipped: bool = False) -> None:
        """A person chooses something else."""
        changed = self._annotation(annotation)
        changed["result"] = [_choice(list(choices))] if choices else []
        changed["was_cancelled"] = skipped
        changed["updated_at"] = self._tick(changed["task"])

    def touch(self, annotation: int) -> None:
        """It is saved again as it is."""
        touched = self._annotation(annotation)
        touched["updated_at"] = self._tick(touched["task"])

    def delete(self, annotation: int) -> None:
        """An annotation goes."""
        task = self.tasks[self._annotation(annotation)["task"]]
        task["annotations"] = [each for each in task["annotations"] if each["id"] != annotation]
        self._tick(task["id"])

    def export(self, *, every_task: bool = True) -> bytes:
        """JSON, as the tool exports it; without `every_task` only tasks that have annotations, as its button does."""
        tasks = []
        for task in self.tasks.values():
            if task["annotations"] or every_task:
                skipped = sum(each["was_cancelled"] for each in task["annotations"])
                counted = {
                    "total_annotations": len(task["annotations"]) - skipped,
                    "cancelled_annotations": skipped,
                }
                tasks.append({**task, **counted})
        return json.dumps(tasks, ensure_ascii=False).encode()

    def export_min(self) -> bytes:
        """JSON_MIN: a row for each annotation that was not skipped."""
        rows = []
        for task in self.tasks.values():
            for each in task["annotations"]:
                if each["was_cancelled"]:
                    continue
                chosen = each["result"][0]["value"]["choices"] if each["result"] else []
                answer = {"intent": chosen[0] if len(chosen) == 1 else {"choices": chosen}} if chosen else {}
                rows.append(
                    {
                        **task["data"],
                        "id": task["id"],
                        **answer,
                        "annotator": each["completed_by"]["id"],
                        "annotation_id": each["id"],
                        "created_at": each["created_at"],
                        "updated_at": each["updated_at"],
                        "lead_time": each["lead_time"],
                    }
                )
        return json.dumps(rows).encode()

    def _annotation(self, number: int) -> dict[str, Any]:
        (annotation,) = (
            each for task in self.tasks.values() for each in task["annotations"] if each["id"] == number
        )
        return annotation  # type: ignore[no-any-return]

    def _tick(self, task: int) -> str:
        self._now += timedelta(seconds=7, microseconds=13)
        self.tasks[task]["updated_at"] = _text(self._now)
        return _text(self._now)


def _choice(choices: list[str]) -> dict[str, Any]:
    return {**CONFIGURED, "id": "Dx_aB91ISN", "type": "choices", "value": {"choices": choices}}


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
