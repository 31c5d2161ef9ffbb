"""What all bodies that are sent to the API have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(pattern=r"^[^\x00]*$")]  # no database holds a NUL
SomeWords = Annotated[Words, Field(min_length=1)]
By = Annotated[Words, Field(description="Who you are, where nobody is asked for a token; else leave it out.")]
Until = Annotated[SomeWords, Field(description="For how long (`90m`, `8h`, `3d`), or an ISO 8601 time.")]


class Body(BaseModel):
    """What is sent. A field that nobody knows is refused, rather than misspelled without a word."""

    model_config = ConfigDict(extra="forbid", strict=True)

    by: By = ""
