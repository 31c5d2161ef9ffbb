"""A backtest in a process of its own, so that whoever began it stays quick; it says how far it has come."""

import sys
from multiprocessing.connection import Connection
from typing import NamedTuple

from monitor.app import backtesting
from monitor.app.backtesting import Trial
from monitor.app.child_process import become_child
from monitor.domain.backtest.pages import Backtest
from monitor.errors import AnchorwatchError
from monitor.settings.settings import Settings

NICE = 10  # behind everything that people wait for


class OutcomesCounted(NamedTuple):
    """There are so many outcomes to replay."""

    outcomes: int


class OutcomesReplayed(NamedTuple):
    """So many more were replayed."""

    outcomes: int


class Failed(NamedTuple):
    """It could not be done, and why."""

    why: str


Message = OutcomesCounted | OutcomesReplayed | Failed | Backtest


def replay(settings: Settings, to: Connection) -> None:
    """Replay the configured database's past by these settings; what came of it is sent last.

    A signal ends it as it ends a program, so that its scratch is taken away. Where nobody listens any more it ends too.
    """
    become_child(NICE)
    try:
        done = backtesting.run(
            settings,
            None,
            Trial(),
            on_begin=lambda outcomes: to.send(OutcomesCounted(outcomes)),
            on_day=lambda outcomes: to.send(OutcomesReplayed(outcomes)),
        )
    except AnchorwatchError as err:
        to.send(Failed(str(err)))
    except BrokenPipeError:
        sys.exit(0)
    else:
        to.send(done)
    finally:
        to.close()
