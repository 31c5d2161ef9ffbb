"""What the texts of new predictions look like: described on the way in, then dropped."""

from collections.abc import Mapping

from monitor.domain.events.types import Prediction, PredictionKey
from monitor.domain.text.descriptors import OwnWords, description
from monitor.ingest.ports import IngestTransaction


def describe_new(
    transaction: IngestTransaction, new: Mapping[PredictionKey, Prediction], *, keep_text: bool = False
) -> None:
    """Keep what the texts of new predictions look like; the texts are dropped here, unless they are to be kept."""
    texts = {key: prediction.text for key, prediction in new.items() if prediction.text is not None}
    if texts:
        intents = OwnWords(transaction.promised_intents())
        # Models that answer one request look at one text.
        described = {
            text: description(text, intents, keep_text=keep_text) for text in dict.fromkeys(texts.values())
        }
        transaction.note_descriptions({key: described[text] for key, text in texts.items()})
