"""Two that write: people, and a generator of polished tickets."""

import numpy as np

HUMAN = (
    "cant log in|where is my refund|app crashed again|why was i charged twice|need to change email|cancel it"
)
ASKS = HUMAN.split("|")


def people(count: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [f"{rng.choice(ASKS)} {rng.choice(ASKS)} {rng.integers(1_000)}" for _ in range(count)]


def generator(count: int, seed: int) -> list[str]:
    return [f"Hello, I would kindly like to request: {text}. Thank you!" for text in people(count, seed)]
