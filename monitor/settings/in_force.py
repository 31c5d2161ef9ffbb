"""What is in force for one model, for people to read."""

from typing import Any

from monitor.settings.settings import Settings


def in_force(settings: Settings, name: str, environment: str) -> dict[str, Any]:
    """The settings of a model, as JSON: `rule` is the place in `models` that they are from (None: what is for all)."""
    number = settings.rule_of(name, environment)
    resolved = settings.of_versions(name, environment).model_dump(mode="json", exclude={"models"})
    return {
        "model": name,
        "environment": environment,
        "rule": None if number is None else f"models[{number}]",
        "weight": 1.0 if number is None else settings.models[number].weight,
        **resolved,
    }
