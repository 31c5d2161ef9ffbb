"""An id may be a request's, which several models answer: the key of a prediction is its model and its id.

On PostgreSQL this builds three indexes and writes the descriptions of texts anew; on SQLite, which can't change a
key in place, it writes predictions, outcomes and descriptions anew. Agents wait meanwhile, and the disk needs room
for the largest of these tables once more. docs/operations.md says how long it takes.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0007'
down_revision: str | None = '0006'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
SCOPE = ('scope_name', 'scope_version', 'scope_environment')
PREDICTION = 'prediction_id, model_id, ts_us, intent, score, slices, digest'
OUTCOME = (
    'seq, prediction_id, model_id, ts_us, predicted, intent, label_id, labeled_at_us, kind, design, probability,'
    ' slices, digest'
)
DESCRIPTION = 'prediction_id, descriptors, own_words, vocabulary, text'
# Where outcomes have lost their predictions, retention has dropped all that were made before the oldest that is left,
# and at least as far as the last of the lost.
_DROPPED_BEFORE = (
    "SELECT 'dropped_before_us', max(at_us) FROM (SELECT min(ts_us) AS at_us, 0 AS lost FROM prediction UNION ALL"
    ' SELECT max(ts_us) + 1, count(*) FROM outcome WHERE NOT EXISTS (SELECT 1 FROM prediction'
    ' WHERE prediction.prediction_id = outcome.prediction_id)) AS times HAVING max(lost) > 0'
)


def upgrade() -> None:
    """Make the change. What is there stays: every id had one prediction, every label served it."""
    if op.get_bind().dialect.name == 'postgresql':
        op.add_column('prediction', sa.Column('ordinal', sa.Integer(), server_default='0', nullable=False))
        op.execute(
            'ALTER TABLE prediction DROP CONSTRAINT pk_prediction,'
            ' ADD CONSTRAINT pk_prediction PRIMARY KEY (prediction_id, ordinal)'
        )
        op.drop_constraint('uq_outcome_prediction_id', 'outcome')
        op.execute(
            'ALTER TABLE subject DROP CONSTRAINT pk_subject,'
            ' ADD CONSTRAINT pk_subject PRIMARY KEY (prediction_id, subject)'
        )
        op.drop_constraint('pk_description', 'description')
    else:
        _predictions_anew(
            f'INSERT INTO prediction ({PREDICTION}) SELECT {PREDICTION} FROM prediction_before',
            sa.Column('prediction_id', ID, nullable=False),
            sa.Column('ordinal', sa.Integer(), server_default='0', nullable=False),
        )
        _outcomes_anew()
        _subjects_anew('prediction_id', 'subject')
    op.create_index('uq_outcome_prediction', 'outcome', ['prediction_id', 'model_id'], unique=True)
    _descriptions_anew(
        f'INSERT INTO description (model_id, {DESCRIPTION}) SELECT coalesce(p.model_id, o.model_id), '
        + ', '.join(f'd.{column}' for column in DESCRIPTION.split(', '))
        + ' FROM description_before d LEFT JOIN prediction p ON p.prediction_id = d.prediction_id'
        ' LEFT JOIN outcome o ON o.prediction_id = d.prediction_id'
        ' WHERE coalesce(p.model_id, o.model_id) IS NOT NULL',
        sa.Column('prediction_id', ID, nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
    )
    for name in SCOPE:
        op.add_column('label', sa.Column(name, sa.String(), nullable=True))
    op.add_column('position', sa.Column('furthest', BIG, server_default='0', nullable=False))
    op.execute('UPDATE position SET furthest = coalesce(next_offset, 0)')
    op.execute(f"INSERT INTO counter (name, value) {_DROPPED_BEFORE}")


def downgrade() -> None:
    """Take it back. Of each id the first prediction, the first outcome and the first text's description stay."""
    op.execute("DELETE FROM counter WHERE name = 'dropped_before_us'")
    op.execute('DELETE FROM prediction WHERE ordinal > 0')
    op.execute(
        'DELETE FROM outcome WHERE seq NOT IN (SELECT min(seq) FROM outcome GROUP BY prediction_id)'
    )
    op.execute(
        'DELETE FROM subject WHERE subject <> (SELECT min(s.subject) FROM subject s'
        ' WHERE s.prediction_id = subject.prediction_id)'
    )
    op.execute(
        'DELETE FROM description WHERE model_id <> (SELECT min(d.model_id) FROM description d'
        ' WHERE d.prediction_id = description.prediction_id)'
    )
    op.drop_index('uq_outcome_prediction', 'outcome')
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint('pk_prediction', 'prediction')
        op.drop_column('prediction', 'ordinal')
        op.create_primary_key('pk_prediction', 'prediction', ['prediction_id'])
        op.create_unique_constraint('uq_outcome_prediction_id', 'outcome', ['prediction_id'])
        op.execute(
            'ALTER TABLE subject DROP CONSTRAINT pk_subject,'
            ' ADD CONSTRAINT pk_subject PRIMARY KEY (prediction_id)'
        )
        op.drop_constraint('pk_description', 'description')
    else:
        _predictions_anew(
            f'INSERT INTO prediction ({PREDICTION}) SELECT {PREDICTION} FROM prediction_before',
            sa.Column('prediction_id', ID, nullable=False),
        )
        _outcomes_anew(sa.UniqueConstraint('prediction_id', name='uq_outcome_prediction_id'))
        _subjects_anew('prediction_id')
    _descriptions_anew(
        f'INSERT INTO description ({DESCRIPTION}) SELECT {DESCRIPTION} FROM description_before',
        sa.Column('prediction_id', ID, nullable=False),
    )
    with op.batch_alter_table('label', schema=None) as batch_op:
        for name in SCOPE:
            batch_op.drop_column(name)
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_column('furthest')


def _predictions_anew(fill: str, *key: sa.Column) -> None:
    op.rename_table('prediction', 'prediction_before')
    op.create_table(
        'prediction',
        *key,
        sa.Column('model_id', sa.Integer(), nullable=True),
        sa.Column('ts_us', BIG, autoincrement=False, nullable=True),
        sa.Column('intent', sa.String(), nullable=True),
        sa.Column('score', sa.Float(), nullable=True),
        sa.Column('slices', sa.Text(), nullable=True),
        sa.Column('digest', sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint(*(column.name for column in key), name='pk_prediction'),
        sqlite_with_rowid=False,
    )
    op.execute(fill)
    op.drop_table('prediction_before')


def _outcomes_anew(*constraints: sa.Constraint) -> None:
    op.drop_index('ix_outcome_cell', 'outcome')
    op.rename_table('outcome', 'outcome_before')
    op.create_table(
        'outcome',
        sa.Column('seq', BIG, autoincrement=False, nullable=False),
        sa.Column('prediction_id', ID, nullable=False),
        sa.Column('model_id', sa.Integer(), nullable=False),
        sa.Column('ts_us', BIG, autoincrement=False, nullable=False),
        sa.Column('predicted', sa.String(), nullable=False),
        sa.Column('intent', sa.String(), nullable=True),
        sa.Column('label_id', ID, nullable=False),
        sa.Column('labeled_at_us', BIG, autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('design', sa.String(), nullable=False),
        sa.Column('probability', sa.Float(), nullable=True),
        sa.Column('slices', sa.Text(), nullable=True),
        sa.Column('digest', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('seq', name='pk_outcome'),
        *constraints,
    )
    op.execute(f'INSERT INTO outcome ({OUTCOME}) SELECT {OUTCOME} FROM outcome_before')
    op.drop_table('outcome_before')
    op.create_index('ix_outcome_cell', 'outcome', ['model_id', 'intent', 'seq', 'predicted'])


def _subjects_anew(*key: str) -> None:
    op.drop_index('ix_subject_subject', 'subject')
    op.rename_table('subject', 'subject_before')
    op.create_table(
        'subject',
        sa.Column('prediction_id', ID, nullable=False),
        sa.Column('subject', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name='pk_subject'),
    )
    op.execute('INSERT INTO subject (prediction_id, subject) SELECT prediction_id, subject FROM subject_before')
    op.drop_table('subject_before')
    op.create_index('ix_subject_subject', 'subject', ['subject'])


def _descriptions_anew(fill: str, *key: sa.Column) -> None:
    op.rename_table('description', 'description_before')
    op.create_table(
        'description',
        *key,
        sa.Column('descriptors', sa.Text(), nullable=False),
        sa.Column('own_words', sa.Text(), nullable=False),
        sa.Column('vocabulary', sa.String(), nullable=False),
        sa.Column('text', sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint(*(column.name for column in key), name='pk_description'),
    )
    op.execute(fill)
    op.drop_table('description_before')
