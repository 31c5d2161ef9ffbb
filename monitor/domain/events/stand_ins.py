"""Models beyond the limit count together, under a model that stands for them all."""

from monitor.domain.events.types import Model
from monitor.domain.slices.cells import OTHER

THE_REST = Model(OTHER, OTHER, OTHER)
"""All models beyond the limit, of whatever name."""


def further_versions(model: Model) -> Model:
    """What stands for the versions beyond the limit of a model's name and environment."""
    return Model(model.name, OTHER, model.environment)


def stands_in(model: Model) -> bool:
    """Whether it stands for models that are not told apart."""
    return model.version == OTHER
