"""What every section of the settings is: frozen, and strict about its keys."""

from typing import Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Tag

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


def _text_or_keys(given: Any) -> str:  # noqa: ANN401 - whatever a file holds
    return _TEXT if isinstance(given, str) else _KEYS


_TEXT, _KEYS = "text", "keys"
TEXT: Final = Tag(_TEXT)
KEYS: Final = Tag(_KEYS)
TEXT_OR_KEYS: Final = Discriminator(_text_or_keys)
"""A union of a text and a mapping: whatever is no text is looked at as the mapping, so that its errors have a place."""
