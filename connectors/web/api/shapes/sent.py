"""A domain value's type in, the type of what is sent of it out: every field is always there, every key a string."""

import types
from collections.abc import Mapping, Sequence, Set
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

_made: dict[type, type] = {}


def as_sent(kind: type, name: str = "", **others: object) -> Any:  # noqa: ANN401 - a type made at run time
    """The type of a struct as JSON holds it. `others` are fields of another type than the struct's own."""
    if kind in _made and not others:
        return _made[kind]
    hints = get_type_hints(kind)
    config = kind.__struct_config__  # type: ignore[attr-defined]
    fields = [
        (field.name, others.get(field.name) or _sent(hints[field.name]))
        for field in msgspec.structs.fields(kind)
    ]
    encoded = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
    made = msgspec.defstruct(
        name or kind.__name__,
        fields,
        namespace={"__doc__": kind.__doc__},
        module=__name__,
        kw_only=True,
        rename=encoded,
        tag_field=config.tag_field,
        tag=config.tag,
    )
    if not others:
        _made[kind] = made
    return made


def _sent(hint: Any) -> Any:  # noqa: ANN401 - any type
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return as_sent(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(_sent(each) for each in inner)]  # noqa: UP007 - made at run time
    if origin is tuple and inner[-1] is not ...:
        return types.GenericAlias(tuple, tuple(_sent(each) for each in inner))
    if origin in (Sequence, list, tuple, Set, frozenset, set):
        return types.GenericAlias(list, (_sent(inner[0]),))
    if origin in (Mapping, dict):
        return types.GenericAlias(dict, (str, _sent(inner[1])))
    return hint
