"""Who may send to the watch room of their own accord, by the secrets of the configuration."""

from collections.abc import Sequence

import msgspec
import structlog

from connectors.secrets import read_secret
from connectors.sinks.http import Http
from connectors.sql.incidents.elsewhere import IncidentsElsewhere
from connectors.standard_webhooks import signing_key
from connectors.web.hooks.labels import HeardSender
from connectors.web.hooks.routes import Heeded
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.errors import ConfigError, DeliveryError
from monitor.settings.web_hooks import SECRET_MIN, HookSettings, LabelSender, Signed

log = structlog.get_logger(__name__)


def heeded(stores: Stores) -> Heeded:
    """Those who are configured.

    Raises:
        ConfigError: a file with a secret cannot be read, or what is in it can be guessed.
    """
    hooks, http = stores.settings.web.hooks, stores.settings.http

    def reply(url: str, words: str) -> None:
        message = msgspec.json.encode({"response_type": "ephemeral", "text": words})
        try:
            client = Http(now, timeout_s=http.timeout_seconds, allowed_hosts=http.allowed_hosts)
            client.post_json(url, message)
        except DeliveryError as err:
            log.warning("who pressed a button in Slack could not be answered", why=str(err))

    return Heeded(
        IncidentsElsewhere(stores.engine),
        reply,
        now,
        pagerduty=_secrets("pagerduty", hooks.pagerduty),
        slack=_secrets("slack", hooks.slack),
        senders=[_sender(at, each) for at, each in enumerate(hooks.label_senders)],
    )


def _sender(at: int, given: LabelSender) -> HeardSender:
    where = f"labels.sources[{at}]"
    secrets = _secrets(where, given)
    return HeardSender(
        given.name,
        given.signature,
        secrets,
        [signing_key(f"web.hooks.{where}", secret) for secret in secrets]
        if given.signature is Signed.STANDARD
        else (),
        given.header,
        given.question if given.format == "label-studio" else None,
        given.project,
    )


def _secrets(name: str, hook: HookSettings | None) -> Sequence[str]:
    if hook is None:
        return ()
    secrets = [secret.get_secret_value() for secret in hook.secrets]
    if hook.secret_file is not None:
        key = f"web.hooks.{name}.secret_file"
        secret = read_secret(key, hook.secret_file)
        if len(secret) < SECRET_MIN:
            said = f"what is in {hook.secret_file} has {len(secret)} characters, which are guessed"
            raise ConfigError([f"{key}: {said}; give {SECRET_MIN} or more"])
        secrets.append(secret)
    return secrets
