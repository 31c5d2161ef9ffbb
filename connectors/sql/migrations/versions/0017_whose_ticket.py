"""Predictions and outcomes keep whose ticket each is, by a number; what is there gets it from the stored subjects."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0017'
down_revision: str | None = '0013'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ('prediction', 'outcome')
NUMBER = "(('x' || substr(min(subject), 1, 16))::bit(64) >> 1)::bigint"
# Where the models that answered a request named different people, nobody knows which of them meant whom.
KNOWN = (
    'SELECT prediction_id, {number} AS customer FROM subject WHERE length(subject) = 32'
    ' GROUP BY prediction_id HAVING count(*) = 1'
)


def upgrade() -> None:
    """Make the change. Cost: one pass over the subjects, and their rows written anew; nothing where there are none."""
    big = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    for table in TABLES:
        op.add_column(table, sa.Column('customer', big, autoincrement=False, nullable=True))
    connection = op.get_bind()
    number = NUMBER
    if connection.dialect.name == 'sqlite':
        driver = connection.connection.driver_connection
        driver.create_function('number_of', 1, lambda subject: int(subject[:16], 16) >> 1)
        number = 'number_of(min(subject))'
    for table in TABLES:
        op.execute(
            f'UPDATE {table} SET customer = known.customer FROM ({KNOWN.format(number=number)}) AS known'
            f' WHERE known.prediction_id = {table}.prediction_id AND {table}.model_id IS NOT NULL'
        )


def downgrade() -> None:
    """Take it back."""
    for table in TABLES:
        op.execute(f'ALTER TABLE {table} DROP COLUMN customer')
