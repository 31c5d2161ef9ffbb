"""A label as a row of columns in, the same as an event out.

The columns are the event's fields, and four that stand deeper in it: `annotator` and `kind` of its source, `design` and
`probability` of its sampling.
"""

from collections.abc import Mapping
from hashlib import blake2b

import msgspec

COLUMNS = (
    *("prediction_id", "intent", "labeled_at", "label_id", "annotator", "revision", "status", "kind"),
    *("design", "probability"),
)
PI = "pi"  # what a draw's own file calls the chance
NEEDED = ("prediction_id", "intent", "labeled_at")
_DEEPER = {"annotator": "source", "kind": "source", "design": "sampling", "probability": "sampling"}


def event_of(row: Mapping[str, object]) -> bytes:
    """The bytes of a label's event. A row without a `label_id` is its annotator's only label of that prediction.

    A row of a draw's own file has that draw's `pi` and `design`: both are stored with the draw, for each model its own,
    and are left out. A design without its chance would be a sampling of the label's own, and hide the draw.
    """
    if PI in row:
        row = {
            name: value
            for name, value in row.items()
            if name != PI and (name != "design" or "probability" in row)
        }
    event: dict[str, object] = {"event": "label"}
    for name, value in row.items():
        if name not in _DEEPER:
            event[name] = value
    for name, group in _DEEPER.items():
        inside = event.get(group)
        if name in row and (inside is None or isinstance(inside, Mapping)):
            event[group] = {**(inside or {}), name: row[name]}
    if event.get("label_id") is None:
        event["label_id"] = _label_id(row)
    return msgspec.json.encode(event)


def _label_id(row: Mapping[str, object]) -> object:
    """An id that is the same in every file. Who labelled is hashed in it: an id is stored as it is."""
    prediction_id, annotator = row.get("prediction_id"), row.get("annotator")
    if not isinstance(prediction_id, str) or not prediction_id:
        return "none"  # the event is refused for its prediction_id, and for nothing else
    if annotator is None:
        return f"of:{prediction_id}"
    who = blake2b(f"{prediction_id}\0{annotator}".encode(errors="replace"), digest_size=12).hexdigest()
    return f"of:{prediction_id}:{who}"
