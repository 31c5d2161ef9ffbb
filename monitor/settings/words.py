"""One error of pydantic's in, our sentence out: what belongs there, and what was probably meant.

No sentence of pydantic's own is kept, whatever its kind: what a key may hold follows from its type. A value is never
repeated, for it may be a secret.
"""

from collections.abc import Sequence
from typing import get_origin

from pydantic import SecretStr
from pydantic_core import ErrorDetails

from monitor.domain.text.nearest import did_you_mean, nearest
from monitor.settings.places import Kinds, SettingsPlace, every_key, members_of
from monitor.settings.settings import Settings
from monitor.settings.wanted import allowed, any_of, wanted

NO_LONGER = {
    "judge.labels_per_day": "is no longer needed, as the money to bet with comes by the calendar; delete the line",
}
"""Keys of earlier versions, and what to do about them."""
BUDGET = ("judge.false_pages_per_year", "judge.notes_per_year", "judge.groups_share")
"""Keys that no model can have of its own."""
_OURS = "Value error, "


def worded(error: ErrorDetails, place: SettingsPlace) -> str:
    """What is wrong at a place and what to do, as the end of "place: key: ..."."""
    if error["type"] == "extra_forbidden":
        return _unknown(place)
    if error["type"] == "value_error":
        return error["msg"].removeprefix(_OURS)  # a validator's own sentence
    if place.kinds is None:
        return "cannot be read; see config/anchorwatch.yaml for what belongs there"
    if error["type"] == "missing":
        return f"is missing; write {wanted(place.kinds)}"
    if error["type"] == "union_tag_not_found":
        return f"has no kind; write one of {', '.join(allowed(place.kinds))}"
    if error["type"] == "union_tag_invalid":
        words = allowed(place.kinds)
        tag = str(error.get("ctx", {}).get("tag", ""))
        return f"its kind must be one of {', '.join(words)}{did_you_mean(tag, words)}"
    return f"must be {wanted(place.kinds)}{_hint(error['input'], place.kinds)}"


def _unknown(place: SettingsPlace) -> str:
    """A key that there is not: what it was probably meant to be, or all that there are."""
    if words := NO_LONGER.get(".".join(map(str, place.path))):
        return words
    if words := _not_of_one_model(place.path):
        return words
    key, keys = str(place.path[-1]), list(place.inside.model_fields) if place.inside else []
    if elsewhere := [name for name in every_key() if "." in name and name.rpartition(".")[2] == key]:
        return f"there is no such key here; did you mean {any_of(elsewhere)}?"
    if close := nearest(key, keys):
        return f"there is no such key; did you mean {close}?"
    return f"there is no such key; there are {', '.join(keys)}" if keys else "there is no such key"


def _not_of_one_model(path: Sequence[str | int]) -> str | None:
    """Why a key that stands in `models` is one for all of them; None for what is no key at all."""
    if path[0] != "models":
        return None
    key = ".".join(map(str, path[2:]))
    if key in BUDGET:
        return (
            f"the budget is one for all models; set {key} for all, and what these get of it by their weight"
        )
    return f"is one for all models; set {key} for all" if key in Settings.model_fields else None


def _hint(given: object, kinds: Kinds) -> str:
    """What to do about a value of another kind than belongs there."""
    members = members_of(kinds.type)
    if isinstance(given, str) and (words := allowed(kinds)) and (hint := did_you_mean(given, words)):
        return hint
    if given is None:
        return "; write it, or delete the line"
    if isinstance(given, int | float) and (str in members or SecretStr in members):
        return "; put it into quotes"
    if isinstance(given, str) and any(get_origin(each) is tuple for each in members):
        return "; put it into brackets"
    default = kinds.default
    if isinstance(default, int | float) and not isinstance(default, bool):
        return (
            f"; the default is {default:,g}"
            if isinstance(default, float)
            else f"; the default is {default:,}"
        )
    return ""
