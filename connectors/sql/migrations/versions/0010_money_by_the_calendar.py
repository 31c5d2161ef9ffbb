"""Bets get their money by the calendar: no thresholds, no plans, but incomes and a purse.

A bet under the old rule is made again from its outcomes at the next evaluation. A page that stands, stands.
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0010'
down_revision: str | None = '0009'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STAKES = 16
BLANK = {'ratios': [0.0] * STAKES, 'log_c': [0.0] * STAKES, 'restart': [-1] * STAKES, 'log_product': [0.0] * STAKES}
IN_INDEX = ['model_id', 'intent', 'seq', 'predicted']


def upgrade() -> None:
    """Make the change. The index on outcomes gets their times, so that a replay still reads nothing else."""
    op.create_table(
        'purse',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('amount', sa.Float(), nullable=False),
        sa.Column('as_of_us', BIG, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_purse')),
    )
    _bets_anew()
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.add_column(sa.Column('income', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('funded', sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in ('threshold', 'outcomes_per_year', 'rate_from'):
            batch_op.drop_column(name)
    op.drop_table('budget_plan')
    op.drop_index('ix_outcome_cell', 'outcome')
    op.create_index('ix_outcome_cell', 'outcome', [*IN_INDEX, 'ts_us', 'labeled_at_us'])


def _bets_anew() -> None:
    execute = op.get_bind().execute
    latest = execute(sa.text('SELECT max(labeled_at_us) FROM outcome')).scalar() or 0
    rows = execute(sa.text('SELECT id, detector FROM cell WHERE detector IS NOT NULL')).all()
    for cell, text in rows:
        wealth, outcomes, seq, paged, healing, _rises, *ends = json.loads(text)
        ended = ends[0] if ends else []
        if paged is None:
            bet = [BLANK, 0, -1, None, [], None, None, ended]
        else:
            known = execute(
                sa.text(
                    'SELECT CASE WHEN ts_us > labeled_at_us THEN ts_us ELSE labeled_at_us END'
                    ' FROM outcome WHERE seq = :seq'
                ),
                {'seq': seq},
            ).scalar()
            still = wealth | {'ratios': [1.0] * STAKES}
            at = known if known is not None else latest
            bet = [still, outcomes, seq, at, [at] * 4, [*paged[:3], 1.0], healing, ended]
        execute(
            sa.text('UPDATE cell SET detector = :bet, replay = :replay WHERE id = :cell'),
            {'bet': json.dumps(bet), 'replay': paged is None, 'cell': cell},
        )
    execute(sa.text('DELETE FROM checkpoint'))


def downgrade() -> None:
    """Take it back: every bet is planned and made anew, and standing pages with it."""
    op.drop_index('ix_outcome_cell', 'outcome')
    op.create_index('ix_outcome_cell', 'outcome', IN_INDEX)
    op.create_table(
        'budget_plan',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at_us', BIG, nullable=False),
        sa.Column('because', sa.String(), nullable=False),
        sa.Column('plan', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_plan')),
    )
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.drop_column('funded')
        batch_op.drop_column('income')
        batch_op.add_column(sa.Column('threshold', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('outcomes_per_year', sa.Float(), nullable=True))
        batch_op.add_column(sa.Column('rate_from', sa.String(), nullable=False, server_default='configuration'))
    op.execute('UPDATE cell SET detector = NULL')
    op.execute('DELETE FROM checkpoint')
    op.drop_table('purse')
