"""What is kept of tickets' texts: descriptors in numbers, and the text where the configuration keeps it."""

from collections.abc import Mapping

import msgspec

from connectors.dialect import Dialect
from monitor.domain.descriptors import Description, Descriptors

_encode = msgspec.json.encode
_numbers = msgspec.json.Decoder(Descriptors)
_shares = msgspec.json.Decoder(dict[str, float])


def promised_intents(sql: Dialect) -> list[str]:
    """The intents that any anchor measured: those whose own words are looked for."""
    return [row[0] for row in sql.rows("SELECT DISTINCT intent FROM promise ORDER BY intent")]


def note_descriptions(sql: Dialect, descriptions: Mapping[str, Description]) -> None:
    """Remember what new predictions' texts look like."""
    sql.many(
        "INSERT INTO description (prediction_id, descriptors, own_words, text) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (prediction_id) DO NOTHING",
        [
            (prediction_id, numbers(one.descriptors), _encode(one.own_words).decode(), one.text)
            for prediction_id, one in sorted(descriptions.items())
        ],
    )


def numbers(descriptors: Descriptors) -> str:
    """Descriptors as they are stored: their values, in the order of `monitor.domain.descriptors.NAMES`."""
    return _encode(descriptors).decode()


def descriptors_of(stored: str | None) -> Descriptors | None:
    """Stored descriptors; None where a ticket came without a text."""
    return _numbers.decode(stored) if stored else None


def description_of(stored: str | None, own_words: str | None, text: str | None) -> Description | None:
    """A stored description; None where a ticket came without a text."""
    seen = descriptors_of(stored)
    return Description(seen, _shares.decode(own_words) if own_words else {}, text) if seen else None
