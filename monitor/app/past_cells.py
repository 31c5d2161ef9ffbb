"""When each watched cell would have paged in an archive's history, held to what it is held to now."""

from contextlib import closing

import msgspec

from connectors.lake.bits import BitColumns, WantedCell, cell_bits
from connectors.lake.history import known_hours
from monitor.app.archive_reach import archive_reach
from monitor.app.backtesting import PastInArchive
from monitor.app.lakes import opened_lake
from monitor.app.stores import open_stores
from monitor.domain.backtest.pages import Backtest
from monitor.domain.slices.cells import Cell
from monitor.errors import ConfigError
from monitor.review.past_cells import can_be_replayed, cells_backtest, span_of
from monitor.settings.settings import Settings


def backtest_by_cell(settings: Settings, past: PastInArchive) -> Backtest:
    """The pages of each watched cell of the database, on its history in the archive; neither incidents nor budgets.

    Raises:
        ConfigError: the archive cannot be read, or the database watches no cell that bits can be bet on.
        UnavailableError: one of the two is out of reach.
    """
    reach = archive_reach(past.archive)
    with closing(open_stores(settings)) as stores:
        states = {
            each.state.cell: each.state for each in stores.status.cells() if can_be_replayed(each.state)
        }
        clustered = stores.status.clustered()
    if not states:
        raise ConfigError(
            [
                "--by-cell: no watched cell has been judged yet; let the agent judge once, or leave --by-cell out"
            ]
        )

    def together(cell: Cell) -> bool:
        return cell.model in clustered and clustered[cell.model].bet_together

    wanted = [
        WantedCell(cell, state.held.members.intents if state.held.members is not None else (cell.intent,))
        for cell, state in states.items()
    ]
    columns = BitColumns(
        chosen=any(state.bet.weighted for state in states.values()),
        customers=any(map(together, states)),
        agreed=any(state.held.believed for state in states.values()),
    )
    with opened_lake(settings, past.archive, past.engine) as lake:
        pasts = cell_bits(lake, wanted, columns)
        span = span_of(known_hours(lake, lake.outcomes))
        done = cells_backtest(states, pasts, together, settings.judge.recovery_labels, span)
    return msgspec.structs.replace(done, archive=reach)
