"""A domain value's type in, the type of what is sent of it out: every field is always there, every key a string."""

import types
from collections.abc import Mapping, Sequence, Set
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

_made: dict[tuple[type, str], type] = {}


def as_sent(kind: type, name: str = "", **others: object) -> Any:  # noqa: ANN401 - a type made at run time
    """The type of a struct, or named tuple, as `reports.objects` writes it, or msgspec where that does the same.

    `name` is that of the type in the document; `others` are fields of another type than the value's own.
    """
    known = (kind, name)
    if known not in _made:
        hints = get_type_hints(kind)
        fields = {each: each for each in getattr(kind, "_fields", ())} or {
            field.name: field.encode_name for field in msgspec.structs.fields(kind)
        }
        _made[known] = msgspec.defstruct(
            name or kind.__name__,
            [(each, others.get(each) or _sent(hints[each])) for each in fields]
            + [(each, other) for each, other in others.items() if each not in fields],
            namespace={"__doc__": kind.__doc__},
            module=__name__,
            kw_only=True,
            rename=fields,
        )
    return _made[known]


def _sent(hint: Any) -> Any:  # noqa: ANN401 - any type
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and (issubclass(hint, msgspec.Struct) or hasattr(hint, "_fields")):
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
