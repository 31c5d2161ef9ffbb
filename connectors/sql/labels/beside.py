"""Labels that come beside the draws, on SQLite or PostgreSQL. Reads only."""

from sqlalchemy import Engine

from connectors.sql.database import reading
from connectors.sql.dialect import Dialect
from monitor.domain.events.types import Model
from monitor.domain.sampling.beside import LAST, LabelsBeside


def labels_beside(engine: Engine) -> dict[Model, LabelsBeside]:
    """Of each model that anything was drawn for: its newest labels of predictions made since the first draw.

    Cost: a look at each drawn ticket, and at some thousand outcomes.
    """
    with reading(engine) as connection:
        sql = Dialect(connection)
        (first_us,) = sql.row("SELECT min(at_us) FROM drawing")
        if first_us is None:
            return {}
        models = sql.rows(
            "SELECT id, name, version, environment FROM model"
            " WHERE id IN (SELECT DISTINCT model_id FROM draw) ORDER BY id"
        )
        counted = {
            Model(*names): sql.row(
                "SELECT count(*), sum(CASE WHEN design = 'unknown' THEN 1 ELSE 0 END) FROM (SELECT design FROM outcome"
                " WHERE model_id = ? AND ts_us >= ? AND intent IS NOT NULL ORDER BY seq DESC LIMIT ?) AS newest",
                model_id,
                first_us,
                LAST,
            )
            for model_id, *names in models
        }
    return {
        model: LabelsBeside(int(labels), int(unknown or 0)) for model, (labels, unknown) in counted.items()
    }
