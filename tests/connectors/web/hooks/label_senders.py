"""Messages with labels, as each kind of sender signs them."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from connectors.standard_webhooks import signing_key
from connectors.web.hooks.labels import HeardSender
from monitor.settings.web_hooks import SECRET_HEADER, Signed
from tests.connectors.web.rooms import NOW

KEY = base64.b64encode(b"k" * 24).decode()
STANDARD, OLDER = f"whsec_{KEY}", "whsec_" + base64.b64encode(b"o" * 24).decode()
SECRET = "s3cret-of-the-sender"


def sender(signed: Signed, name: str = "", **changes: Any) -> HeardSender:  # noqa: ANN401
    """A sender of a kind, with an older secret, too."""
    secrets = (OLDER, STANDARD) if signed is Signed.STANDARD else ("an older secret", SECRET)
    keys = [signing_key("here", each) for each in secrets] if signed is Signed.STANDARD else ()
    given = HeardSender(name or signed.value, signed, secrets, keys, SECRET_HEADER)
    return given._replace(**changes)


def headers_of(
    signed: Signed, body: bytes, secret: str = "", at: datetime = NOW, message: str = "msg_1"
) -> Mapping[str, str]:
    """What a sender of a kind shows; standard signatures are the reference implementation's."""
    secret = secret or (STANDARD if signed is Signed.STANDARD else SECRET)
    match signed:
        case Signed.STANDARD:
            return {
                "Webhook-Id": message,
                "Webhook-Timestamp": str(int(at.timestamp())),
                "Webhook-Signature": Webhook(secret).sign(message, at, body.decode()),
            }
        case Signed.ZENDESK:
            stamp = at.isoformat().replace("+00:00", "Z")
            digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
            return {
                "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
                "X-Zendesk-Webhook-Signature-Timestamp": stamp,
                "X-Zendesk-Webhook-Invocation-Id": message,
            }
        case Signed.HUB:
            hexed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            return {"X-Hub-Signature": f"sha256={hexed}", "X-Atlassian-Webhook-Identifier": message}
        case Signed.HEADER:
            return {SECRET_HEADER: secret}
