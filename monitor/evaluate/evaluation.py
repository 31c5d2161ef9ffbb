"""What an evaluation did, in numbers."""

import msgspec


class Evaluation(msgspec.Struct):
    """What one evaluation did."""

    outcomes: int = 0
    revisions: int = 0
    cells: int = 0
    notices: int = 0
    more: bool = False
