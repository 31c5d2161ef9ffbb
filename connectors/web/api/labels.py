"""Labels that programs send: each is taken or refused by itself, with the codes that dead letters have."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from connectors.web.api.documented import writes
from connectors.web.api.door import LABELS
from connectors.web.api.once import AskedWriting, sent
from connectors.web.api.problems import MEDIA_TYPE
from connectors.web.api.schemas import schema_of
from connectors.web.api.shapes.labels import LabelsProblem, SentLabelRefusal, TakenLabels, label_schema
from monitor.domain.access.requests import RequestAnswer
from monitor.domain.labelling import posted
from monitor.domain.labelling.posted import PostedLabels
from monitor.review.ports.writing import Writer

LABELS_MAX = 1_000
_read_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_any = msgspec.json.Decoder(msgspec.Raw).decode


class SentLabels(NamedTuple):
    """Labels as bytes, which nobody has checked yet; `alone`: not a list of them."""

    events: Sequence[bytes]
    alone: bool


async def _sent_labels(request: Request) -> SentLabels:
    return labels_in(await request.body())


def labels_in(body: bytes) -> SentLabels:
    """The labels of a body, which is one of them or a list.

    Raises:
        RequestValidationError: it is no JSON, or too many.
    """
    body = body.strip()
    try:
        if body[:1] != b"[":
            _read_any(body)
            return SentLabels([body], alone=True)
        events = [bytes(each) for each in _read_list(body)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as err:
        raise _refused("json_invalid", "no JSON") from err
    if len(events) > LABELS_MAX:
        raise _refused(
            "too_long", f"{len(events):,} labels; send {LABELS_MAX:,} at most, and the rest after them"
        )
    return SentLabels(events, alone=False)


def labels(router: APIRouter, writer: Writer) -> None:
    """Add the route."""

    @router.post("/labels", tags=["labels"], summary="Record labels", **_documented())
    def record_labels(
        writing: AskedWriting, labels: Annotated[SentLabels, Depends(_sent_labels)]
    ) -> Response:
        answered = partial(answered_labels, alone=labels.alone)
        return sent(writer.labels(writing.asked_for(answered), labels.events))


def answered_labels(done: PostedLabels, *, alone: bool, address: str = LABELS) -> RequestAnswer:
    """200 where all are taken in. Else a problem, so that whoever looks at nothing but the status sees it."""
    counts = {name: getattr(done, name) for name in TakenLabels.__struct_fields__}
    if not done.refused:
        return RequestAnswer(200, msgspec.json.encode(TakenLabels(**counts)).decode())
    problem = LabelsProblem.of(counts, [_named(each, alone=alone) for each in done.refused], address)
    return RequestAnswer(problem.status, msgspec.json.encode(problem).decode())


def _named(refused: posted.RefusedLabel, *, alone: bool) -> SentLabelRefusal:
    steps = [] if alone else [str(refused.index)]
    steps += refused.field.split(".") if refused.field else []
    return SentLabelRefusal(
        index=refused.index,
        code=refused.code,
        detail=refused.detail,
        pointer="/".join(["#", *steps]),
    )


def _refused(kind: str, words: str) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": ("body",), "msg": words}])


def _documented() -> dict[str, Any]:
    documented = writes(
        TakenLabels,
        "labels_refused",
        "request_in_progress",
        "key_used",
        words="All of them are taken in, or were before.",
    )
    label = label_schema()
    several = {"type": "array", "items": label, "maxItems": LABELS_MAX}
    documented["openapi_extra"]["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": {"anyOf": [label, several]}}},
    }
    refused = documented["responses"][422]["content"][MEDIA_TYPE]
    refused["schema"] = {"anyOf": [refused["schema"], schema_of(LabelsProblem)]}
    return documented
