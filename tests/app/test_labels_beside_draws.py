"""Labels that come beside the draws without a sampling of their own are warned of, as soon as there are many."""

import pytest
from sqlalchemy import Engine

from connectors.sql.labels.beside import labels_beside
from connectors.sql.labels.draws import DrawStore
from monitor.app.drawn_tickets import beside_draws
from monitor.app.findings import CheckStatus
from monitor.domain.events.types import Design
from monitor.domain.sampling.beside import LabelsBeside
from tests.contract.labels.draws import keep
from tests.stored import SHADOW, TICKETS, label, prediction, store, take


@pytest.mark.parametrize(("beside", "warned"), [(2, False), (3, True)])
def test_more_than_a_twentieth_beside_the_draws_is_warned_of(
    engine: Engine, beside: int, warned: bool
) -> None:
    writer = store(engine)
    assert labels_beside(engine) == {}
    ids = [f"p{n}" for n in range(40)]
    take(writer, prediction("before", hours=-1), label("before"), prediction("other", model=SHADOW))
    take(writer, *map(prediction, ids), prediction("own"), prediction("back"), label("other"))
    with DrawStore(engine).drawing() as transaction:
        keep(transaction, 1, dict.fromkeys(ids[beside:], 0.5))
    take(writer, *map(label, ids), label("own", design=Design.UNIFORM, probability=0.5))
    take(writer, label("back"), label("back", "", revision=2, retracted=True, hours=1))

    seen = labels_beside(engine)
    assert seen == {TICKETS: LabelsBeside(41, beside)}
    checks = beside_draws(seen)
    assert [each.health for each in checks] == [CheckStatus.WARNING] * warned
    if warned:
        assert (
            "tickets v7 (prod): 3 of the last 41 labels are of tickets that were not drawn"
            in checks[0].detail
        )
