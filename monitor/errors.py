"""The whole error family: what went wrong, where, and what to do about it."""

from collections.abc import Mapping, Sequence

CRASHED = 70  # EX_SOFTWARE of sysexits.h: a defect of ours, which must never look like a verdict


class AnchorwatchError(Exception):
    """Anything Anchorwatch raises on purpose; the command line prints it without a traceback."""

    exit_code = CRASHED


class ConfigError(AnchorwatchError):
    """Settings or input files that cannot be used; carries every problem found, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class InputError(ConfigError):
    """Words of a person that will not do: `fields` says why of each, by its name on the command line (`--by`)."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__([f"{name}: {why}" for name, why in fields.items()])
        self.fields = dict(fields)


class NotFoundError(ConfigError):
    """Nothing of the name or number that was asked for is there."""


class ChangedMeanwhileError(AnchorwatchError):
    """What was to be changed is no longer as whoever asked for it had seen it."""


class RequestChangedError(AnchorwatchError):
    """The key of a request was used for another one."""


class RequestInProgressError(AnchorwatchError):
    """The same request is being done by somebody else just now."""


class DecodeError(AnchorwatchError):
    """One record that is not an event. `code` is stable and counted; `detail` is for people.

    It knows no position: `monitor.ingest.ingest` adds it when the record goes to the dead letters.
    """

    exit_code = 2

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class PoisonError(AnchorwatchError):
    """Too many rejects in a row in one partition: the producer is broken, so the agent stops."""

    exit_code = 4


class UnavailableError(AnchorwatchError):
    """A service (broker, database, sink) could not be reached or refused us. Trying again may help."""

    exit_code = 5


class RegistryAwayError(UnavailableError):
    """The schema registry is out of reach or refuses us: what needs it waits."""


class NotSentError(UnavailableError):
    """What somebody said is kept; whom it concerns does not know it yet, and the agent will tell them."""


class ContentError(AnchorwatchError):
    """What was to be written can't be, however often it is tried: something in it is what the database refuses."""


class PositionError(AnchorwatchError):
    """A stored position that the log cannot serve: the topic was recreated or its records expired."""

    exit_code = 5


class FencedError(AnchorwatchError):
    """Another agent has taken a partition over; what this agent read from it must not be written."""

    exit_code = 5

    def __init__(self, partition: tuple[str, int]) -> None:
        super().__init__(
            f"{partition[0]}[{partition[1]}] was claimed by another agent; nothing of this batch was saved"
        )
        self.partition = partition


class LeaseHeldError(AnchorwatchError):
    """Another agent is evaluating; what there is to judge, it judges."""

    exit_code = 0

    def __init__(self) -> None:
        super().__init__("another agent is evaluating just now")


class JudgingError(AnchorwatchError):
    """Parts of an evaluation failed by a defect of ours. The rest was judged and saved; they are tried again."""

    def __init__(self, failures: Mapping[str, Exception]) -> None:
        parts = (f"{part} ({type(failure).__name__}: {failure})" for part, failure in failures.items())
        super().__init__(f"could not be judged, all else was: {'; '.join(parts)}")
        self.failures = failures


class DeliveryError(AnchorwatchError):
    """A sink did not take a notification. `retryable` says whether trying again can help.

    `disables`: it would take no other either (a key that is not valid, a channel that is gone).
    """

    exit_code = 5

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool,
        retry_after_s: float | None = None,
        disables: bool = False,
    ) -> None:
        super().__init__(reason)
        self.disables = disables
        self.reason = reason
        self.retryable = retryable
        self.retry_after_s = retry_after_s
