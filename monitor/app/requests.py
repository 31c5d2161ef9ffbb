"""A request that is done once: what it does and its answer are saved together."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from connectors.sql.database import atomic
from connectors.sql.requests import AnsweredRequests
from monitor.app.clock import now
from monitor.app.oncall_stores import OnCallStores
from monitor.app.patience import patiently
from monitor.domain.access.requests import RequestAnswer
from monitor.errors import AnchorwatchError, ChangedMeanwhileError, ConfigError
from monitor.review.ports.requests import Claim
from monitor.review.ports.writing import AskedWrite, Done

REFUSED = (ConfigError, ChangedMeanwhileError)
"""Why something is not done that would not be done the next time either."""


def once(
    stores: OnCallStores, asked: AskedWrite[Done], do: Callable[[], Done], *, evaluation: bool = False
) -> RequestAnswer:
    """Do it in one transaction, or give the answer of when it was done. A refusal is kept, too.

    An `evaluation` has the lease, for which it waits.

    Raises:
        Exception: as `Writer` has it. Nothing was done then, or all of it with its answer: asking again tells.
    """
    requests = AnsweredRequests(stores.engine)
    claim = requests.claim(asked.key, now()) if asked.key is not None else None
    if isinstance(claim, RequestAnswer):
        return claim
    try:
        return patiently(partial(_whole, stores, requests, claim, asked, do, evaluation=evaluation))
    except REFUSED as refusal:
        if claim is None:
            raise
        answer = asked.refused(refusal)
        requests.keep(claim, answer)
        return answer
    except BaseException:
        if claim is not None:
            with suppress(AnchorwatchError):  # else it is free again in a minute
                requests.release(claim)
        raise


def _whole(
    stores: OnCallStores,
    requests: AnsweredRequests,
    claim: Claim | None,
    asked: AskedWrite[Done],
    do: Callable[[], Done],
    *,
    evaluation: bool,
) -> RequestAnswer:
    with atomic(stores.engine, evaluation=evaluation):
        answer = asked.answered(do())
        if claim is not None and asked.keeps(answer):
            requests.keep(claim, answer)
        elif claim is not None:
            requests.release(claim)
    return answer
