"""Two worlds to which the same happens: one judges what changed, the other every cell; what they hold is the same."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import inspect, text

from connectors.sql.evaluate.store import EvaluationStore
from monitor.evaluate.evaluate import Evaluate
from tests.stored import rows
from tests.worlds import NewWorld, World

ITS_OWN = {"cell_due", "rested_on"}  # what an evaluation keeps for the next one
Result = TypeVar("Result")


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of every table, but for what evaluations keep for themselves."""
    tables = sorted(set(inspect(world.engine).get_table_names()) - ITS_OWN)
    return {table: sorted(map(repr, rows(world.engine, f"SELECT * FROM {table}"))) for table in tables}


def forget(world: World) -> None:
    """The next evaluation judges every cell."""
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM rested_on"))


class Twins:
    """The two, with the same settings; `ours` is judged by an agent that lives on."""

    def __init__(self, new_world: NewWorld, **settings: Any) -> None:  # noqa: ANN401
        self.ours, self._theirs = new_world(**settings), new_world(**settings)
        self._agent = Evaluate(EvaluationStore(self.ours.engine), self.ours.settings)

    def do(self, step: Callable[[World], Result]) -> Result:
        """Do it to both; what came of it in ours."""
        done = step(self.ours)
        step(self._theirs)
        return done

    def evaluate(self, at: datetime) -> None:
        """Judge both, and hold the one to the other."""
        done = self._agent(lambda _: at)
        forget(self._theirs)
        assert done == self._theirs.evaluate(at)
        assert everything(self.ours) == everything(self._theirs)
