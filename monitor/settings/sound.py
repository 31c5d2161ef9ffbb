"""Settings with errors in, what of them is sound out: so that one bad key hides no problem between the others."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.settings.places import place_of
from monitor.settings.settings import Settings

ROUNDS = 10  # what lacks a key goes as a whole, and may leave something that lacks it
_GONE = object()
# Of the maps of topics: what has to be there, and what may stand there.
_NEEDED = dict.fromkeys(
    ["prediction_id", "label_id", "ts", "labeled_at", "intent", "name", "version"], "$"
) | {"model": {"name": "$", "version": "$"}}


def sound_part(merged: dict[str, Any], errors: Sequence[ErrorDetails]) -> Settings | None:
    """The settings without what the errors are about; None where nothing is left that could be looked at.

    Where a sink had to go, so do the rules that may name it.
    """
    sound = deepcopy(merged)
    for _ in range(ROUNDS):
        for error in errors:
            path = place_of(error["loc"]).path
            if _is_in_a_map(path):
                _stand_in(sound, path)
                continue
            path = path[:-1] if error["type"] == "missing" else path
            _remove(sound, path)
            if path[:1] == ["sinks"] and len(path) <= 2:
                sound.pop("routes", None)
                _remove(sound, ["reports", "send_to"])
            if path[:2] == ["kafka", "topics"] and path[3:] == ["map"]:
                _remove(sound, [*path[:3], "format"])  # it would need the map that had to go
        sound = _swept(sound)
        try:
            return Settings.model_validate(sound)
        except ValidationError as err:
            errors = err.errors(include_url=False)
    return None


def _is_in_a_map(path: Sequence[str | int]) -> bool:
    """Whether it is a place within the map of a topic, where much is needed and all of it is looked at."""
    return path[:2] == ["kafka", "topics"] and path[3:4] == ["map"] and len(path) > 4


def _stand_in(nested: dict[str, Any], path: Sequence[str | int]) -> None:
    """A path that breaks no rule, where one is missing or unsound."""
    *above, key = path
    _remove(nested, path)
    place: Any = nested
    for part in above:
        place = place[part] if isinstance(place, dict) and part in place else None
    if isinstance(place, dict) and (key in _NEEDED or not place):
        place["path" if not place and key not in _NEEDED else key] = _NEEDED.get(str(key), "$")


def _remove(nested: Any, path: Sequence[str | int]) -> None:  # noqa: ANN401 - mappings and lists of anything
    for part in path[:-1]:
        try:
            nested = nested[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(nested, dict):
        nested.pop(path[-1] if path else None, None)
    elif isinstance(nested, list) and isinstance(path[-1], int) and path[-1] < len(nested):
        nested[path[-1]] = _GONE  # the others keep their places until all are marked


def _swept(nested: Any) -> Any:  # noqa: ANN401 - mappings and lists of anything
    if isinstance(nested, dict):
        return {name: _swept(value) for name, value in nested.items()}
    if isinstance(nested, list):
        return [_swept(value) for value in nested if value is not _GONE]
    return nested
