"""Where an error of pydantic's is in, the path that people wrote and what belongs there out.

pydantic puts the names of a union's members into its paths ("sinks.0.slack.url"); people wrote sinks.0.url.
"""

from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from monitor.settings.settings import Settings


class Kinds(NamedTuple):
    """What may stand at a place: a type, its limits, and its default (`PydanticUndefined` without one)."""

    type: Any
    limits: Sequence[object] = ()
    default: object = PydanticUndefined


class SettingsPlace(NamedTuple):
    """A place in the configuration. `inside` is the section that holds its last key; None within a list."""

    path: Sequence[str | int]
    kinds: Kinds | None
    inside: type[BaseModel] | None = None


def place_of(location: Sequence[str | int]) -> SettingsPlace:
    """The place that an error is about."""
    path: list[str | int] = []
    here: Kinds | None = Kinds(Settings)
    inside: type[BaseModel] | None = None
    for number, part in enumerate(location):
        if part == "[key]":
            return SettingsPlace(path, Kinds(str), inside)  # the name itself, not what it stands for
        if here is None:
            return SettingsPlace([*path, part], None)
        members = members_of(here.type)
        if len(members) > 1:
            tagged = [each for each in members if part in (tag_of(each), *tags_beside_text(each, members))]
            if not tagged or (part == "keys" and number == len(location) - 1):
                return SettingsPlace(path, here, inside)  # a union without tags: all of it is meant
            here = Kinds(tagged[0])
            continue
        path.append(part)
        inside = members[0] if _is_section(members[0]) else None
        here = _below(members[0], part)
    return SettingsPlace(path, here, inside)


def spelled(path: Sequence[str | int]) -> str:
    """The path as people write it.

    >>> spelled(["models", 2, "judge", "drop"])
    'models[2].judge.drop'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def members_of(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type or what stands for one
    """The types that a union is made of, without None; of another type that itself."""
    if get_origin(kind) is Annotated:
        return members_of(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return tuple(each for given in get_args(kind) if given is not NoneType for each in members_of(given))
    return (kind,)


def tag_of(kind: Any) -> str | None:  # noqa: ANN401 - a type or what stands for one
    """What a section writes into its own `kind`."""
    if not _is_section(kind) or "kind" not in kind.model_fields:
        return None
    return str(get_args(kind.model_fields["kind"].annotation)[0])


def tags_beside_text(kind: Any, members: Sequence[object]) -> Sequence[str]:  # noqa: ANN401 - a type
    """What stands for a member in the path of an error, where a text or a mapping may be written."""
    return () if str not in members or len(members) != 2 else ("text",) if kind is str else ("keys",)


def every_key(section: type[BaseModel] = Settings, above: str = "") -> list[str]:
    """The dotted name of each key of each section, and of the sections themselves."""
    names = []
    for name, field in section.model_fields.items():
        names.append(f"{above}{name}")
        if _is_section(field.annotation):
            names += every_key(field.annotation, f"{above}{name}.")  # type: ignore[arg-type]
    return names


def _below(kind: Any, part: str | int) -> Kinds | None:  # noqa: ANN401 - a type or what stands for one
    if _is_section(kind):
        return of_field(kind.model_fields[part]) if part in kind.model_fields else None
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _unwrapped(arguments[0])
    if origin is Mapping:
        return _unwrapped(arguments[1])
    return None


def of_field(field: FieldInfo) -> Kinds:
    """What a key may hold."""
    return Kinds(field.annotation, field.metadata, field.get_default(call_default_factory=True))


def _unwrapped(kind: Any) -> Kinds:  # noqa: ANN401 - a type or what stands for one
    if get_origin(kind) is not Annotated:
        return Kinds(kind)
    bare, *limits = get_args(kind)
    return Kinds(bare, [each for limit in limits for each in getattr(limit, "metadata", [limit])])


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
