"""What other systems call an incident, for what people do there about it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0052'
down_revision: str | None = '0051'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')


def upgrade() -> None:
    """Make the change."""
    op.create_table('incident_elsewhere',
    sa.Column('system', _ID, nullable=False),
    sa.Column('name', _ID, nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('system', 'name', name=op.f('pk_incident_elsewhere'))
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table('incident_elsewhere')
