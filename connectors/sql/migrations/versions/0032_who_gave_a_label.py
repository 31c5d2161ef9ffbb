"""Labels keep who gave them, and an outcome what the first of two readers said."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0032'
down_revision: str | None = '0023'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

READ_AGAIN = ['model_id', 'first_intent', 'predicted', 'intent', 'agreed']


def upgrade() -> None:
    """Make the change. Nobody knows who gave the labels that are there."""
    op.add_column('label', sa.Column('annotator', sa.String(), nullable=True))
    op.add_column('outcome', sa.Column('first_intent', sa.String(), nullable=True))
    op.add_column('outcome', sa.Column('agreed', sa.Boolean(), nullable=True))
    op.create_index(
        'ix_outcome_read_again',
        'outcome',
        READ_AGAIN,
        sqlite_where=sa.text('first_intent IS NOT NULL'),
        postgresql_where=sa.text('first_intent IS NOT NULL'),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index('ix_outcome_read_again', table_name='outcome')
    op.execute('ALTER TABLE outcome DROP COLUMN agreed')
    op.execute('ALTER TABLE outcome DROP COLUMN first_intent')
    op.execute('ALTER TABLE label DROP COLUMN annotator')
