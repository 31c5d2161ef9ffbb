"""A file of offline numbers into the database: as a new anchor, or as the examples behind one."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from connectors.files.anchors.reader import AnchorFile, read_anchor_file
from monitor.anchors import anchoring
from monitor.app.clock import now
from monitor.app.stores import Stores
from monitor.domain.anchors.metric_names import MetricNames
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
    stores: Stores,
    file: Path,
    model: Model,
    intents: Sequence[str] = (),
    *,
    names: MetricNames | None = None,
    activated_by: str = "",
) -> ImportedAnchor:
    """Keep the offline recall of a model version, of these intents or of all, and hold it to it as somebody says.

    With `names` the file is any JSON, YAML or model card whose numbers are named so.

    Raises:
        ConfigError: the file can't be read, or holds no such intent.
    """
    content = of_intents(stores, read_anchor_file(file, intents, names), str(file), model)
    provenance = Provenance(file.name, content.sha256, content.importer, now(), len(content.examples))
    return keep(stores, model, content, provenance, activated_by=activated_by)


def keep(
    stores: Stores, model: Model, content: AnchorFile, provenance: Provenance, *, activated_by: str
) -> ImportedAnchor:
    """Keep what was read, whatever it was read from; the model is held to it where somebody says so."""
    anchor, new = anchoring.import_anchor(
        stores.anchors,
        model,
        content.promises,
        content.examples,
        provenance,
        keep_text=stores.settings.privacy.keep_text,
    )
    if activated_by:
        anchoring.activate(stores.anchors, anchor, now(), activated_by)
    return ImportedAnchor(anchor, new, content.warnings)


def attach_file(stores: Stores, file: Path, anchor: str) -> tuple[Anchor, int]:
    """Add the evaluated examples behind an anchor, named by the beginning of its id; how many there are.

    Raises:
        ConfigError: there is no such anchor, or the file is not of its numbers.
    """
    listed = anchoring.find(stores.anchors, anchor)
    content = of_intents(stores, read_anchor_file(file), str(file), listed.anchor.model)
    anchoring.attach_examples(
        stores.anchors,
        listed,
        content.promises,
        content.examples,
        content.sha256,
        keep_text=stores.settings.privacy.keep_text,
    )
    return listed.anchor, len(content.examples)


def of_intents(stores: Stores, content: AnchorFile, place: str, model: Model) -> AnchorFile:
    """What was read at a place, of intents alone; a warning names what is none.

    Raises:
        ConfigError: nothing is left.
    """
    others = stores.settings.not_intents_of(model)
    if not others:
        return content
    promises = promises_of_intents(content.promises, others)
    left_out = sorted({intent for intent, _ in content.promises.keys() - promises.keys()})
    if not promises:
        raise ConfigError(
            [f"{place}: {', '.join(left_out)}: no intents by the configuration; nothing is left"]
        )
    warnings = [f"{place}: {name!r} is no intent by the configuration; left out" for name in left_out]
    examples = examples_of_intents(content.examples, others)
    return content._replace(promises=promises, examples=examples, warnings=[*content.warnings, *warnings])
