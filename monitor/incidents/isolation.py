"""A failure stays with the part of an evaluation that it befell: the rest is judged, and it is raised at the end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from monitor.domain.slices.cells import Cell

Result = TypeVar("Result")


class Savepoints(Protocol):
    """A transaction of which a part can be undone."""

    def savepoint(self) -> AbstractContextManager[None]:
        """What is written within is undone where it ends in an exception, and the transaction goes on.

        It is taken with the first statement: where there is none, it costs nothing.
        """
        ...

    def goes_on(self, failure: Exception) -> bool:
        """Whether the transaction can go on after an exception: not where the database is in trouble or ended it."""
        ...


class Isolation:
    """Keeps the failures of an evaluation's parts, by what each is called."""

    def __init__(self, transaction: Savepoints) -> None:
        self._tx = transaction
        self.failures: dict[str, Exception] = {}

    def attempt(self, part: Cell | str, step: Callable[[], Result], otherwise: Result) -> Result:
        """What the step gives, or `otherwise` where it fails. For steps whose writes do no harm half done."""
        try:
            return step()
        except Exception as failure:
            if not self._tx.goes_on(failure):
                raise
            self.failures[_named(part)] = failure
            return otherwise

    def attempt_whole(self, part: Cell | str, step: Callable[[], Result], otherwise: Result) -> Result:
        """The same for steps that write: where one fails, nothing that it wrote stays."""

        def undone() -> Result:
            with self._tx.savepoint():
                return step()

        return self.attempt(part, undone, otherwise)


def _named(part: Cell | str) -> str:
    if isinstance(part, str):
        return part
    return f"{part} of {part.model.name} {part.model.version} in {part.model.environment}"
