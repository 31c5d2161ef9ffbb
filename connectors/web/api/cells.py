"""Cells, read by programs: what the first page shows, a model's, all of them, and one of them."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from connectors.web.api.answers import AskedPart, answer, part_of
from connectors.web.api.documented import lists, reads
from connectors.web.api.order import CellOrder, in_order
from connectors.web.api.shapes.cells import SentCellLook, SentCellStatus
from connectors.web.api.shapes.incidents import SentNow
from monitor.domain.events.types import Model
from monitor.domain.slices.cells import Cell
from monitor.domain.text.path_segment import of_segment
from monitor.review.ports.room import Room

_PATTERN = "`*` and `?` stand for anything."
_SEGMENT = "As in the address of its page: `~` is written `~0`, `/` is `~1`, and dots alone `~2`."
ModelName = Annotated[str, Path(description=f"The model. {_SEGMENT}")]
Environment = Annotated[str, Path(description=f"Where it runs. {_SEGMENT}")]
Version = Annotated[str, Query(description="The version.")]
Order = Annotated[CellOrder | None, Query(description="By this; with `-` the other way round. Null is last.")]


def _filters(
    version: Annotated[str, Query(description=f"Only these versions, retired ones too. {_PATTERN}")] = "",
    intent: Annotated[str, Query(description=f"Only these intents; of groups `group NAME`. {_PATTERN}")] = "",
    slice: Annotated[
        str, Query(description=f"Only these slices, `name=value`, and no whole intent. {_PATTERN}")
    ] = "",
    verdict: Annotated[str, Query(description=f"Only of this verdict or coverage. {_PATTERN}")] = "",
    q: Annotated[str, Query(description="Only with these letters in their intent, group or slice.")] = "",
) -> Mapping[str, str]:
    return {"version": version, "intent": intent, "slice": slice, "verdict": verdict, "q": q}


Filters = Annotated[Mapping[str, str], Depends(_filters)]


def cells(router: APIRouter, room: Room) -> None:
    """Add the routes."""

    @router.get(
        "/now",
        tags=["cells"],
        summary="The open incidents, and every cell in use",
        **reads(SentNow, words="As the first page shows it."),
    )
    def read_now(request: Request) -> Response:
        return answer(request, room.now().content)

    @router.get(
        "/cells",
        tags=["cells"],
        summary="Cells of every model, by model, intent and slice",
        **lists(SentCellStatus, "not_found", words="A part of them."),
    )
    def list_cells(
        request: Request,
        part: AskedPart,
        filters: Filters,
        model: Annotated[str, Query(description=f"Only these models. {_PATTERN}")] = "",
        environment: Annotated[str, Query(description="Only this environment.")] = "",
        sort: Order = None,
    ) -> Response:
        asked = {**filters, "model": model, "environment": environment}
        return part_of(request, in_order(room.cells(asked).content, sort), part)

    @router.get(
        "/models/{model}/{environment}",
        tags=["cells"],
        summary="A model's cells, by version, intent and slice",
        **lists(SentCellStatus, "not_found", words="A part of them."),
    )
    def show_model(
        request: Request,
        part: AskedPart,
        model: ModelName,
        environment: Environment,
        filters: Filters,
        sort: Order = None,
    ) -> Response:
        page = room.model(of_segment(model), of_segment(environment), filters)
        return part_of(request, in_order(page.content, sort), part)

    @router.get(
        "/models/{model}/{environment}/intents/{intent}",
        tags=["cells"],
        summary="One intent, or a slice of it, over time",
        **reads(SentCellLook, "not_found", words="The cell."),
    )
    def show_intent(
        request: Request,
        model: ModelName,
        environment: Environment,
        intent: Annotated[str, Path(description=f"The intent. {_SEGMENT}")],
        version: Version,
        slice: Annotated[
            str, Query(description="The slice, as `name=value`; the whole intent without.")
        ] = "",
    ) -> Response:
        cell = Cell(_model(model, environment, version), of_segment(intent), slice)
        return answer(request, room.cell(cell).content)

    @router.get(
        "/models/{model}/{environment}/groups/{group}",
        tags=["cells"],
        summary="One group of intents over time",
        **reads(SentCellLook, "not_found", words="The group."),
    )
    def show_group(
        request: Request,
        model: ModelName,
        environment: Environment,
        group: Annotated[str, Path(description=f"The group. {_SEGMENT}")],
        version: Version,
    ) -> Response:
        cell = Cell.of_group(_model(model, environment, version), of_segment(group))
        return answer(request, room.cell(cell).content)


def _model(name: str, environment: str, version: str) -> Model:
    return Model(of_segment(name), version, of_segment(environment))
