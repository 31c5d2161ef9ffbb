"""Several addresses are sent to at the same time, so that one of them that is slow holds up no other."""

from collections.abc import Callable, Sequence
from threading import Thread

from monitor.errors import DeliveryError


def at_once(sends: Sequence[Callable[[], object]]) -> None:
    """Do all of it, each in a thread of its own that no shutdown waits for.

    Raises:
        DeliveryError: some did not succeed. It may be tried again if one of them may; it disables if all of them do.
        Exception: what else went wrong with one of them.
    """
    failures: list[Exception] = []

    def run(send: Callable[[], object]) -> None:
        try:
            send()
        except Exception as failure:  # noqa: BLE001 - raised where it is waited for
            failures.append(failure)

    threads = [Thread(target=run, args=(send,), daemon=True) for send in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        if not isinstance(failure, DeliveryError):
            raise failure
    refused = [failure for failure in failures if isinstance(failure, DeliveryError)]
    if refused:
        raise DeliveryError(
            "; ".join(err.reason for err in refused),
            retryable=any(err.retryable for err in refused),
            retry_after_s=max((err.retry_after_s or 0.0 for err in refused), default=0.0) or None,
            disables=len(refused) == len(sends) and all(err.disables for err in refused),
        )
