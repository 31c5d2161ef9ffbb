"""Labels that a help desk or a labelling tool sends of its own accord: `/hooks/labels/NAME`, each sender as it signs.

A message that names itself is done once, however often it is sent; the answer is that of the API (docs/api.md), which
the other side keeps in its log of deliveries. Sources for what names a message: the specification of Standard
Webhooks; Zendesk's and Atlassian's docs on webhooks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec
from fastapi.exceptions import RequestValidationError
from typing_extensions import override

from connectors import standard_webhooks
from connectors.web.api.labels import answered_labels, labels_in
from connectors.web.api.problems import PROBLEMS, ProblemDetails, type_of
from connectors.web.hooks.heard import ignored
from connectors.web.hooks.label_studio import read_message
from connectors.web.hooks.signatures import is_from_hub, is_from_zendesk, is_recent, shows_secret
from monitor.domain.access.requests import KEY_MAX, KeyedRequest, RequestAnswer
from monitor.domain.labelling.heard import HeardLabels
from monitor.errors import AnchorwatchError
from monitor.review.ports.writing import AskedWrite, Writer
from monitor.settings.web_hooks import Signed, labels_address

_NAMED_BY = {
    Signed.STANDARD: standard_webhooks.ID,
    Signed.ZENDESK: "x-zendesk-webhook-invocation-id",
    Signed.HUB: "x-atlassian-webhook-identifier",
}
"""The header with the id of a message, the same at every attempt; whoever signs nothing has none."""


class HeardSender(NamedTuple):
    """Somebody who sends labels: how they sign, with which secrets (or in which `header` they show one).

    A `question` is that of a labelling tool whose annotations they are, called `project` where that is not "".
    """

    name: str
    signed: Signed
    secrets: Sequence[str]
    keys: Sequence[bytes]
    header: str
    question: str | None = None
    project: str = ""

    @override
    def __repr__(self) -> str:
        return f"HeardSender({self.name!r})"  # it holds secrets

    @property
    def address(self) -> str:
        """Where they send to."""
        return labels_address(self.name)


def is_from(sender: HeardSender, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a message is this sender's, and no old one sent again. `headers` are by their names in small letters."""
    match sender.signed:
        case Signed.STANDARD:
            name, at = headers.get(standard_webhooks.ID, ""), headers.get(standard_webhooks.TIMESTAMP, "")
            shown = headers.get(standard_webhooks.SIGNATURE, "")
            return is_recent(at, now) and standard_webhooks.is_signed(sender.keys, name, at, shown, body)
        case Signed.ZENDESK:
            shown = headers.get("x-zendesk-webhook-signature", "")
            at = headers.get("x-zendesk-webhook-signature-timestamp", "")
            return is_from_zendesk(sender.secrets, body, shown, at, now)
        case Signed.HUB:
            return is_from_hub(sender.secrets, body, headers.get("x-hub-signature", ""))
        case Signed.HEADER:
            return shows_secret(sender.secrets, headers.get(sender.header.lower(), ""))


def hear_labels(
    sender: HeardSender, headers: Mapping[str, str], body: bytes, writer: Writer
) -> RequestAnswer:
    """Take in the labels of a message that `is_from` this sender.

    Raises:
        RequestValidationError, msgspec.DecodeError: it cannot be read.
        RequestInProgressError, UnavailableError: it was not done, and is to be sent again.
        RequestChangedError: another message had this id.
    """
    name = headers.get(_NAMED_BY.get(sender.signed, ""), "")
    if len(name) > KEY_MAX:
        words = f"the id of a message may have {KEY_MAX} characters"
        raise RequestValidationError([{"type": "value_error", "loc": ("header",), "msg": words}])
    key = KeyedRequest(f"sender {sender.name}", sender.address, name, body) if name else None
    refused = partial(_refused, sender.address)
    if sender.question is not None:
        heard = read_message(body, sender.question, sender.project)
        if heard is None:
            return ignored("it is about no annotation")
        answered = partial(_heard, sender)
        asked = AskedWrite(key, answered, refused, keeps=_is_final)
        return writer.annotations(asked, heard, sender.name)
    labels = labels_in(body)
    worded = partial(answered_labels, alone=labels.alone, address=sender.address)
    asked_labels = AskedWrite(key, worded, refused, keeps=_is_final)
    return writer.labels(asked_labels, labels.events, sender.name)


def _is_final(answer: RequestAnswer) -> bool:
    """Labels that were refused are taken in when they are sent again after the map, or an intent, was mended."""
    return answer.status != PROBLEMS["labels_refused"].status


def _heard(sender: HeardSender, done: HeardLabels) -> RequestAnswer:
    """As of any labels; where nothing was a label, why not."""
    if len(done.no_label) < done.posted.labels or done.posted.refused:
        posted = done.posted
        # Where something lies in our event, which is made of theirs, says nothing of a place in their message.
        refused = [msgspec.structs.replace(each, field="") for each in posted.refused]
        placeless = msgspec.structs.replace(posted, refused=refused)
        return answered_labels(placeless, alone=posted.labels == 1, address=sender.address)
    why = ", ".join(dict.fromkeys(each.value for each in done.no_label)) or "no label was made of it"
    return ignored(why)


def _refused(address: str, refusal: AnchorwatchError) -> RequestAnswer:
    kind = PROBLEMS["conflict"]
    said = ProblemDetails(type_of("conflict"), kind.title, kind.status, str(refusal), address, "conflict")
    return RequestAnswer(kind.status, msgspec.json.encode(said).decode())
