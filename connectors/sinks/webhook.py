"""A webhook of one's own, signed by Standard Webhooks 1.0.0: the facts of a notice, unrounded.

The receiver checks the signature over `id.timestamp.body`; `webhook-id` is the same on every attempt.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from typing_extensions import override

from connectors.sinks.http import Http
from connectors.standard_webhooks import signed, signing_key
from monitor.deliver.ports import Sink
from monitor.domain.telling.about import (
    About,
    CellConcern,
    EarlySigns,
    IncidentNews,
    NewVersion,
    SinkRecovery,
    SinkTest,
    SinkTrouble,
    SuspectedCell,
    Suspects,
    WeekDigest,
)
from monitor.domain.telling.early import EarlyFacts
from monitor.domain.telling.members import MemberFacts
from monitor.domain.telling.neighbours import Neighbour
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Notes, Page
from monitor.errors import ConfigError

BODY_MAX = 20_000
MISSES_MAX = 10
TEXT_MAX = 1_000
DEPLOYS = 3  # the latest of those before the onset


class WebhookSink(Sink):
    """Posts one signed message a notice. Every secret signs, so that a receiver can change over."""

    def __init__(self, name: str, url: str, http: Http, *, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ConfigError([f"sink {name}: a webhook needs a secret to sign with"])
        self.name = name
        self._url = url
        self._http = http
        self._keys = [signing_key(f"sink {name}", secret) for secret in secrets]

    @override
    def send(self, notice: Notice, page: Page) -> None:
        body = payload(notice, page)
        self._http.post_json(self._url, body, signed(self._keys, notice.id, self._http.now(), body))


def payload(notice: Notice, page: Page) -> bytes:
    """The body, under 20 KB: the members, cells or lines that fit, worst first, and how many were left out."""
    for kept in range(_length(notice.about), -1, -1):
        body = msgspec.json.encode(_message(notice, page, kept))
        if len(body) < BODY_MAX:
            break
    return body


def _message(notice: Notice, page: Page, kept: int) -> dict[str, Any]:
    return {
        "type": notice.kind.value,
        "timestamp": notice.at,
        "data": {
            "title": page.title,
            "dedup_key": notice.dedup_key,
            "severity": notice.severity,
            "runbook": notice.runbook[:TEXT_MAX],
            "next_command": notice.next_command[:TEXT_MAX],
            **_facts(notice.about, page, kept),
        },
    }


def _suspect(suspect: SuspectedCell) -> dict[str, Any]:
    facts = {name: getattr(suspect, name) for name in suspect.__struct_fields__ if name != "cell"}
    return {"intent": suspect.cell.display, "slice": suspect.cell.slice_text, **facts}


def _sign(facts: EarlyFacts) -> dict[str, Any]:
    fields = {name: getattr(facts, name) for name in facts.__struct_fields__ if name != "cell"}
    return {"intent": facts.cell.display, **fields, "fallen": facts.fallen}


def _length(about: About) -> int:
    """Of the list that gives way where all is too long."""
    match about:
        case IncidentNews(members=listed) | CellConcern(cells=listed) | WeekDigest(lines=listed):
            return len(listed)
        case Suspects(cells=suspects):
            return len(suspects)
        case EarlySigns(notes=signs):
            return len(signs)
        case _:
            return 0


def _facts(about: About, page: Page, kept: int) -> dict[str, Any]:
    match about:
        case IncidentNews():
            return {
                "incident": about.incident,
                "times_opened": about.times_opened,
                "model": about.model,
                "members": [_member(member, page.notes) for member in about.members[:kept]],
                "members_left_out": len(about.members) - kept,
                "false_pages_per_year": about.false_pages_per_year,
                "reason": page.reason[:TEXT_MAX],
                "blast_radius": about.blast_radius[:TEXT_MAX],
                "dashboard": about.dashboard[:TEXT_MAX],
                "deploys": about.deploys[-DEPLOYS:],
                "released": about.released,
            }
        case CellConcern(model=model, cells=cells):
            return {
                "model": model,
                "cells": [
                    {
                        "intent": cell.display,
                        "slice": cell.slice_text,
                        "reason": "; ".join(page.notes[cell])[:TEXT_MAX],
                    }
                    for cell, _ in cells[:kept]
                ],
                "cells_left_out": len(cells) - kept,
            }
        case Suspects(model=model, cells=suspects, notes_per_year=notes):
            return {
                "model": model,
                "suspects": [_suspect(suspect) for suspect in suspects[:kept]],
                "suspects_left_out": len(suspects) - kept,
                "notes_per_year": notes,
            }
        case EarlySigns(model=model, notes=signs, notes_per_year=notes):
            return {
                "model": model,
                "signs": [_sign(facts) for facts in signs[:kept]],
                "signs_left_out": len(signs) - kept,
                "notes_per_year": notes,
            }
        case SinkTrouble(sink=sink, reason=reason):
            return {"sink": sink[:TEXT_MAX], "reason": reason[:TEXT_MAX]}
        case SinkRecovery(sink=sink, since=since, waited=waited):
            return {"sink": sink[:TEXT_MAX], "since": since, "waited": waited}
        case NewVersion(model=model):
            return {"model": model}
        case WeekDigest(week=week, lines=lines, url=url):
            return {
                "week": week,
                "lines": [{"heading": heading, "line": line[:TEXT_MAX]} for heading, line in lines[:kept]],
                "lines_left_out": len(lines) - kept,
                "report": url[:TEXT_MAX],
            }
        case SinkTest(member=member, false_pages_per_year=budget):
            return {
                "model": about.model,
                "members": [_member(member, page.notes)],
                "members_left_out": 0,
                "false_pages_per_year": budget,
            }


def _neighbour(neighbour: Neighbour, by: Literal["version", "slice"]) -> dict[str, Any]:
    """Another cell, named by what it differs in."""
    name = neighbour.cell.model.version if by == "version" else neighbour.cell.slice_text
    return {by: name, "live": neighbour.live, "live_support": neighbour.support}


def _member(member: MemberFacts, notes: Notes) -> dict[str, Any]:
    """One member, as `MemberFacts` has it but for the model (said once) and the tail of the misses."""
    facts: dict[str, Any] = msgspec.structs.asdict(member)
    cell = facts.pop("cell")
    del facts["starts"], facts["first_seq"], facts["intents"]  # how to look again
    facts["evidence"] = facts["evidence"] / facts.pop("pages_at")
    if member.severity is None:
        del facts["severity"]  # the notice's own
    misses = sorted(member.misses_to.items(), key=lambda item: (-item[1], item[0]))
    facts["misses_to"] = dict(misses[:MISSES_MAX])
    facts["misses_elsewhere"] = sum(count for _, count in misses[MISSES_MAX:])
    facts["caveats"] = notes[cell]
    facts["before"] = _neighbour(member.before, "version") if member.before is not None else None
    facts["siblings"] = [_neighbour(sibling, "slice") for sibling in member.siblings]
    for name in ("together", "explained"):
        if facts[name] is None:
            del facts[name]
    return {"intent": cell.display, "slice": cell.slice_text, **facts}
