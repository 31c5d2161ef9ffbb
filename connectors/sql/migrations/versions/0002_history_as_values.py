"""What Anchorwatch writes into an incident's history is kept as a value, beside the words of people."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0002'
down_revision: str | None = '0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the change. Lines of before stay as they are: their `why` is a sentence."""
    with op.batch_alter_table('incident_event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('happening', sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back. Lines that were written since lose their why."""
    with op.batch_alter_table('incident_event', schema=None) as batch_op:
        batch_op.drop_column('happening')
