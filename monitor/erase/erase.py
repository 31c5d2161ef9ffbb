"""Use case 6: a person's rows go, the tallies follow, and a receipt says what we can't reach."""

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.events.subjects import subject_hash
from monitor.erase.ports import ErasureStore, Receipt
from monitor.errors import ConfigError


def erase(
    store: ErasureStore,
    prediction_ids: Sequence[str],
    subject: str | None,
    key: str | None,
    out_of_reach: Sequence[str],
    now: datetime,
) -> Receipt:
    """Erase predictions by id, or all of one person, with their labels, outcomes and share of every tally.

    Raises:
        ConfigError: a subject was named, but without a key subjects were never stored.
        LeaseHeldError: an evaluation is going on; try again.
    """
    if subject is not None and key is None:
        raise ConfigError(
            [
                "privacy.subject_key: not set, so subjects were never stored; erase by --prediction-id instead,"
                " and set the key if you want to erase by subject from now on"
            ]
        )
    hashed = subject_hash(subject, key) if subject is not None and key is not None else None
    removed = store.erase(prediction_ids, hashed, now)
    asked = [f"{len(prediction_ids)} prediction ids"] if prediction_ids else []
    asked += ["one subject"] if subject is not None else []
    return Receipt(
        at=now,
        asked_for=" and ".join(asked),
        # Retention may have dropped a prediction whose outcome was kept.
        predictions=max(removed.rows.get("predictions", 0), removed.rows.get("outcomes", 0)),
        removed=removed.rows,
        remembered=removed.fingerprints,
        overwritten=removed.overwritten,
        out_of_reach=out_of_reach,
    )
