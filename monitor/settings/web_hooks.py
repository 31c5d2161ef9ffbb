"""Who may send to `/hooks/…` of the watch room: what people do elsewhere about an incident, and labels."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from monitor.settings.mapped import LabelMap
from monitor.settings.mapping_rules import map_problems
from monitor.settings.section import Section


class HookSettings(Section):
    """The secrets that the other side signs with; any of them will do, so that they can be changed one by one."""

    secrets: tuple[SecretStr, ...] = ()
    secret_file: Path | None = None


class Signed(StrEnum):
    """How a sender of labels shows who it is."""

    STANDARD = "standard"  # Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature
    ZENDESK = "zendesk"  # X-Zendesk-Webhook-Signature with its timestamp
    HUB = "hub"  # X-Hub-Signature, as Jira Cloud and WebSub have it
    HEADER = "header"  # nothing is signed: the secret itself, in a header of its own


SECRET_MIN = 16  # characters; PagerDuty, Slack and Zendesk make theirs longer
SECRET_HEADER = "X-Anchorwatch-Secret"  # noqa: S105 - the name of a header


def labels_address(name: str) -> str:
    """Where a sender of labels sends them."""
    return f"/hooks/labels/{name}"


class LabelSender(HookSettings):
    """Who sends labels to `/hooks/labels/NAME`, and what they look like.

    `map` says where in a message the fields of a label are; without one they have the shape of docs/events.md. With
    `format: label-studio` they are Label Studio's annotations: of its tag `question`, of the project by its own number
    or as `project` calls it. `header` holds the secret of a sender that signs nothing.
    """

    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,39}$")]
    signature: Signed
    header: Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,100}$")] = SECRET_HEADER
    format: Literal["json", "label-studio"] = "json"
    map: LabelMap | None = None
    question: str = "intent"
    project: str = ""

    @property
    def address(self) -> str:
        """Where it sends to: the topic of its labels, too."""
        return labels_address(self.name)


class LabelHooks(Section):
    """Who sends labels of their own accord."""

    sources: tuple[LabelSender, ...] = Field(min_length=1)


class HooksSettings(Section):
    """Who may send to `/hooks/…` of the watch room; nobody else is heard there.

    `pagerduty`: the secret of a webhook subscription (version 3). `slack`: the signing secret of a Slack app. `labels`:
    whoever sends labels.
    """

    pagerduty: HookSettings | None = None
    slack: HookSettings | None = None
    labels: LabelHooks | None = None

    @property
    def label_senders(self) -> tuple[LabelSender, ...]:
        """Everybody who sends labels."""
        return () if self.labels is None else self.labels.sources


def hook_problems(hooks: HooksSettings) -> list[str]:
    """Every broken rule as "key: what is wrong; what to do"."""
    given = {"pagerduty": hooks.pagerduty, "slack": hooks.slack}
    named = {name: hook for name, hook in given.items() if hook is not None}
    named |= {f"labels.sources[{at}]": each for at, each in enumerate(hooks.label_senders)}
    problems = [
        f"web.hooks.{name}: anybody could write there; give secrets or secret_file"
        for name, hook in named.items()
        if not hook.secrets and hook.secret_file is None
    ]
    for name, hook in named.items():
        problems += _secret_problems(f"web.hooks.{name}", hook)
    problems += _project_problems(hooks.label_senders)
    names = [each.name for each in hooks.label_senders]
    for at, each in enumerate(hooks.label_senders):
        where = f"web.hooks.labels.sources[{at}]"
        if each.name in names[:at]:
            problems.append(f"{where}.name: {each.name} is another's, too; give each a name of its own")
        problems += _sender_problems(where, each)
    return problems


def _secret_problems(where: str, hook: HookSettings) -> Iterator[str]:
    """What is wrong with secrets, without a word of them."""
    for at, each in enumerate(hook.secrets):
        secret = each.get_secret_value()
        if secret != secret.strip():
            yield f"{where}.secrets[{at}]: has white space around it; take it away"
        elif len(secret) < SECRET_MIN:
            yield f"{where}.secrets[{at}]: has {len(secret)} characters, which are guessed; give {SECRET_MIN} or more"


def _project_problems(senders: Sequence[LabelSender]) -> Iterator[str]:
    """Two servers may number their projects alike, and ids of labels begin with the project."""
    studios = [(at, each.project) for at, each in enumerate(senders) if each.format == "label-studio"]
    projects = [project for _, project in studios]
    for at, project in studios:
        if len(studios) > 1 and (not project or projects.count(project) > 1):
            yield (
                f"web.hooks.labels.sources[{at}].project: of several label-studio senders each needs a project that no"
                " other has, or their annotations would take each other's place; name it"
            )


def _sender_problems(where: str, sender: LabelSender) -> Iterator[str]:
    if sender.header != SECRET_HEADER and sender.signature is not Signed.HEADER:
        yield f"{where}.header: has no effect on signature {sender.signature}; remove it"
    if sender.header.lower() in ("authorization", "cookie", "host", "origin", "content-type"):
        yield f"{where}.header: {sender.header} means something else; name one of its own, such as {SECRET_HEADER}"
    if sender.format != "label-studio":
        for key in ("question", "project"):
            if getattr(sender, key) != LabelSender.model_fields[key].default:
                yield f"{where}.{key}: has no effect on format {sender.format}; remove it"
    elif sender.map is not None:
        yield f"{where}.map: has no effect on label-studio, which says itself what it is; remove it"
    if ":" in sender.project:
        yield f"{where}.project: a colon ends it in a label's id; call it something without one"
    if sender.map is not None:
        yield from map_problems(f"{where}.map", sender.map)
