"""What pages show of weeks and of a model's whole traffic is kept as a sum, instead of summed for each page."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = '0057'
down_revision: str | None = '0056'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Make the change."""
    op.create_table('week_count',
    sa.Column('model_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Integer(), nullable=False),
    sa.Column('intent', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('probability', sa.Float(), nullable=False),
    sa.Column('support', _BIG, autoincrement=False, nullable=False),
    sa.Column('hits', _BIG, autoincrement=False, nullable=False),
    sa.Column('unanswered', _BIG, autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('model_id', 'week', 'intent', 'probability', name=op.f('pk_week_count'))
    )
    op.create_table('model_traffic',
    sa.Column('model_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('predictions', _BIG, autoincrement=False, nullable=False),
    sa.Column('abstained', _BIG, autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('model_id', name=op.f('pk_model_traffic'))
    )
    op.execute(
        'INSERT INTO week_count (model_id, week, intent, probability, support, hits, unanswered)'
        ' SELECT model_id, (ts_us + 259200000000) / 604800000000, intent, coalesce(probability, -1.0), count(*),'
        ' sum(CASE WHEN predicted = intent THEN 1 ELSE 0 END), sum(CASE WHEN predicted = \'\' THEN 1 ELSE 0 END)'
        ' FROM outcome WHERE intent IS NOT NULL GROUP BY 1, 2, 3, 4'
    )
    op.execute(
        'INSERT INTO model_traffic (model_id, predictions, abstained) SELECT model_id, sum(predictions),'
        ' sum(CASE WHEN predicted = \'\' THEN predictions ELSE 0 END) FROM traffic GROUP BY model_id'
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table('model_traffic')
    op.drop_table('week_count')
