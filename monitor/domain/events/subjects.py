"""Ids that may be about a person in, what may be stored of them out."""

from hashlib import blake2b, sha256

SUBJECT = "subject"  # the event's own field for a person


def fingerprint(prediction_id: str) -> str:
    """What is remembered of an erased prediction: enough to know its id again, not to tell it.

    >>> fingerprint("018f-1")[:8]
    'e413aed2'
    """
    return sha256(prediction_id.encode()).hexdigest()


def subject_hash(subject: str, key: str) -> str:
    """A person's id as it is stored: keyed, so that nobody without the key can try out names.

    >>> subject_hash("ann", "k1") == subject_hash("ann", "k2")
    False
    """
    return blake2b(subject.encode(), key=sha256(key.encode()).digest(), digest_size=16).hexdigest()


def annotator_hash(annotator: str, key: str) -> str:
    """Who gave a label, as it is stored: keyed, and another hash than that of a person's ticket of the same name.

    >>> len(annotator_hash("ann", "k1")), annotator_hash("ann", "k1") == subject_hash("ann", "k1")[:16]
    (16, False)
    """
    keyed = sha256(key.encode()).digest()
    return blake2b(annotator.encode(), key=keyed, digest_size=8, person=b"annotator").hexdigest()


def customer_number(hashed: str) -> int:
    """What stands for a person beside each of their tickets: 63 bits of the stored hash, as a whole number.

    >>> customer_number("ffffffffffffffff0000000000000000") == 2**63 - 1
    True
    """
    return int(hashed[:16], 16) >> 1
