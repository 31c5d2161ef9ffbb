"""What is kept of tickets' texts: descriptors in numbers, and the text where the configuration keeps it."""

from collections.abc import Mapping, Set
from functools import lru_cache
from hashlib import sha256

import msgspec

from connectors.sql.dialect import Dialect
from connectors.sql.model_ids import ModelIds
from monitor.domain.events.types import PredictionKey
from monitor.domain.text.descriptors import Description, Descriptors

COLUMNS = (
    "d.descriptors, d.own_words, d.vocabulary, d.text"  # of `description d`, as `Descriptions` reads them
)
_encode = msgspec.json.encode
_numbers = msgspec.json.Decoder(Descriptors)
_shares = msgspec.json.Decoder(dict[str, float])
_names = msgspec.json.Decoder(frozenset[str])


def promised_intents(sql: Dialect) -> list[str]:
    """The intents that any anchor measured: those whose own words are looked for."""
    return [row[0] for row in sql.rows("SELECT DISTINCT intent FROM promise ORDER BY intent")]


def note_descriptions(
    sql: Dialect, models: ModelIds, descriptions: Mapping[PredictionKey, Description]
) -> None:
    """Remember what new predictions' texts look like."""
    vocabularies = {
        description.looked_for: _vocabulary(frozenset(description.looked_for))
        for description in descriptions.values()
    }
    sql.many(
        "INSERT INTO vocabulary (id, intents) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        sorted(vocabularies.values()),
    )
    sql.many(
        "INSERT INTO description (prediction_id, model_id, descriptors, own_words, vocabulary, text)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (prediction_id, model_id) DO NOTHING",
        [
            (
                key.prediction_id,
                models.id_of(sql, key.model),
                numbers(description.descriptors),
                _encode(description.own_words).decode(),
                vocabularies[description.looked_for][0],
                description.text,
            )
            for key, description in sorted(descriptions.items())
        ],
    )


class Descriptions:
    """Reads stored descriptions."""

    def __init__(self, sql: Dialect) -> None:
        self._looked_for: dict[str, Set[str]] = {
            id_: _names.decode(intents) for id_, intents in sql.rows("SELECT id, intents FROM vocabulary")
        }

    def of(
        self, descriptors: str | None, own_words: str | None, vocabulary: str | None, text: str | None
    ) -> Description | None:
        """A description from its `COLUMNS`; None where a ticket came without a text."""
        seen = descriptors_of(descriptors)
        if seen is None:
            return None
        shares = _shares.decode(own_words) if own_words else {}
        return Description(seen, shares, self._looked_for.get(vocabulary or "", frozenset()), text)


def numbers(descriptors: Descriptors) -> str:
    """Descriptors as they are stored: their values, in the order of `monitor.domain.text.descriptors.NAMES`."""
    return _encode(descriptors).decode()


def descriptors_of(stored: str | None) -> Descriptors | None:
    """Stored descriptors; None where a ticket came without a text."""
    return _numbers.decode(stored) if stored else None


@lru_cache(maxsize=64)
def _vocabulary(intents: frozenset[str]) -> tuple[str, str]:
    """The name of a set of intents, and its content."""
    content = _encode(sorted(intents)).decode()
    return sha256(content.encode()).hexdigest()[:16], content
