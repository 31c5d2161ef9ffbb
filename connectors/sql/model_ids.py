"""A released model in, the small number that the wide tables hold for it out, and back."""

from connectors.sql.dialect import Dialect
from monitor.domain.events.types import Model

OF_MODEL = "(SELECT id FROM model WHERE name = ? AND version = ? AND environment = ?)"


def names_of(model: Model) -> tuple[str, str, str]:
    """A model's names, for the places of `OF_MODEL`."""
    return model.name, model.version, model.environment


class ModelIds:
    """Model ids seen so far, both ways. What a transaction adds counts only once it is committed."""

    def __init__(self) -> None:
        self._by_model: dict[Model, int] = {}
        self._by_id: dict[int, Model] = {}
        self._fresh: list[Model] = []

    def id_of(self, sql: Dialect, model: Model) -> int:
        """The id of a model, given to it now if it is new."""
        known = self._by_model.get(model)
        if known is not None:
            return known
        names = (model.name, model.version, model.environment)
        sql.run(
            "INSERT INTO model (name, version, environment) VALUES (?, ?, ?)"
            " ON CONFLICT (name, version, environment) DO NOTHING",
            *names,
        )
        model_id: int = sql.row(
            "SELECT id FROM model WHERE name = ? AND version = ? AND environment = ?", *names
        )[0]
        self._by_model[model], self._by_id[model_id] = model_id, model
        self._fresh.append(model)
        return model_id

    def model_of(self, sql: Dialect, model_id: int) -> Model:
        """The model with an id that a row holds."""
        if model_id not in self._by_id:
            model = Model(*sql.row("SELECT name, version, environment FROM model WHERE id = ?", model_id))
            self._by_model[model], self._by_id[model_id] = model_id, model
        return self._by_id[model_id]

    def settle(self) -> None:
        """The transaction was committed: its ids are there to stay."""
        self._fresh.clear()

    def forget_unsettled(self) -> None:
        """A transaction was rolled back, and the ids it gave with it."""
        for model in self._fresh:
            self._by_id.pop(self._by_model.pop(model), None)
        self._fresh.clear()
