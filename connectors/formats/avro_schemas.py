"""Avro schemas as text in, ready to read with out; those that no record can safely be read with are refused.

fastavro follows a schema that holds itself into a record as deep as it goes, past the end of its own stack, and reads
as many items that take no bytes as a record claims to have. Neither may be up to whoever writes the record.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType, fullname

from monitor.errors import DecodeError

Schema = Any  # as fastavro has it: a name, a list of types, or a mapping
_NOTHING = ("null",)


def parsed_schema(text: str, referenced: Sequence[str] = ()) -> Schema:
    """The schema; those that it names come before it, in `referenced`.

    Raises:
        DecodeError: it is none, or none that may be read with.
    """
    named: dict[str, Schema] = {}
    try:
        for each in referenced:
            fastavro.parse_schema(json.loads(each), named_schemas=named)
        schema = fastavro.parse_schema(json.loads(text), named_schemas=named)
    except (
        SchemaParseException,
        UnknownType,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ) as err:
        raise unusable(f"it is no Avro schema ({type(err).__name__})") from err
    _refuse_unsafe(schema, named, ())
    return schema


def name_of(schema: Schema) -> str:
    """The full name of the record that a schema is of; "" where it is of none."""
    return fullname(schema) if isinstance(schema, dict) and "name" in schema else ""


def unusable(why: str) -> DecodeError:
    """The refusal of records by their schema."""
    return DecodeError("schema_unusable", f"the record's schema can't be used: {why}")


def _refuse_unsafe(schema: Schema, named: Mapping[str, Schema], inside: tuple[str, ...]) -> None:
    """Refuse a type that holds itself, and a list of what takes no bytes."""
    if isinstance(schema, list):
        for branch in schema:
            _refuse_unsafe(branch, named, inside)
    elif isinstance(schema, str):
        if schema in inside:
            raise unusable(f"the type {schema} holds itself")
        if schema in named:
            _refuse_unsafe(named[schema], named, inside)
    elif schema["type"] in ("record", "error"):
        for field in schema["fields"]:
            _refuse_unsafe(field["type"], named, (*inside, fullname(schema)))
    elif schema["type"] == "array":
        if _may_be_empty(schema["items"], named):
            raise unusable("a list of items that take no bytes may be of any length")
        _refuse_unsafe(schema["items"], named, inside)
    elif schema["type"] == "map":
        _refuse_unsafe(schema["values"], named, inside)
    elif isinstance(schema["type"], Mapping | list):
        _refuse_unsafe(schema["type"], named, inside)


def _may_be_empty(schema: Schema, named: Mapping[str, Schema]) -> bool:
    """Whether a value may take no bytes at all. A union takes one for its branch."""
    if isinstance(schema, str):
        return schema in _NOTHING or (schema in named and _may_be_empty(named[schema], named))
    if isinstance(schema, list):
        return False
    kind = schema["type"]
    if kind in ("record", "error"):
        return all(_may_be_empty(field["type"], named) for field in schema["fields"])
    return kind in _NOTHING or (kind == "fixed" and schema["size"] == 0)
