"""A table and a width in; which columns stand side by side, and how wide each, out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from reports.render.blocks import LONG, Block, CellLines, Column

GUTTER = 2  # blanks between two columns
NAME = 28  # a longer name may be shortened
WORD = 20  # a longer word of a text may be broken
LEAST_END = 3  # characters before and behind an ellipsis
PROSE = 34  # prose in a narrower column is hard to read


def width_of(words: str) -> int:
    """How many columns words take."""
    return len(words) if words.isascii() else cell_len(words)


class Layout(NamedTuple):
    """The columns that are shown, by their place in the block, and the width of each in characters."""

    places: Sequence[int]
    widths: Sequence[int]


class _Measure(NamedTuple):
    place: int
    spare: int
    natural: int
    longest: int  # of its cells
    least: int


def fitted(block: Block, width: int, lines: CellLines | None = None) -> Layout | None:
    """How a block's table fits into so many characters; None where its rows must stand one under the other.

    Figures, headings and what is copied are never cut. Texts wrap, and names are shortened, as far as they stay
    readable and differ from each other; where that is not enough, the columns that can be spared are left out, the
    sparest first. A column without a word is left out everywhere. `lines` are those of its cells, where known.
    """
    lines = block.lines_of_cells if lines is None else lines
    shape = block.shape_of(lines)
    columns = [
        _measured(place, head, [row[place] for row in lines], shape=shape)
        for place, head in enumerate(block.heads)
        if place == 0 or any(line for row in lines for line in row[place])
    ]
    names = {" ".join(row[0]) for row in lines} if shape == "wide" else set()
    while True:
        if sum(column.least for column in columns) + GUTTER * (len(columns) - 1) <= width:
            layout = Layout([column.place for column in columns], _widths(columns, width))
            if len(set(shortened_apart(names, layout.widths[0]).values())) == len(names):
                return layout
        sparest = max(columns, key=lambda column: column.spare)
        if not sparest.spare:
            return None
        columns.remove(sparest)


def shortened(words: str, width: int, tail: int | None = None) -> str:
    """Words of at most `width` characters; where something is missing in the middle, an ellipsis stands for it.

    `tail` characters stand behind it, half of them unless given.

    >>> shortened("data_export_request", 12)
    'data_e…quest'
    """
    if width_of(words) <= width:
        return words
    if width < 2:
        return "…"[:width]
    tail = (width - 1) // 2 if tail is None else tail
    backwards = chop_cells(words[::-1], tail)[0][::-1] if tail else ""
    return f"{chop_cells(words, width - 1 - tail)[0]}…{backwards}"


def shortened_apart(names: Iterable[str], width: int) -> dict[str, str]:
    """Each name shortened to `width`; where two would read alike, elsewhere than in the middle, so that they differ.

    Names that differ only in their middle, further from both ends than there is room, still read alike.

    >>> list(shortened_apart(["data_of_a_customer_here", "data_of_a_supplier_here"], 14).values())
    ['data_…mer_here', 'data_…ier_here']
    """
    short = {name: shortened(name, width) for name in names}
    alike = defaultdict(list)
    for name, words in short.items():
        alike[words].append(name)
    middle = (width - 1) // 2
    for words, group in alike.items():
        if len(group) == 1:
            continue
        others = alike.keys() - {words}
        for tail in sorted(range(LEAST_END, width - LEAST_END), key=lambda tail: abs(tail - middle)):
            tried = {name: shortened(name, width, tail) for name in group}
            if len(set(tried.values())) == len(group) and others.isdisjoint(tried.values()):
                short |= tried
                break
    return short


def natural_width(lines: Sequence[Sequence[str]]) -> int:
    """How wide a column's cells are where nothing is wrapped, by their lines."""
    return max((width_of(line) for cell in lines for line in cell), default=0)


def _measured(place: int, head: Column, lines: Sequence[Sequence[str]], *, shape: str) -> _Measure:
    longest = natural_width(lines)
    head_word = max(map(width_of, head.name.split()), default=0)
    if head.figures or head.copied or (place == 0 and shape == "pairs"):
        least = longest
    elif place == 0 and shape == "wide":
        least = min(longest, NAME)
    elif longest > LONG:
        least = PROSE
    else:
        words = (word for cell in lines for line in cell for word in line.split())
        least = min(max(map(width_of, words), default=0), WORD)
    natural = max(longest, width_of(head.name))
    return _Measure(place, head.spare, natural, longest, max(least, head_word))


def _widths(columns: Sequence[_Measure], width: int) -> list[int]:
    """Each column's width: its natural one, less what headings give by wrapping, and then the widest columns."""
    widths = [column.natural for column in columns]
    over = sum(widths) + GUTTER * (len(widths) - 1) - width
    while over > 0:
        roomy = [at for at, column in enumerate(columns) if widths[at] > max(column.longest, column.least)]
        able = roomy or [at for at, column in enumerate(columns) if widths[at] > column.least]
        widest = max(able, key=widths.__getitem__)
        widths[widest] -= 1
        over -= 1
    return widths
