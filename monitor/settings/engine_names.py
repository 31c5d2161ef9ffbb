"""How the engines are named that read an archive: by what is typed after `--engine`."""

import re

from monitor.errors import ConfigError

DUCKDB = "duckdb"
_SPARK = re.compile(r"local(\[([1-9][0-9]*|\*)(,[1-9][0-9]*)?\])?|yarn|(spark|sc|k8s)://[^\s/].*", re.ASCII)


def require_engine(name: str) -> str:
    """The name of an engine, as it was given. Nothing starts, and nobody is asked whether it is there.

    >>> require_engine("local[4]")
    'local[4]'

    Raises:
        ConfigError: no engine is named so.
    """
    if name != DUCKDB and not _SPARK.fullmatch(name):
        raise ConfigError(
            [
                f"--engine {name}: write duckdb, or where Spark is: local[N] (N from 1 on), local[*],"
                " spark://HOST:7077 or sc://HOST"
            ]
        )
    return name
