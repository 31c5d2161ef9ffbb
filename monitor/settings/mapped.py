"""Where in a record the fields of an event are: a path, a constant, or a mapping that says more of it.

The names are those of docs/events.md. What a path may be is `monitor.domain.events.mapping.paths`'s to say, and the
rules between the keys are in `monitor.settings.mapping_rules`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import override

from monitor.domain.events.mapping.fields import TimeFormat
from monitor.settings.section import KEYS, TEXT, TEXT_OR_KEYS, Section

Const = str | int | float | bool | None


class From(Section):
    """Where a value is: a path, which stands alone or under `path`; or `const`; `default` where nothing is there."""

    WANTED: ClassVar[str] = "a path such as $.meta.id, or a mapping with path or const"

    path: str = ""
    const: Const = None
    default: Const = None

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, given: Any) -> Any:  # noqa: ANN401 - whatever a file holds
        return {"path": given} if isinstance(given, str) else given

    @classmethod
    @override
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(core)]}


class FromSeveral(From):
    """A text that may be made of several: those at the paths of `join`, with `between` in between."""

    join: tuple[str, ...] = ()
    between: str = ":"


class FromTime(From):
    """A time. `zone` is that of a time without one; an epoch is in UTC."""

    format: TimeFormat = TimeFormat.RFC3339
    zone: str | None = None


class FromIntent(From):
    """An intent: `lower` before `aliases`, which name it as the anchors do; null stands for none."""

    lower: bool = False
    aliases: Mapping[str, str | None] = {}


class FromWord(From):
    """One of the words that we know; `values` says which of theirs is which of ours."""

    values: Mapping[str, str] = {}


class FromScores(From):
    """Scores of intents: an object at `path`; a list of objects there, with `name` and `score`; or two lists."""

    name: str = ""
    score: str = ""
    names: str = ""
    scores: str = ""


class ModelMap(Section):
    """The release that answered."""

    name: From
    version: From
    environment: From = From(const="prod")


class ModelScopeMap(Section):
    """The models that a label is about."""

    name: From | None = None
    version: From | None = None
    environment: From | None = None


class PredictionMap(Section):
    """Where the fields of a prediction are."""

    prediction_id: FromSeveral
    ts: FromTime
    model: ModelMap
    intent: FromIntent
    score: From | None = None
    scores: FromScores | None = None
    slices: Annotated[Annotated[str, TEXT] | Annotated[Mapping[str, From], KEYS], TEXT_OR_KEYS] = {}
    text: FromSeveral | None = None
    subject: FromSeveral | None = None


class SourceMap(Section):
    """Where it is said who gave a label."""

    kind: FromWord | None = None
    annotator: From | None = None


class SamplingMap(Section):
    """Where it is said how a prediction was chosen for labelling."""

    design: FromWord | None = None
    probability: From | None = None


class LabelMap(Section):
    """Where the fields of a label are."""

    label_id: FromSeveral
    prediction_id: FromSeveral
    labeled_at: FromTime
    intent: FromIntent
    revision: From | None = None
    status: FromWord | None = None
    model: ModelScopeMap | None = None
    source: SourceMap | None = None
    sampling: SamplingMap | None = None
