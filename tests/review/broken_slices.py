"""An intent that keeps its promise as a whole, and of which a slice broke."""

from datetime import timedelta

from sqlalchemy import Engine

from tests.stored import NOON
from tests.worlds import World

CHANNELS = [{"name": "channel", "values": "*", "cap": 5, "against": "own"}]
EMAIL, CHAT, APP = ({"channel": name} for name in ("email", "chat", "app"))


def broken_by_email(engine: Engine) -> World:
    """Erasures keep their promise of .6; by e-mail they broke theirs of .9, by chat they are suspected to have."""
    made = World(engine, slices=CHANNELS, watch={"intents": ["access", "erasure"]})
    made.anchor(
        access=(0.6, 400),
        erasure=(0.6, 400),
        erasure__channel__email=(0.9, 100),
        erasure__channel__chat=(0.9, 100),
        erasure__channel__app=(0.6, 200),
    )
    made.outcomes("access", "h" * 50)
    made.outcomes("erasure", "h" * 20, slices=EMAIL, at=-7 * 24)
    made.outcomes("erasure", "h" * 200, slices=APP)
    made.outcomes("erasure", "hmmm" * 15, slices=EMAIL)
    made.outcomes("erasure", "mmhmmh", slices=CHAT)
    made.evaluate(NOON + timedelta(days=2))
    return made
