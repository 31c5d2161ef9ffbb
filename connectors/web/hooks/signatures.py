"""Whether a request is from whom it says: PagerDuty's and Slack's signatures.

Sources: PagerDuty's docs, "Verifying Signatures" (webhooks v3); Slack's docs, "Verifying requests from Slack".
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

SLACK_AGE_MAX = timedelta(minutes=5)


def is_from_pagerduty(secrets: Iterable[str], body: bytes, header: str) -> bool:
    """Whether one of the signatures in `X-PagerDuty-Signature` was made with one of our secrets."""
    shown = [each.strip() for each in header.split(",")]
    expected = [f"v1={_hex(secret, body)}" for secret in secrets]
    return any(_same(one, other) for one in shown for other in expected)


def is_from_slack(secrets: Iterable[str], body: bytes, header: str, sent_at: str, now: datetime) -> bool:
    """Whether `X-Slack-Signature` was made with a secret of ours, near now by `X-Slack-Request-Timestamp`."""
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) < 12):
        return False
    if abs(now.timestamp() - int(sent_at)) > SLACK_AGE_MAX.total_seconds():
        return False
    content = f"v0:{sent_at}:".encode() + body
    return any(_same(header.strip(), f"v0={_hex(secret, content)}") for secret in secrets)


def _hex(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
