"""`config/anchorwatch.yaml` is exactly the defaults, with every key and a comment on each."""

import re
from typing import Any, get_args

import yaml
from msgspec import NODEFAULT
from msgspec.structs import fields
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from monitor.domain.events.types import Kind
from monitor.domain.telling.routing import Route
from monitor.settings.drawing import DrawSettings
from monitor.settings.judging import GroupSettings, SliceSettings
from monitor.settings.load import load
from monitor.settings.models import ModelSettings
from monitor.settings.settings import Settings
from monitor.settings.sinks import SinkSettings
from monitor.settings.telling import Intent, QuietHoursSettings, RouteSettings
from monitor.settings.web import ProxySettings
from tests.settings.configurations import EXAMPLE

# The example file.


def uncommented(text: str) -> dict[str, Any]:
    """The example with every key that is commented out put in; prose begins with a capital letter."""
    text = re.sub(r"^( *)# (?=[a-z -])", r"\1", text, flags=re.MULTILINE)
    content: dict[str, Any] = yaml.safe_load(
        re.sub(
            r"^(database|slices|groups|models|routes|intents|heartbeat|reports): (\[\]|{})$",
            r"\1:",
            text,
            flags=re.MULTILINE,
        )
    )
    return content


def missing_and_unknown(model: type[BaseModel], content: dict[str, Any], where: str = "") -> list[str]:
    names = [f"{where}{name}" for name in sorted(model.model_fields.keys() ^ content.keys())]
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += missing_and_unknown(field.annotation, content.get(name, {}), f"{where}{name}.")
    return names


def test_the_example_file_is_exactly_the_defaults() -> None:
    assert load(EXAMPLE).model_dump() == Settings().model_dump()


def test_the_example_file_has_every_key_of_every_section_and_no_other() -> None:
    assert missing_and_unknown(Settings, uncommented(EXAMPLE.read_text(encoding="utf-8"))) == []


def test_the_example_file_has_every_key_of_a_slice_an_intent_and_each_kind_of_sink() -> None:
    content = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    kinds = get_args(get_args(SinkSettings)[0])
    assert [sorted(sink) for sink in content["sinks"]] == [sorted(kind.model_fields) for kind in kinds]
    assert [sorted(slice_) for slice_ in content["slices"]] == [sorted(SliceSettings.model_fields)]
    assert [sorted(group) for group in content["groups"]] == [sorted(GroupSettings.model_fields)]
    assert [sorted(each) for each in content["models"]] == [sorted(ModelSettings.model_fields)]
    assert [sorted(route) for route in content["routes"]] == [sorted(RouteSettings.model_fields)]
    assert sorted(content["labels"]["draw"]) == sorted(DrawSettings.model_fields)
    assert sorted(content["quiet_hours"]) == sorted(QuietHoursSettings.model_fields)
    assert sorted(content["web"]["proxy"]) == sorted(ProxySettings.model_fields)
    assert [sorted(intent) for intent in content["intents"].values()] == [sorted(Intent.model_fields)]


def test_the_keys_of_the_example_file_stand_in_the_order_of_the_settings() -> None:
    content = uncommented(EXAMPLE.read_text(encoding="utf-8"))
    assert list(content) == list(Settings.model_fields)
    assert list(content["kafka"]) == list(Settings.model_fields["kafka"].annotation.model_fields)  # type: ignore[union-attr]


def test_every_key_of_the_example_file_has_a_comment_on_its_line() -> None:
    sections = {f"{name}:" for name in Settings.model_fields}
    bare = [
        line
        for line in EXAMPLE.read_text(encoding="utf-8").splitlines()
        if re.match(r" *(# )?[ -]*[a-z_]+:", line)
        and not re.search(r"\S # \S", line.replace("# ", "", 1) if line.lstrip().startswith("# ") else line)
        and line.split("[")[0].split("{")[0].strip() not in sections | {"topics:"}
    ]
    assert bare == []


def test_the_example_file_lists_the_kinds_that_are_accepted_by_default() -> None:
    assert load(EXAMPLE).labels.accept == (Kind.HUMAN, Kind.ADJUDICATED)


def test_a_route_has_the_settings_of_a_route_and_their_defaults() -> None:
    rules = {field.name: field.default for field in fields(Route)}
    asked = {name: field.get_default() for name, field in RouteSettings.model_fields.items()}
    assert asked.pop("sinks", None) is PydanticUndefined
    assert rules.pop("sinks") is NODEFAULT
    assert rules == asked
