"""A file of offline numbers into the database: as a new anchor, or as the examples behind one."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from monitor.anchors import anchoring
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.domain.anchors.not_intents import examples_of_intents, promises_of_intents
from monitor.domain.anchors.promise import Anchor, Provenance
from monitor.domain.events.types import Model
from monitor.errors import ConfigError


class ImportedAnchor(NamedTuple):
    """An anchor, whether it was new, and what is odd about its file."""

    anchor: Anchor
    new: bool
    warnings: Sequence[str]


def import_file(
    stores: Stores, file: Path, model: Model, intents: Sequence[str] = (), *, activate: bool = False
) -> ImportedAnchor:
    """Keep the offline recall of a model version, of these intents or of all; with `activate` hold it to it.

    Raises:
        ConfigError: the file can't be read, or holds no such intent.
    """
    content = _read(stores, file, model, intents)
    provenance = Provenance(file.name, content.sha256, content.importer, now(), len(content.examples))
    anchor, new = anchoring.import_anchor(
        stores.anchors,
        model,
        content.promises,
        content.examples,
        provenance,
        keep_text=stores.settings.privacy.keep_text,
    )
    if activate:
        anchoring.activate(stores.anchors, anchor, now())
    return ImportedAnchor(anchor, new, content.warnings)


def attach_file(stores: Stores, file: Path, anchor: str) -> tuple[Anchor, int]:
    """Add the evaluated examples behind an anchor, named by the beginning of its id; how many there are.

    Raises:
        ConfigError: there is no such anchor, or the file is not of its numbers.
    """
    listed = anchoring.find(stores.anchors, anchor)
    content = _read(stores, file, listed.anchor.model)
    anchoring.attach_examples(
        stores.anchors,
        listed,
        content.promises,
        content.examples,
        content.sha256,
        keep_text=stores.settings.privacy.keep_text,
    )
    return listed.anchor, len(content.examples)


def _read(stores: Stores, file: Path, model: Model, intents: Sequence[str] = ()) -> AnchorFile:
    """What a file holds of intents; a warning names what is none."""
    content = read_anchor_file(file, list(intents) or None)
    others = stores.settings.not_intents_of(model)
    if not others:
        return content
    promises = promises_of_intents(content.promises, others)
    left_out = sorted({intent for intent, _ in content.promises.keys() - promises.keys()})
    if not promises:
        raise ConfigError(
            [f"{file}: {', '.join(left_out)}: no intents by the configuration; nothing is left"]
        )
    told = [f"{file}: {name!r} is no intent by the configuration; left out" for name in left_out]
    examples = examples_of_intents(content.examples, others)
    return content._replace(promises=promises, examples=examples, warnings=[*content.warnings, *told])
