"""The predicted names of a model that are counted apart; those that were counted so far all are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0005'
down_revision: str | None = '0004'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        'predicted_name',
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('the_rest', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('model_id', 'name', name=op.f('pk_predicted_name')),
    )
    op.execute(
        'INSERT INTO predicted_name (model_id, name, the_rest)'
        ' SELECT DISTINCT model_id, predicted, false FROM traffic'
    )


def downgrade() -> None:
    """Take it back. What was counted together stays together."""
    op.drop_table('predicted_name')
