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
_RECORDS = ("record", "error")
MOST_TYPES = 10_000  # what a value costs at least, whatever few bytes its schema has


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
    try:
        _Types(named).size(schema)
    except RecursionError:
        raise unusable("types within types without end") from None
    return schema


def name_of(schema: Schema) -> str:
    """The full name of the record that a schema is of; "" where it is of none."""
    return fullname(schema) if isinstance(schema, dict) and "name" in schema else ""


def unusable(why: str) -> DecodeError:
    """The refusal of records by their schema."""
    return DecodeError("schema_unusable", f"the record's schema can't be used: {why}")


class _Types:
    """The named types of a schema, each looked at once, however often it is named."""

    def __init__(self, named: Mapping[str, Schema]) -> None:
        self._named = named
        self._sizes: dict[str, int] = {}
        self._empty: dict[str, bool] = {}

    def size(self, schema: Schema, inside: tuple[str, ...] = ()) -> int:
        """How many types a value is read with; refuses a type that holds itself, a list of nothing, and too many."""
        if isinstance(schema, str):
            if schema in inside:
                raise unusable(f"the type {schema} holds itself")
            if schema not in self._named:
                return 1
            if schema not in self._sizes:
                self._sizes[schema] = self.size(self._named[schema], inside)
            return self._sizes[schema]
        size = 1 + sum(self.size(part, self._within(schema, inside)) for part in _parts(schema))
        if size > MOST_TYPES:
            raise unusable(f"with each type that it names it has more than {MOST_TYPES:,} types")
        if isinstance(schema, Mapping) and schema["type"] == "array" and self._may_be_empty(schema["items"]):
            raise unusable("a list of items that take no bytes may be of any length")
        if name := name_of(schema):
            self._sizes[name] = size
        return size

    def _within(self, schema: Schema, inside: tuple[str, ...]) -> tuple[str, ...]:
        return (*inside, name) if (name := name_of(schema)) else inside

    def _may_be_empty(self, schema: Schema) -> bool:
        """Whether a value may take no bytes at all. A union takes one for its branch."""
        if isinstance(schema, str):
            if schema in self._named and schema not in self._empty:
                self._empty[schema] = self._may_be_empty(self._named[schema])
            return schema in _NOTHING or self._empty.get(schema, False)
        if isinstance(schema, list):
            return False
        kind = schema["type"]
        if kind in _RECORDS:
            return all(self._may_be_empty(field["type"]) for field in schema["fields"])
        return kind in _NOTHING or (kind == "fixed" and schema["size"] == 0)


def _parts(schema: Schema) -> Sequence[Schema]:
    """The types that a type has within it."""
    if isinstance(schema, list):
        return schema
    kind = schema["type"]
    if isinstance(kind, Mapping | list):
        return [kind]
    if kind in _RECORDS:
        return [field["type"] for field in schema["fields"]]
    return {"array": [schema.get("items")], "map": [schema.get("values")]}.get(kind, [])
