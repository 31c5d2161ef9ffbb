"""Whether a request is from whom it says: what each system signs, or shows.

Sources: PagerDuty's docs, "Verifying Signatures" (webhooks v3); Slack's docs, "Verifying requests from Slack";
Zendesk's docs, "Verifying webhooks"; Atlassian's docs, "Webhooks" (Jira Cloud), which follows WebSub.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

AGE_MAX = timedelta(minutes=5)
"""A signed time farther from our clock than that is an old request, sent again by somebody who saw it."""


def is_from_pagerduty(secrets: Iterable[str], body: bytes, header: str) -> bool:
    """Whether one of the signatures in `X-PagerDuty-Signature` was made with one of our secrets."""
    shown = [each.strip() for each in header.split(",")]
    expected = [f"v1={_hex(secret, body)}" for secret in secrets]
    return any(_same(one, other) for one in shown for other in expected)


def is_from_slack(secrets: Iterable[str], body: bytes, header: str, sent_at: str, now: datetime) -> bool:
    """Whether `X-Slack-Signature` was made with a secret of ours, near now by `X-Slack-Request-Timestamp`."""
    if not is_recent(sent_at, now):
        return False
    content = f"v0:{sent_at}:".encode() + body
    return any(_same(header.strip(), f"v0={_hex(secret, content)}") for secret in secrets)


def is_from_zendesk(secrets: Iterable[str], body: bytes, header: str, sent_at: str, now: datetime) -> bool:
    """Whether `X-Zendesk-Webhook-Signature` was made with a secret of ours, near now by its timestamp (ISO 8601)."""
    try:
        at = datetime.fromisoformat(sent_at)
    except ValueError:
        return False
    if at.tzinfo is None or abs(now - at) > AGE_MAX:
        return False
    content = sent_at.encode() + body
    digests = [hmac.new(secret.encode(), content, hashlib.sha256).digest() for secret in secrets]
    return any(_same(header.strip(), base64.b64encode(digest).decode()) for digest in digests)


def is_from_hub(secrets: Iterable[str], body: bytes, header: str) -> bool:
    """Whether `X-Hub-Signature` was made with a secret of ours. It signs no time."""
    return any(_same(header.strip(), f"sha256={_hex(secret, body)}") for secret in secrets)


def shows_secret(secrets: Iterable[str], header: str) -> bool:
    """Whether a header holds one of our secrets; one that is not there holds none."""
    return bool(header) and any(_same(header, secret) for secret in secrets)


def is_recent(sent_at: str, now: datetime) -> bool:
    """Whether a time in seconds since 1970 is near now."""
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) < 12):
        return False
    return abs(now.timestamp() - int(sent_at)) <= AGE_MAX.total_seconds()


def _hex(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
