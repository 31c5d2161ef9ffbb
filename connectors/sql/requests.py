"""Requests that are done once: who is doing each, and what was answered."""

import secrets
from datetime import datetime

from sqlalchemy import Engine
from typing_extensions import override

from connectors.sql.database import reading, writing
from connectors.sql.dialect import Dialect
from monitor.domain.access.requests import CLAIMED_FOR, KEPT_FOR, KeyedRequest, RequestAnswer
from monitor.domain.events.microseconds import to_us
from monitor.errors import RequestChangedError, RequestInProgressError
from monitor.review.ports import requests as ports
from monitor.review.ports.requests import Claim

_BITS = 62  # of a claim's number; nobody draws the same again


class AnsweredRequests(ports.AnsweredRequests):
    """The `AnsweredRequests` port on SQLite or PostgreSQL.

    A claim is a fence, as a partition's epoch is: whoever died with one, or slept too long, can write nothing more.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def claim(self, request: KeyedRequest, at: datetime) -> Claim | RequestAnswer:
        # Looked up first: a reader of SQLite waits for nobody, and so hears at once that it is being done.
        with reading(self._engine) as connection:
            known = _known(Dialect(connection), request, at)
        if known is not None:
            return known
        claim = Claim(request.id, secrets.randbits(_BITS))
        with writing(self._engine) as connection:
            sql = Dialect(connection)
            ours = sql.row(
                "INSERT INTO request (id, fingerprint, claim, claimed_us) VALUES (?, ?, ?, ?) ON CONFLICT (id)"
                " DO UPDATE SET fingerprint = excluded.fingerprint, claim = excluded.claim,"
                " claimed_us = excluded.claimed_us, status = NULL, body = NULL"
                " WHERE request.claimed_us <= ? OR (request.status IS NULL"
                " AND request.claimed_us <= ? AND request.fingerprint = excluded.fingerprint) RETURNING claim",
                claim.request_id,
                request.fingerprint,
                claim.number,
                to_us(at),
                to_us(at - KEPT_FOR),
                to_us(at - CLAIMED_FOR),
            )
            if ours is not None:
                return claim
            if (known := _known(sql, request, at)) is not None:  # somebody was quicker
                return known
        raise RequestInProgressError(_IN_PROGRESS)

    @override
    def keep(self, claim: Claim, answer: RequestAnswer) -> None:
        with writing(self._engine) as connection:
            kept = Dialect(connection).run(
                "UPDATE request SET status = ?, body = ? WHERE id = ? AND claim = ? AND status IS NULL",
                *answer,
                *claim,
            )
        if not kept:
            raise RequestInProgressError(_IN_PROGRESS)

    @override
    def release(self, claim: Claim) -> None:
        with writing(self._engine) as connection:
            Dialect(connection).run(
                "DELETE FROM request WHERE id = ? AND claim = ? AND status IS NULL", *claim
            )


_IN_PROGRESS = "the same request is being done just now; send it again in a while, and it has the same answer"


def _known(sql: Dialect, request: KeyedRequest, at: datetime) -> RequestAnswer | None:
    """Its answer; None where it may be claimed."""
    row = sql.row(
        "SELECT fingerprint, status, body, claimed_us FROM request WHERE id = ? AND claimed_us > ?",
        request.id,
        to_us(at - KEPT_FOR),
    )
    if row is None:
        return None
    fingerprint, status, body, claimed_us = row
    if fingerprint != request.fingerprint:
        raise RequestChangedError(
            "this Idempotency-Key was used for another request; give each request a key of its own, and the same"
            " request the same one"
        )
    if status is not None:
        return RequestAnswer(status, body)
    if claimed_us > to_us(at - CLAIMED_FOR):
        raise RequestInProgressError(_IN_PROGRESS)
    return None


def drop_old_requests(engine: Engine, now: datetime) -> int:
    """Forget requests that nobody is answered from any more; how many."""
    with writing(engine) as connection:
        return Dialect(connection).run("DELETE FROM request WHERE claimed_us <= ?", to_us(now - KEPT_FOR))
