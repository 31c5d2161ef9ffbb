"""Tables of what is noted before any label: days of scores, the bets on them, and the notes."""

from sqlalchemy import Text
from sqlmodel import Field

from connectors.sql.tables.base import Table, big


class ScoreDayRow(Table, table=True):
    """Predictions that carried a score, by day (since 1970, UTC) and predicted intent: how many in each tenth.

    `millionths` is the sum of their scores, in whole millionths, so that no order of adding changes it.
    """

    __tablename__ = "score_day"

    model_id: int = Field(primary_key=True)
    day: int = Field(primary_key=True)
    predicted: str = Field(primary_key=True)
    millionths: int = Field(sa_column=big())
    tenth_0: int = Field(sa_column=big())
    tenth_1: int = Field(sa_column=big())
    tenth_2: int = Field(sa_column=big())
    tenth_3: int = Field(sa_column=big())
    tenth_4: int = Field(sa_column=big())
    tenth_5: int = Field(sa_column=big())
    tenth_6: int = Field(sa_column=big())
    tenth_7: int = Field(sa_column=big())
    tenth_8: int = Field(sa_column=big())
    tenth_9: int = Field(sa_column=big())


class EarlyBetRow(Table, table=True):
    """A bet on a watched intent's share of predictions, or on its scores (`sign`), as of the end of `day`."""

    __tablename__ = "early_bet"

    model_id: int = Field(primary_key=True)
    intent: str = Field(primary_key=True)
    sign: str = Field(primary_key=True)
    day: int
    bet: str = Field(sa_type=Text)


class EarlyNoteRow(Table, table=True):
    """A note written before any label told: what fell since `begun_day`, and whether anybody was told.

    `noted_day` is the day whose predictions made it, `ended_day` the one after which it was over. `facts` is an
    `EarlyFacts` as JSON.
    """

    __tablename__ = "early_note"

    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(index=True)
    intent: str
    sign: str
    begun_day: int
    noted_day: int
    ended_day: int | None = None
    told_us: int | None = Field(default=None, sa_column=big(nullable=True))
    facts: str = Field(sa_type=Text)
