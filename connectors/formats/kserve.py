"""What KServe's logger sends of each inference: CloudEvents, a request and a response that share an id.

The response alone makes the predictions, one for each ticket of its batch; the request is passed over, so nothing waits
for the other half. What a prediction needs of the request, the caller sends in headers that the logger keeps: they come
with the response, too, as `metadata`. A response is in the protocol V1 (`predictions`) or V2 (`outputs`, tensors).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import prod

from typing_extensions import override

from connectors.formats.cloudevents import CloudEvent, cloud_event, not_one
from connectors.formats.contents import body_of
from monitor.domain.events.decode import Event, Events
from monitor.domain.events.mapping.fields import EventMapping
from monitor.domain.events.mapping.paths import Theirs
from monitor.domain.events.mapping.reading import LooseJson, MappedReader
from monitor.domain.events.tolerance import Mend
from monitor.domain.events.types import Record
from monitor.errors import DecodeError
from monitor.ingest.ports import MappedDecoder

MOST = 10_000  # tickets of one response
DEEPEST = 8  # lists within lists of a tensor
_REQUEST, _RESPONSE = ".serving.inference.request", ".serving.inference.response"
_AS_JSON = ("metadata", "annotations", "data")  # the last where a broker made it a text


class MappedKServe(MappedDecoder):
    """An `EventDecoder` of responses; a request holds no event."""

    def __init__(self, mapping: EventMapping) -> None:
        self.mapping = mapping
        self._reader = MappedReader(mapping)

    @override
    def decode(self, record: Record, latest: datetime, mends: list[Mend]) -> Events:
        event = cloud_event(record, _data_type)
        if not _answers(event):
            return []
        event = _unpacked(event)
        events = []
        for ticket in _tickets(event.envelope):
            own: list[Mend] = []
            events.append(self._event(ticket, event, latest, own))
            mends += own
        return events

    @override
    def document(self, record: Record) -> Theirs:
        event = cloud_event(record, _data_type)
        if not _answers(event):
            return event.envelope
        envelope = _unpacked(event).envelope
        return next(_tickets(envelope), envelope)

    def _event(self, ticket: Theirs, event: CloudEvent, latest: datetime, mends: list[Mend]) -> Event:
        if event.slip is not None:
            return self._reader.loose_event(LooseJson(ticket, event.slip), latest, mends)
        return self._reader.event(ticket, event.text, latest, mends)


def _data_type(envelope: Mapping[str, Theirs]) -> str | None:
    """JSON, whatever is said: the logger gives a response the content type of its request, which may be a form's."""
    return "application/json" if str(envelope.get("type")).endswith(_RESPONSE) else None


def _answers(event: CloudEvent) -> bool:
    kind = str(event.envelope["type"])
    if kind.endswith(_RESPONSE):
        return True
    if kind.endswith(_REQUEST):
        return False
    raise not_one(f"its type is {kind[:60]!r}, neither an inference's request nor its response")


def _unpacked(event: CloudEvent) -> CloudEvent:
    """The event, with what is JSON within a text read as well."""
    envelope, text, slip = dict(event.envelope), event.text, event.slip
    for name in _AS_JSON:
        if isinstance(said := envelope.get(name), str):
            coded = said.encode(errors="replace")
            envelope[name], slipped = body_of(coded, "application/json")
            text, slip = text + coded, slip or slipped
    return CloudEvent(envelope, text, slip)


def _tickets(envelope: Mapping[str, Theirs]) -> Iterator[dict[str, Theirs]]:
    """For each ticket of the batch the event, with what was answered for it alone, and an id of its own.

    It is one object, filled anew for each ticket: an event may be long, and its tickets many.
    """
    data = envelope.get("data")
    if not isinstance(data, Mapping):
        raise _unsound("its data are no object")
    answers = _of_version_1(data) if "predictions" in data else _of_version_2(data)
    if len(answers) > MOST:
        raise _unsound(f"it answers {len(answers)} tickets, more than {MOST}")
    ticket = dict(envelope)
    for index, answer in enumerate(answers):
        ticket |= {"index": index, "prediction_id": f"{envelope['id']}#{index}", **answer}
        yield ticket


def _of_version_1(data: Mapping[str, Theirs]) -> list[dict[str, Theirs]]:
    predictions = data["predictions"]
    if not isinstance(predictions, list):
        raise _unsound("its predictions are no list")
    return [{"prediction": prediction} for prediction in predictions]


def _of_version_2(data: Mapping[str, Theirs]) -> list[dict[str, Theirs]]:
    outputs = data.get("outputs")
    if not isinstance(outputs, list) or not outputs:
        raise _unsound("it has neither predictions nor outputs")
    columns = dict(_column(output) for output in outputs)
    counts = {len(column) for column in columns.values()}
    if len(counts) > 1 or len(columns) < len(outputs):
        raise _unsound("its outputs are not of the same tickets")
    return [{"output": dict(zip(columns, row, strict=True))} for row in zip(*columns.values(), strict=True)]


def _column(output: Theirs) -> tuple[str, list[Theirs]]:
    """An output's name, and what it says for each ticket: a value, or a list of several."""
    if not isinstance(output, Mapping) or not isinstance(name := output.get("name"), str):
        raise _unsound("an output of it has no name")
    shape, data = output.get("shape"), output.get("data")
    if not isinstance(data, list):
        raise _unsound(f"the output {name[:40]!r} has no data in JSON")
    if (
        not isinstance(shape, list)
        or not shape
        or not all(isinstance(size, int) and size > 0 for size in shape)
        or prod(shape) != len(flat := _flat(data, DEEPEST))
    ):
        raise _unsound(f"the output {name[:40]!r} does not have the shape that it says")
    step = len(flat) // shape[0]
    if step == 1:
        return name, flat
    return name, [flat[at : at + step] for at in range(0, len(flat), step)]


def _flat(data: list[Theirs], deepest: int) -> list[Theirs]:
    """The values of a tensor in their order, whether it is written flat or as lists within lists."""
    if not any(isinstance(each, list) for each in data):
        return data
    if not deepest:
        raise _unsound("lists within lists without end")
    return [
        value for each in data for value in (_flat(each, deepest - 1) if isinstance(each, list) else [each])
    ]


def _unsound(why: str) -> DecodeError:
    return DecodeError("not_inference", why)
