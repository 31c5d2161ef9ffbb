"""Everything there is in; what is in use out: no retired version, and no slice that nobody configures any more."""

from monitor.review.ports.status import CellStatus, Overview


def in_use(overview: Overview) -> Overview:
    """The overview without the cells that nobody needs to look at; versions are still compared with them."""
    shown, beside = list[CellStatus](), list(overview.beside)
    for status in overview.cells:
        cell = status.state.cell
        retired = cell.model in overview.retired
        gone = cell.slice is not None and cell.slice.name not in overview.caps
        (beside if retired or gone else shown).append(status)
    kept = {status.state.cell for status in shown}
    return overview._replace(
        cells=shown,
        complaints={cell: each for cell, each in overview.complaints.items() if cell in kept},
        beside=beside,
        clustered={
            model: seen for model, seen in overview.clustered.items() if model not in overview.retired
        },
        labelling=[each for each in overview.labelling if each.model not in overview.retired],
        left_out=len(overview.cells) - len(shown),
    )
