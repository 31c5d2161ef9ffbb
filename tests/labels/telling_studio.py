"""The labelling tool of ours, with a webhook: it tells what Label Studio would, as its documentation shows it."""

import json
from collections.abc import Mapping
from typing import Any

from typing_extensions import override

from tests.labels.studio import Studio


class TellingStudio(Studio):
    """Each message says how the annotation stands by then. `deleted` are the messages that tell of deletions."""

    def __init__(self, project: int = 83) -> None:
        super().__init__(project)
        self.messages: list[bytes] = []
        self.deleted: set[bytes] = set()

    @override
    def answer(self, task: int, person: int, *choices: str) -> int:
        number = super().answer(task, person, *choices)
        self._tell("ANNOTATION_CREATED", number)
        return number

    @override
    def skip(self, task: int, person: int) -> int:
        number = super().skip(task, person)
        self.messages.pop()
        self._tell("ANNOTATION_CREATED", number)
        return number

    @override
    def change(self, annotation: int, *choices: str, skipped: bool = False) -> None:
        super().change(annotation, *choices, skipped=skipped)
        self._tell("ANNOTATION_UPDATED", annotation)

    @override
    def touch(self, annotation: int) -> None:
        super().touch(annotation)
        self._tell("ANNOTATION_UPDATED", annotation)

    def reject(self, annotation: int) -> None:
        """A reviewer rejects what a person chose."""
        self._annotation(annotation)["last_action"] = "rejected"
        self.touch(annotation)

    @override
    def delete(self, annotation: int) -> None:
        super().delete(annotation)
        message = self._message("ANNOTATIONS_DELETED", {"annotations": [{"id": annotation}]})
        self.deleted.add(message)
        self.messages.append(message)

    def _tell(self, action: str, number: int) -> None:
        annotation = self._annotation(number)
        task = {key: value for key, value in self.tasks[annotation["task"]].items() if key != "annotations"}
        # A webhook names people by their numbers, an export by more.
        shown = {**annotation, "completed_by": annotation["completed_by"]["id"]}
        self.messages.append(self._message(action, {"annotation": shown, "task": task}))

    def _message(self, action: str, more: Mapping[str, Any]) -> bytes:
        project = {"id": self.project, "title": "Intents", "label_config": "<View></View>"}
        return json.dumps({"action": action, **more, "project": project}).encode()
