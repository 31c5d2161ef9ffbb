"""Use case 6: a person's rows go, the tallies follow, and a receipt says what we can't reach."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from monitor.archive.ports import ErasedInArchive
from monitor.domain.events.subjects import subject_hash
from monitor.erase.ports import ArchiveReceipt, ErasableArchive, ErasureStore, Receipt
from monitor.errors import ConfigError, UnavailableError


def erase(
    store: ErasureStore,
    prediction_ids: Sequence[str],
    subject: str | None,
    key: str | None,
    out_of_reach: Sequence[str],
    now: datetime,
    archive: ErasableArchive | None = None,
) -> Receipt:
    """Erase predictions by id, or all of one person, with their labels, outcomes and share of every tally.

    The database comes first, so that nobody archives what is erased; then the archive. Where that is out of reach the
    receipt says so, and the same erasure again completes it.

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
    subjects = {} if hashed is None else {hashed: now}
    known: Set[str] = frozenset()
    problem = None
    if archive is not None:
        try:
            known = archive.ids_of(subjects)
        except (ConfigError, UnavailableError) as err:
            problem = str(err)
    removed = store.erase(sorted({*prediction_ids, *known}), hashed, now)
    asked = [f"{len(prediction_ids)} prediction ids"] if prediction_ids else []
    asked += ["one subject"] if subject is not None else []
    done, problem = _from_archive(archive, removed.prediction_ids, subjects, problem)
    return Receipt(
        at=now,
        asked_for=" and ".join(asked),
        predictions=len(removed.held | done.prediction_ids),
        in_database=len(removed.held),
        removed=removed.rows,
        remembered=removed.fingerprints,
        overwritten=removed.overwritten,
        out_of_reach=out_of_reach,
        archive=None
        if archive is None
        else ArchiveReceipt(archive.url, done.files, len(done.prediction_ids), problem),
    )


def _from_archive(
    archive: ErasableArchive | None,
    ids: Sequence[str],
    subjects: Mapping[str, datetime],
    problem: str | None,
) -> tuple[ErasedInArchive, str | None]:
    """What was left out of the archive; and the problem, or why it could not be."""
    if archive is not None and problem is None:
        try:
            return archive.erase(ids, subjects), None
        except (ConfigError, UnavailableError) as err:
            problem = str(err)
    return ErasedInArchive([], frozenset()), problem
