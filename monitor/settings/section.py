"""What every section of the settings is: frozen, and strict about its keys."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Every section refuses keys it does not know: a typing error must not become a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
