"""Who may enter the watch room: tokens made and taken back, and what the doctor says of the door."""

import secrets
from collections.abc import Sequence

from connectors.files.tokens import TokensFile
from monitor.app.clock import now
from monitor.app.findings import CheckResult, CheckStatus
from monitor.domain.access.tokens import PREFIX, HeldToken, digest
from monitor.domain.access.visitor import RoomRole
from monitor.errors import ConfigError, NotFoundError
from monitor.settings.settings import Settings
from monitor.settings.web import ProxySettings, WebSettings, is_loopback

_BYTES = 32  # 256 bits: nobody can try them all


def add_token(settings: Settings, name: str, role: RoomRole) -> str:
    """Let a person in; their token, which nobody can read again.

    Raises:
        ConfigError: there is no file for it, the name will not do or is taken, or the file can't be written.
    """
    if name != name.strip() or not name or not name.isprintable() or len(name) > 100:
        raise ConfigError(["NAME: write a name of 1 to 100 characters that print, without spaces around it"])
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    tokens_of(settings).add(HeldToken(name, role, digest(token), now().replace(microsecond=0)))
    return token


def remove_token(settings: Settings, name: str) -> None:
    """Let a person in no more: their sessions end at once, too.

    Raises:
        NotFoundError: nobody of that name has a token.
        ConfigError: there is no file, or it can't be written.
    """
    tokens = tokens_of(settings)
    tokens.read()
    if not tokens.remove(name):
        raise NotFoundError([f"nobody called {name!r} has a token; `anchorwatch token list`"])


def tokens_of(settings: Settings) -> TokensFile:
    """The tokens of the configured file.

    Raises:
        ConfigError: none is configured.
    """
    if settings.web.tokens_file is None:
        raise ConfigError(
            ["web.tokens_file: is not set; name the file that keeps who may enter, such as tokens.yaml"]
        )
    return TokensFile(settings.web.tokens_file)


def entering(settings: Settings) -> Sequence[CheckResult]:
    """Who may enter, and how."""
    web = settings.web
    if not web.asks_who:
        detail = f"at {web.host} alone, for whoever uses this machine; it asks nobody who they are"
        return [CheckResult("watch room", CheckStatus.GOOD, detail)]
    findings = []
    if web.proxy is not None and web.proxy.header:
        findings.append(CheckResult("watch room", CheckStatus.GOOD, _by_proxy(web.proxy)))
    if web.tokens_file is not None:
        findings.append(_by_tokens(web, tokens_of(settings)))
    return findings


def _by_proxy(proxy: ProxySettings) -> str:
    acting = [group for group, role in proxy.groups.items() if role is RoomRole.RESPONDER]
    who = [f"those in {', '.join(acting)}"] if acting else []
    who += ["everybody else"] if proxy.role is RoomRole.RESPONDER else []
    return (
        f"whom the proxy at {', '.join(proxy.addresses)} names in {proxy.header};"
        f" {' and '.join(who) or 'nobody'} may act on incidents"
    )


def _by_tokens(web: WebSettings, tokens: TokensFile) -> CheckResult:
    try:
        held = tokens.read().tokens
    except ConfigError as err:
        return CheckResult("watch room", CheckStatus.BAD, str(err), "until then nobody enters with a token")
    if not held:
        return CheckResult(
            "watch room",
            CheckStatus.WARNING,
            f"{web.tokens_file} has no token, so nobody enters with one",
            "anchorwatch token add NAME --role responder",
        )
    acting = sum(token.role is RoomRole.RESPONDER for token in held)
    detail = f"{len(held)} with a token of {web.tokens_file}, of whom {acting} may act on incidents"
    if not is_loopback(web.host) and not web.url.startswith("https:"):
        return CheckResult(
            "watch room",
            CheckStatus.WARNING,
            f"{detail}; tokens travel as they are, where everybody on the way can read them",
            "put a proxy with TLS before it, and set web.url to its https address",
        )
    return CheckResult("watch room", CheckStatus.GOOD, detail)
