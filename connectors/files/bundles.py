"""A case file as a folder that anybody can take along: JSON, and Parquet for the tickets and the examples.

Neither ids nor texts of tickets are in it; what people wrote into the incident's history is.
"""

import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from monitor.domain.analysis.casefile import CaseFile, LiveTicket, Member, Sample
from monitor.domain.events.microseconds import from_us, to_us
from monitor.domain.events.types import Design, Kind
from monitor.domain.text.descriptors import NAMES, Descriptors
from monitor.errors import ConfigError

FORMAT = "anchorwatch/case/1"
LIBRARIES = ("anchorwatch", "numpy", "scikit-learn", "scipy")
CASE, TICKETS, SAMPLES, ANALYSIS = "case.json", "tickets.parquet", "examples.parquet", "analysis.json"
_LOOKS = [(name, pa.float64()) for name in NAMES]
_TICKET = pa.schema(
    [
        ("member", pa.int32()),
        ("seq", pa.int64()),
        ("ts_us", pa.int64()),
        ("labeled_at_us", pa.int64()),
        ("predicted", pa.string()),
        ("hit", pa.bool_()),
        ("kind", pa.string()),
        ("design", pa.string()),
        ("probability", pa.float64()),
        ("slices", pa.string()),
        ("customer", pa.int64()),
        ("agreed", pa.bool_()),
        *_LOOKS,
    ]
)
_SAMPLE = pa.schema(
    [
        ("member", pa.int32()),
        ("predicted", pa.string()),
        ("hit", pa.bool_()),
        ("origin", pa.string()),
        ("slices", pa.string()),
        *_LOOKS,
    ]
)


class _Case(msgspec.Struct, frozen=True):
    """What lies in `case.json`: all but the rows of the two tables."""

    format: str
    made_with: dict[str, str]
    case: CaseFile


def write_bundle(folder: Path, case: CaseFile, analysis: str) -> list[Path]:
    """Write the case and what was made of it.

    Raises:
        ConfigError: the folder can't be made or written.
    """
    bare = msgspec.structs.replace(
        case, members=[msgspec.structs.replace(member, tickets=(), samples=()) for member in case.members]
    )
    words = (
        msgspec.json.format(
            msgspec.json.encode(_Case(FORMAT, {name: version(name) for name in LIBRARIES}, bare))
        ).decode()
        + "\n"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CASE).write_text(words, encoding="utf-8")
        (folder / ANALYSIS).write_text(analysis, encoding="utf-8")
        pq.write_table(pa.Table.from_pylist(list(_ticket_rows(case.members)), _TICKET), folder / TICKETS)
        pq.write_table(pa.Table.from_pylist(list(_sample_rows(case.members)), _SAMPLE), folder / SAMPLES)
    except OSError as err:
        raise ConfigError([f"{folder} can't be written: {err.strerror}; name another folder"]) from err
    return [folder / name for name in (CASE, TICKETS, SAMPLES, ANALYSIS)]


def read_bundle(folder: Path) -> tuple[CaseFile, str]:
    """The case, and what had been made of it.

    Raises:
        ConfigError: it is no bundle, or a file of it can't be read.
    """
    try:
        stored = msgspec.json.decode((folder / CASE).read_bytes(), type=_Case)
        if stored.format != FORMAT:
            raise ConfigError([f"{folder} has the format {stored.format!r}, this version reads {FORMAT!r}"])
        tickets, samples = (pq.read_table(folder / name).to_pylist() for name in (TICKETS, SAMPLES))
        analysis = (folder / ANALYSIS).read_text(encoding="utf-8")
        members = [
            msgspec.structs.replace(
                member,
                tickets=[_ticket(row) for row in tickets if row["member"] == number],
                samples=[_sample(row) for row in samples if row["member"] == number],
            )
            for number, member in enumerate(stored.case.members)
        ]
    except (OSError, msgspec.DecodeError, pa.ArrowInvalid, KeyError, ValueError) as err:
        what = getattr(err, "strerror", None) or f"{type(err).__name__}: {err}"
        raise ConfigError(
            [f"{folder} is no bundle that `anchorwatch incident analyze --bundle` wrote: {what}"]
        ) from err
    return msgspec.structs.replace(stored.case, members=members), analysis


def _ticket_rows(members: Sequence[Member]) -> Iterable[dict[str, Any]]:
    for number, member in enumerate(members):
        for ticket in member.tickets:
            yield {
                "member": number,
                "seq": ticket.seq,
                "ts_us": to_us(ticket.ts),
                "labeled_at_us": to_us(ticket.labeled_at),
                "predicted": ticket.predicted,
                "hit": ticket.hit,
                "kind": ticket.kind.value,
                "design": ticket.design.value,
                "probability": ticket.probability,
                "slices": json.dumps(dict(ticket.slices), ensure_ascii=False),
                "customer": ticket.customer,
                "agreed": ticket.agreed,
                **_looks(ticket.descriptors),
            }


def _sample_rows(members: Sequence[Member]) -> Iterable[dict[str, Any]]:
    for number, member in enumerate(members):
        for sample in member.samples:
            yield {
                "member": number,
                "predicted": sample.predicted,
                "hit": sample.hit,
                "origin": sample.origin,
                "slices": json.dumps(dict(sample.slices), ensure_ascii=False),
                **_looks(sample.descriptors),
            }


def _looks(descriptors: Descriptors | None) -> dict[str, float]:
    return {} if descriptors is None else descriptors._asdict()


def _ticket(row: dict[str, Any]) -> LiveTicket:
    return LiveTicket(
        row["seq"],
        from_us(row["ts_us"]),
        from_us(row["labeled_at_us"]),
        row["predicted"],
        row["hit"],
        Kind(row["kind"]),
        Design(row["design"]),
        row["probability"],
        json.loads(row["slices"]),
        _described(row),
        row.get("customer"),  # bundles of before say nothing of it
        bool(row.get("agreed")),
    )


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(row["predicted"], row["hit"], row["origin"], json.loads(row["slices"]), _described(row))


def _described(row: dict[str, Any]) -> Descriptors | None:
    return None if row[NAMES[0]] is None else Descriptors(*(row[name] for name in NAMES))
