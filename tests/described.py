"""An anchor and live tickets that come with texts, put into a database."""

from collections.abc import Sequence

from sqlalchemy import Engine

from connectors.sql.anchors import AnchorStore
from monitor.anchors import anchoring
from monitor.domain.anchors.promise import Example, Provenance, promises_from_examples
from tests.stored import NOON, TICKETS, prediction, store, take


def anchored(
    engine: Engine, texts: Sequence[str | None], origin: str = "real", *, keep_text: bool = False
) -> str:
    """An active anchor with evaluated examples of `erasure`; its id."""
    examples = [Example("erasure", "erasure", origin, {}, text) for text in texts]
    made, _ = anchoring.import_anchor(
        AnchorStore(engine),
        TICKETS,
        promises_from_examples(examples),
        examples,
        Provenance("r", "f" * 64, "csv", NOON),
        keep_text=keep_text,
    )
    AnchorStore(engine).activate(made, NOON)
    return made.id


def live(engine: Engine, texts: list[str], intent: str = "erasure", first: int = 0) -> None:
    take(
        store(engine),
        *(prediction(f"p{first + n}", intent, text=text, hours=n) for n, text in enumerate(texts)),
    )
