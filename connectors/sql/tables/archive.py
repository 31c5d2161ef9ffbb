"""Tables of what the archive holds of the rows that are still here."""

from sqlmodel import Field

from connectors.sql.tables.base import ID, Table, big


class ArchivedPredictionRow(Table, table=True):
    """A prediction that the archive holds, so that retention may drop it; gone with it.

    `drawn`, `complete`: it is there with its draw, and with the place that its outcome took. Each comes once.
    """

    __tablename__ = "archived_prediction"
    __table_args__ = ({"sqlite_with_rowid": False},)

    prediction_id: str = Field(primary_key=True, sa_type=ID)
    model_id: int = Field(primary_key=True)
    drawn: bool
    complete: bool


class ArchivedLabelRow(Table, table=True):
    """The last revision of a label that the archive holds; gone with the label."""

    __tablename__ = "archived_label"
    __table_args__ = ({"sqlite_with_rowid": False},)

    label_id: str = Field(primary_key=True, sa_type=ID)
    revision: int
    labeled_at_us: int = Field(sa_column=big())
