"""Drawn tickets as Label Studio imports them, and a labelling configuration to go with them.

What the model predicted is in `meta`, which no annotator is shown: it would lead them.
"""

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import quoteattr

import msgspec
from typing_extensions import override

from monitor.labels.ports.tasks import LabelTask, TaskFormat

_encode = msgspec.json.Encoder(order="deterministic").encode


class LabelStudioTasks(TaskFormat):
    """An array of tasks. Their `data` brings the prediction's id back with the annotations; `text` where it is kept."""

    suffix = ".json"

    @override
    def lines(self, tasks: Iterable[LabelTask]) -> Iterator[str]:
        before = "[\n"
        for task in tasks:
            yield f"{before}{_encode(_task(task)).decode()}"
            before = ",\n"
        yield "[]\n" if before == "[\n" else "\n]\n"


def _task(task: LabelTask) -> dict[str, object]:
    data: dict[str, object] = {
        "prediction_id": task.prediction_id,
        "pi": task.probability,
        "design": task.design,
    }
    if task.text is not None:
        data["text"] = task.text
    meta = {"draw": task.number, "model": task.model, "predicted": task.predicted, "ts": task.ts}
    return {"data": data, "meta": meta}


def labelling_configuration(intents: Sequence[str], *, with_text: bool) -> str:
    """A labelling configuration (XML) that asks for one of the intents, and shows the text or, without it, the id.

    https://labelstud.io/tags/choices
    """
    choices = "".join(f"    <Choice value={quoteattr(intent)}/>\n" for intent in intents)
    return (
        "<View>\n"
        f'  <Text name="ticket" value="{"$text" if with_text else "$prediction_id"}"/>\n'
        '  <Choices name="intent" toName="ticket" choice="single" required="true">\n'
        f"{choices}"
        "  </Choices>\n"
        "</View>\n"
    )
