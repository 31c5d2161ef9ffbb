"""The fields of an address in, which cells are asked for out."""

from collections.abc import Mapping

from monitor.review.narrowing import CellsAsked


def cells_asked(fields: Mapping[str, str]) -> CellsAsked:
    """Patterns by the names that pages and the API give them."""
    return CellsAsked(
        model=fields.get("model", ""),
        version=fields.get("version", ""),
        intent=fields.get("intent", ""),
        slice_text=fields.get("slice", ""),
        verdict=fields.get("verdict", ""),
        search=fields.get("q", ""),
    )
