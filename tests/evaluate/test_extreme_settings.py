"""What `config check` lets through cannot break an evaluation: every number at both of its ends."""

from typing import Any, cast

import annotated_types
import pytest
from pydantic import ValidationError

from monitor.settings.judging import Judge, Sampling, Watch
from monitor.settings.storage import Limits
from monitor.settings.telling import Incidents, Intent
from tests.worlds import NewWorld

SECTIONS: dict[str, Any] = {
    "judge": Judge,
    "sampling": Sampling,
    "incidents": Incidents,
    "watch": Watch,
    "limits": Limits,
}
SMALL = (1e-6, 1e-4)  # the least that a key takes which must be positive


def ends() -> list[Any]:
    """Each numeric key with its lowest and its highest value."""
    cases = []
    for section, kind in {**SECTIONS, "intents": Intent}.items():
        for key, field in kind.model_fields.items():
            if field.annotation not in (int, float):
                continue
            lows: tuple[float, ...] = SMALL if field.annotation is float else (1,)
            high: float = 10**6
            rule: Any
            for rule in field.metadata:
                lows = (cast("Any", rule.ge),) if isinstance(rule, annotated_types.Ge) else lows
                high = cast("Any", rule.le) if isinstance(rule, annotated_types.Le) else high
                high = (
                    cast("Any", rule.lt) - 1e-6
                    if isinstance(rule, annotated_types.Lt) and rule.lt == 1
                    else high
                )
            low = next(low for low in lows if _taken(kind, key, low))
            cases += [pytest.param(section, key, end, id=f"{section}.{key}={end:g}") for end in (low, high)]
    return cases


def _taken(kind: Any, key: str, value: float) -> bool:  # noqa: ANN401
    try:
        kind(**{key: value})
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(("section", "key", "end"), ends())
def test_every_number_at_its_ends_evaluates(new_world: NewWorld, section: str, key: str, end: float) -> None:
    settings: dict[str, Any] = (
        {"intents": {"erasure": {key: end}}} if section == "intents" else {section: {key: end}}
    )
    for treat_as in ("promise", "estimate"):
        world = new_world(anchor={"treat_as": treat_as}, slices=[{"name": "channel"}], **settings)
        world.anchor(erasure=(0.88, 38), erasure__channel__mail=(0.8, 20))
        world.outcomes("erasure", "hhm" * 3, slices={"channel": "mail"})
        world.evaluate()
        world.outcomes("erasure", "m" * 30)
        world.evaluate()
        if key != "intents":
            assert world.cell("erasure").labels.tally.support == 39
