"""Everything there is in; what is in use out: no retired version, and no slice that nobody configures any more."""

from collections.abc import Callable, Container, Sequence

from monitor.domain.events.types import Model
from monitor.review.ports.status import CellStatus, Overview
from monitor.review.unconfirmed import of_cells


def in_use(overview: Overview) -> Overview:
    """The overview without the cells that nobody needs to look at; versions are still compared with them."""
    shown = cells_in_use(overview.cells, overview.retired, lambda model: overview.limits_of(model).caps)
    kept = {status.state.cell for status in shown}
    retired = sum(status.state.cell.model in overview.retired for status in overview.cells)
    hidden: list[CellStatus] = []
    if len(shown) < len(overview.cells):
        hidden = [status for status in overview.cells if status.state.cell not in kept]
    return overview._replace(
        cells=shown,
        complaints={cell: each for cell, each in overview.complaints.items() if cell in kept},
        weak={cell: each for cell, each in overview.weak.items() if cell in kept},
        corrected_to_nobody={
            model: names
            for model, names in overview.corrected_to_nobody.items()
            if model not in overview.retired
        },
        corrected={cell: each for cell, each in overview.corrected.items() if cell in kept},
        beside=[*overview.beside, *hidden],
        clustered={
            model: seen for model, seen in overview.clustered.items() if model not in overview.retired
        },
        skipped={model: seen for model, seen in overview.skipped.items() if model not in overview.retired},
        labelling=[each for each in overview.labelling if each.model not in overview.retired],
        left_out=retired,
        unconfigured=len(overview.cells) - len(shown) - retired,
        early=[note for note in overview.early if note.facts.cell in kept],
        unconfirmed=of_cells(overview.unconfirmed, kept),
    )


def cells_in_use(
    cells: Sequence[CellStatus], retired: Container[Model], slices: Callable[[Model], Container[str]]
) -> list[CellStatus]:
    """The cells of versions that are not retired, whole or of a slice by a name that the model has in its `slices`."""
    known = {
        model: slices(model)
        for model in {status.state.cell.model for status in cells}
        if model not in retired
    }
    return [
        status
        for status in cells
        for cell in [status.state.cell]
        if cell.model in known and (cell.slice is None or cell.slice.name in known[cell.model])
    ]
