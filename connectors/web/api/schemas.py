"""Types in, the JSON schemas of what is sent out: each once, by its name, among the components of the document."""

from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

import msgspec

REFERENCE = "#/components/schemas/"
_components: dict[
    str, Any
] = {}  # of every type that a route named: a route is documented when it is imported


def schema_of(shape: Any) -> dict[str, Any]:  # noqa: ANN401 - a type
    """The schema of a type, which refers to components."""
    (schema,), components = msgspec.json.schema_components([shape], ref_template=REFERENCE + "{name}")
    for name, component in components.items():
        named = _short(name)
        tidy = _tidied(component)
        if _components.setdefault(named, tidy) != tidy:
            raise ValueError(f"two types are called {named}")
    done: dict[str, Any] = _tidied(schema)
    return done


def components() -> Mapping[str, Any]:
    """The schemas of all types that were asked for, and of those in them."""
    return dict(sorted(_components.items()))


def _short(name: str) -> str:
    return name.removeprefix("Sent")


def _tidied(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_tidied(each) for each in value]
    if not isinstance(value, dict):
        return value
    done = {key: _tidied(each) for key, each in value.items()}
    if isinstance(done.get("title"), str):
        done["title"] = _short(done["title"])
    if isinstance(done.get("description"), str):
        done["description"] = cleandoc(done["description"])
    if isinstance(done.get("$ref"), str):
        done["$ref"] = REFERENCE + _short(done["$ref"].removeprefix(REFERENCE))
    return done
