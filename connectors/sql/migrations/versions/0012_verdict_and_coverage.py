"""What the evidence says of a cell, and what could be seen of it, are two columns; a note of a suspicion is a third.

Stored rows are read as they were judged: of a blind or stale cell the evidence is only known where a suspicion stood
among its reasons. The next evaluation judges every cell anew.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0012'
down_revision: str | None = '0010'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COVERAGE = "CASE verdict WHEN 'unanchored' THEN 'none' WHEN 'blind' THEN 'blind' WHEN 'stale' THEN 'stale' ELSE 'seen' END"
VERDICT = (
    "CASE WHEN verdict = 'watch' THEN 'suspect' WHEN verdict NOT IN ('blind', 'stale') THEN verdict"
    " WHEN reasons LIKE '%\"half_way\"%' THEN 'suspect' ELSE 'ok' END"
)
BEFORE = (
    "CASE WHEN verdict IN ('ok', 'suspect') AND coverage IN ('blind', 'stale') THEN coverage"
    " WHEN verdict = 'suspect' THEN 'watch' ELSE verdict END"
)


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.add_column(sa.Column('coverage', sa.String(), nullable=False, server_default='none'))
        batch_op.add_column(
            sa.Column('suspicion_noted', sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute(f'UPDATE cell SET coverage = {COVERAGE}, verdict = {VERDICT}')


def downgrade() -> None:
    """Take it back: what could not be seen goes before a suspicion."""
    op.execute(f'UPDATE cell SET verdict = {BEFORE}')
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.drop_column('suspicion_noted')
        batch_op.drop_column('coverage')
