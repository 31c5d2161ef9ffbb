"""How events look in JSON: one struct a kind of event, read in one pass. docs/events.md is the format."""

from datetime import datetime
from typing import Annotated

import msgspec

from monitor.domain.events.names import CHARACTERS_MAX
from monitor.domain.events.types import Design, Kind

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=CHARACTERS_MAX)]
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class WireModel(msgspec.Struct):
    """The release that answered."""

    name: _Id
    version: _Id
    environment: _Id = "prod"


class WirePredicted(msgspec.Struct):
    """What it answered: one intent or several; no intent where it abstained."""

    intent: _Id | msgspec.UnsetType | None = msgspec.UNSET
    score: float | None = None
    scores: dict[str, float] | None = None
    intents: list[_Id] | None = None


class WirePrediction(msgspec.Struct):
    """A prediction."""

    prediction_id: _Id
    ts: _Time
    model: WireModel
    predicted: WirePredicted | None
    event: str | None = None
    slices: dict[str, str] | None = None
    text: str | None = None
    subject: _Id | None = None


class WireSource(msgspec.Struct):
    """Who gave a label: a number of a person may stand for a name."""

    kind: Kind = Kind.HUMAN
    annotator: _Id | int | None = None


class WireSampling(msgspec.Struct):
    """How its prediction was chosen for labelling."""

    design: Design = Design.UNKNOWN
    probability: float | None = None


class WireScope(msgspec.Struct):
    """The releases that a label is about: those with these names, or these numbers for names."""

    name: str | int | None = None
    version: str | int | None = None
    environment: str | int | None = None


class WireLabel(msgspec.Struct):
    """A label; null for an intent says that there is none. Its prediction may come inside, and is read apart."""

    label_id: _Id
    prediction_id: _Id
    labeled_at: _Time
    model: WireScope | None = None
    intent: _Id | msgspec.UnsetType | None = msgspec.UNSET
    event: str | None = None
    revision: int = 1
    status: str = "active"
    source: WireSource | None = None
    sampling: WireSampling | None = None
    prediction: msgspec.Raw = msgspec.Raw()
    intents: list[_Id] | None = None


class WireEvent(msgspec.Struct):
    """Any event: what it says it is."""

    event: str | None = None


decode_prediction = msgspec.json.Decoder(WirePrediction).decode
decode_label = msgspec.json.Decoder(WireLabel).decode
decode_event = msgspec.json.Decoder(WireEvent).decode
