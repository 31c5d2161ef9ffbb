"""What every section of the settings is: frozen, and strict about its keys."""

from pydantic import AfterValidator, BaseModel, ConfigDict

CENTURY_DAYS = 36_500  # no setting reaches further: dates end with the year 9999


class Section(BaseModel):
    """Every section refuses keys it does not know: a typing error must not become a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def at_least(smallest: float) -> AfterValidator:
    """A positive number so small that what is computed from it would overflow is refused."""

    def check(value: float) -> float:
        if value < smallest:
            raise ValueError(f"must be at least {smallest:g}")
        return value

    return AfterValidator(check)
