"""The JSON Schema of a configuration file, made from the settings themselves: for editors and generators."""

from typing import Any

from monitor.settings.settings import Settings

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def settings_schema() -> dict[str, Any]:
    """What a configuration file may hold. Rules between keys are `anchorwatch config check`'s to find."""
    made = Settings.model_json_schema()
    return {
        "$schema": DIALECT,
        **made,
        "title": "Anchorwatch configuration",
        "description": "Every key has a default; config/anchorwatch.yaml shows each with a comment.",
    }
