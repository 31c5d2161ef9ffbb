"""What `anchorwatch init` asks, and whether an answer will do."""

import re
from typing import NamedTuple

_SERVER = re.compile(r"(?:[^\s:,\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")
_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")


class StartingAnswers(NamedTuple):
    """Where events are. The defaults are those of the settings."""

    broker: str = "localhost:9092"
    predictions: str = "predictions"
    labels: str = "labels"


def answer_problems(answers: StartingAnswers) -> list[str]:
    """What is wrong with the answers, each under the flag that gives it.

    >>> answer_problems(StartingAnswers("kafka"))
    ['--broker: write HOST:PORT, several with commas between, such as localhost:9092']
    """
    problems = []
    if not all(_SERVER.fullmatch(server.strip()) for server in answers.broker.split(",")):
        problems.append("--broker: write HOST:PORT, several with commas between, such as localhost:9092")
    for flag, topic in (("--predictions", answers.predictions), ("--labels", answers.labels)):
        if not _TOPIC.fullmatch(topic) or topic in (".", ".."):
            problems.append(
                f"{flag}: is no name of a topic; write up to 249 letters, digits, dots, dashes and underscores"
            )
    return problems
