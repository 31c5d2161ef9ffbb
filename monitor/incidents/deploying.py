"""Use case 5, beside silences: what went live, and for how long nobody wants to hear of what it shakes."""

from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.domain.incidents.deploys import Deploy
from monitor.domain.telling.silences import Silence
from monitor.errors import ConfigError
from monitor.incidents.ports.deploys import DeployStore
from monitor.incidents.ports.silences import SilenceStore

TEXT_MAX = 500
NAME_MAX = 255
AHEAD = timedelta(days=1)  # a deploy is noted when it happens: further ahead is a slip
MUTE_MAX = timedelta(days=1)


class NewDeploy(NamedTuple):
    """What a person says of a deploy; `model` and `version` are "" where they do not say it."""

    text: str
    author: str
    at: datetime
    model: str = ""
    version: str = ""
    mute: timedelta | None = None


def note_deploy(
    deploys: DeployStore, silences: SilenceStore, new: NewDeploy, now: datetime
) -> tuple[Deploy, Silence | None]:
    """Keep a deploy. With `mute`, its cells are silenced from it on for as long; that ends by itself.

    Raises:
        ConfigError: text, author, time or mute will not do; nothing is kept.
    """
    problems = []
    if not new.text.strip():
        problems.append('TEXT: say what went live, such as "new tokenizer"')
    if len(new.text) > TEXT_MAX:
        problems.append(f"TEXT: is longer than {TEXT_MAX} characters; say it in fewer")
    problems += [
        f"{option}: is longer than {NAME_MAX} characters"
        for option, name in (("--model", new.model), ("--version", new.version))
        if len(name) > NAME_MAX
    ]
    if not new.author.strip():
        problems.append("--by: say who notes it")
    if new.at > now + AHEAD:
        problems.append(
            f"--at: {new.at:%Y-%m-%d %H:%M} UTC is more than a day ahead; note it when it happens"
        )
    if new.mute is not None:
        if new.mute > MUTE_MAX:
            problems.append("--mute: lasts a day at most; for longer use `anchorwatch silence add`")
        if new.at + new.mute <= now:
            problems.append(
                f"--mute: would have ended at {new.at + new.mute:%Y-%m-%d %H:%M} UTC; leave it out"
            )
    if problems:
        raise ConfigError(problems)
    muted = None
    if new.mute is not None:
        matchers = {"model": new.model or "*"} | ({"version": new.version} if new.version else {})
        muted = silences.add(matchers, new.author, f"deploy: {new.text}", max(new.at, now), new.at + new.mute)
    return deploys.add(new.text, new.author, new.at, new.model, new.version), muted
