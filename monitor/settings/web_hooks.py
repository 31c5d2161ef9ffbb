"""Where what people do elsewhere about an incident comes back in: PagerDuty's webhooks and Slack's buttons."""

from pathlib import Path

from pydantic import SecretStr

from monitor.settings.section import Section


class HookSettings(Section):
    """The secrets that the other side signs with; any of them will do, so that they can be changed one by one."""

    secrets: tuple[SecretStr, ...] = ()
    secret_file: Path | None = None


class HooksSettings(Section):
    """Who may send to `/hooks/…` of the watch room; nobody else is heard there.

    `pagerduty`: the secret of a webhook subscription (version 3). `slack`: the signing secret of a Slack app.
    """

    pagerduty: HookSettings | None = None
    slack: HookSettings | None = None


def hook_problems(hooks: HooksSettings) -> list[str]:
    """Every broken rule as "key: what is wrong; what to do"."""
    return [
        f"web.hooks.{name}: anybody could write there; give secrets or secret_file"
        for name, hook in (("pagerduty", hooks.pagerduty), ("slack", hooks.slack))
        if hook is not None and not hook.secrets and hook.secret_file is None
    ]
