"""Requests as PagerDuty and Slack send them, signed."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from tests.connectors.web.rooms import NOW

SECRET = "s3cret-of-the-hook"


def pagerduty_event(
    kind: str, data: dict[str, Any], event_id: str = "01E1", by: str = "user_reference"
) -> bytes:
    """As "Webhooks v3 overview" shows it."""
    event = {
        "id": event_id,
        "event_type": kind,
        "resource_type": "incident",
        "occurred_at": NOW.isoformat().replace("+00:00", "Z"),
        "agent": {"html_url": None, "id": "PUSER", "summary": "Ana Kovač", "type": by},
        "client": None,
        "data": data,
    }
    return json.dumps({"event": event}).encode()


def pagerduty_headers(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={digest}", "Content-Type": "application/json"}


def slack_action(action: str, key: str, **more: Any) -> bytes:  # noqa: ANN401
    """As "block_actions payload" shows it."""
    payload = {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ana", "name": "ana.kovac", "team_id": "T1"},
        "trigger_id": "12321423423.333649436676.d8c1",
        "response_url": "https://hooks.slack.com/actions/T1/1/x",
        "actions": [{"action_id": f"anchorwatch.{action}", "block_id": f"anchorwatch:{key}", **more}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def slack_headers(body: bytes, secret: str = SECRET, seconds: int | None = None) -> dict[str, str]:
    sent_at = str(int(NOW.timestamp()) if seconds is None else seconds)
    digest = hmac.new(secret.encode(), f"v0:{sent_at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Signature": f"v0={digest}",
        "X-Slack-Request-Timestamp": sent_at,
        "Content-Type": "application/x-www-form-urlencoded",
    }
