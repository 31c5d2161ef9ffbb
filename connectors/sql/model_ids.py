"""A released model in, the small number that the wide tables hold for it out, and back."""

from collections.abc import Iterable, Mapping

from connectors.sql.dialect import Dialect
from monitor.domain.events.stand_ins import THE_REST, further_versions, stands_in
from monitor.domain.events.types import Model

_LOCK = 7_265_313  # any number of ours
OF_MODEL = "(SELECT id FROM model WHERE name = ? AND version = ? AND environment = ?)"


def names_of(model: Model) -> tuple[str, str, str]:
    """A model's names, for the places of `OF_MODEL`."""
    return model.name, model.version, model.environment


def models_by_id(sql: Dialect) -> dict[int, Model]:
    """Every model, by the number that rows hold."""
    return {
        model_id: Model(*names)
        for model_id, *names in sql.rows("SELECT id, name, version, environment FROM model")
    }


class ModelIds:
    """Model ids seen so far, both ways. What a transaction adds counts only once it is committed.

    `most` models are admitted for traffic alone; one that an anchor names has its row already, and is admitted.
    """

    def __init__(self, most: int = 1_000) -> None:
        self._most = most
        self._by_model: dict[Model, int] = {}
        self._by_id: dict[int, Model] = {}
        self._fresh: list[Model] = []

    def admit(self, sql: Dialect, models: Iterable[Model]) -> Mapping[Model, Model]:
        """Give new models a row, in order, as long as there is room; for the rest, what they count under."""
        new = sorted(model for model in models if model not in self._by_model)
        if not new:
            return {}
        if sql.postgresql:
            # Two agents admit one after the other, and the second sees what the first admitted.
            sql.row("SELECT pg_advisory_xact_lock(?)", _LOCK)
        there = {Model(*names) for names in sql.rows("SELECT name, version, environment FROM model")}
        room = self._most - sum(not stands_in(model) for model in there)
        stand_ins: dict[Model, Model] = {}
        for model in new:
            if model not in there and room <= 0:
                stand_ins[model] = _stand_in(model, there)
                continue
            if model not in there:
                room -= 1
                there.add(model)
            self.id_of(sql, model)
        return stand_ins

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


def _stand_in(model: Model, known: Iterable[Model]) -> Model:
    """Under which its predictions count: the further versions of a model that is known, or all models beyond them."""
    if any((other.name, other.environment) == (model.name, model.environment) for other in known):
        return further_versions(model)
    return THE_REST
