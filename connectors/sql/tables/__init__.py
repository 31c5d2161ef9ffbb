"""Every table, by who writes it. Importing this makes them all known to one metadata."""

from connectors.sql.tables import (
    anchors,
    archive,
    deploys,
    early,
    evaluate,
    incidents,
    ingest,
    labels,
    requests,
    sums,
)
from connectors.sql.tables.base import Table

__all__ = [
    "Table",
    "anchors",
    "archive",
    "deploys",
    "early",
    "evaluate",
    "incidents",
    "ingest",
    "labels",
    "requests",
    "sums",
]
