"""A YAML file as people write it in, its content out: words stay words unless they are plainly something else.

YAML 1.1, which PyYAML reads, makes 1,320 of `22:00`, `false` of the country `no` and a date of `2026-11-23`.
Here only `true` and `false` are truth values, and only what JSON calls a number is one (as in YAML 1.2); settings
that want a truth value or a time understand the words themselves.
"""

import re
from pathlib import Path
from typing import Any

import yaml

_NUMBERS = {
    "tag:yaml.org,2002:int": r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+",
    "tag:yaml.org,2002:float": r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
}
_CHANGED = {*_NUMBERS, "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}


class _AsWritten(yaml.SafeLoader):
    """YAML in which a key may stand only once (else the last would win in silence), and few words are not words."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that was there before."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                raise yaml.MarkedYAMLError(problem=f"{key} is given twice", problem_mark=key_node.start_mark)
            seen.add(str(key))
        return super().construct_mapping(node, deep)

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """A whole number: decimal whatever its zeros, or marked as hexadecimal or octal."""
        words = str(self.construct_scalar(node))
        return int(words, 0 if words[:2] in ("0x", "0o") else 10)


# Every first character's rules, without those that surprise.
_AsWritten.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag not in _CHANGED]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _rule in _NUMBERS.items():
    _AsWritten.add_implicit_resolver(_tag, re.compile(f"^(?:{_rule})$"), list("-+0123456789."))
_AsWritten.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_AsWritten.add_constructor("tag:yaml.org,2002:int", _AsWritten.construct_yaml_int)


def read_yaml(file: Path) -> Any:  # noqa: ANN401 - whatever is in it
    """What the file holds; None where it is empty.

    Raises:
        OSError: it cannot be read.
        UnicodeDecodeError: it is not UTF-8.
        ValueError: it is not YAML; says where and what, and quotes nothing, for there may be a secret on the line.
    """
    text = file.read_text(encoding="utf-8-sig")
    try:
        return yaml.load(text, _AsWritten)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        raise ValueError(_problem(err)) from err


def _problem(err: Exception) -> str:
    mark = getattr(err, "problem_mark", None)
    problem = getattr(err, "problem", None) or "a value is not what it looks like, or is nested too deeply"
    # PyYAML puts single characters into quotes, and whole tags and aliases, which may be someone's password.
    words = re.sub(r"'[^']{2,}'", "'...'", problem)
    return f"line {mark.line + 1}, column {mark.column + 1}: {words}" if mark else words
