"""What is judged, against what, and when it is called degraded."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, field_validator, model_validator

from monitor.domain.anchors.promise import CHANCE, Basis
from monitor.domain.events.belief import Belief
from monitor.domain.events.names import normal
from monitor.domain.events.types import ONLY_OF_MISSES, Design, Kind
from monitor.domain.labelling.clustering import Clustered
from monitor.settings.drawing import DrawSettings
from monitor.settings.predictions import NoIntents
from monitor.settings.section import CENTURY_DAYS, Section, at_least


class Watch(Section):
    """Which intents may page: the listed ones ("*" for all), and the rare ones by either limit."""

    intents: tuple[str, ...] = ()
    rare_share: float = Field(0.03, ge=0, le=1)
    rare_support: int = Field(60, ge=0)

    @field_validator("intents")
    @classmethod
    def _as_events_are_read(cls, intents: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(normal, intents))


class ModelRules(Section):
    """When a cell is called degraded, blind or stale: what may be another for each model.

    `promise` says what a model is held to: the floor, its offline recall less the `drop` that is tolerated, or the
    anchor, that recall less chance.
    """

    promise: Literal["floor", "anchor"] = "floor"
    drop: float = Field(0.10, gt=0, lt=1)
    detect_within_days: float = Field(14.0, gt=0, le=CENTURY_DAYS)
    stale_after_days: float = Field(3.0, gt=0, le=CENTURY_DAYS)
    clustered: Clustered = "auto"

    @property
    def forgiven(self) -> float:
        """How much of its offline recall a release may lose before it is bet against."""
        return self.drop if self.promise == "floor" else CHANCE


class Judge(ModelRules):
    """When a cell is called degraded, blind or stale, and the budget, which is one for all models."""

    false_pages_per_year: Annotated[float, at_least(1e-4)] = Field(1.0, gt=0, le=1e5)
    notes_per_year: float = Field(12.0, ge=0, le=1e5)
    early_notes_per_year: float = Field(4.0, ge=0, le=1e5)
    groups_share: float = Field(0.5, ge=0, lt=1)
    recovery_labels: float = Field(200.0, ge=20, le=1e6)


class GroupSettings(Section):
    """Intents of a model that are bet on together; patterns may hold * and ?. `rare` is one by default."""

    name: str = Field(min_length=1, max_length=100)
    intents: tuple[str, ...] = Field(min_length=1)
    weight: Annotated[float, at_least(1e-6)] = Field(1.0, gt=0, le=1e6)

    @field_validator("name", "intents")
    @classmethod
    def _as_events_are_read(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return normal(given) if isinstance(given, str) else tuple(map(normal, given))


class Versions(Section):
    """When a version that another one answers for is out of the budget, of `status` and of advice."""

    retire_after_days: float = Field(7.0, gt=0, le=CENTURY_DAYS)

    @property
    def retire_after(self) -> timedelta:
        """The same as a span of time."""
        return timedelta(days=self.retire_after_days)


class AnchorSettings(Section):
    """Which offline number is held up, and whether its own uncertainty counts.

    `of_traffic`: its real examples were taken from traffic as it comes, so they tell how often each intent is asked.
    """

    basis: Basis = "auto"
    treat_as: Literal["estimate", "promise"] = "estimate"
    of_traffic: bool = False


class Sampling(Section):
    """The smallest chance of being labelled that any prediction can have: it bounds every weight."""

    min_probability: Annotated[float, at_least(1e-6)] = Field(0.01, gt=0, le=1)


class BelievedLabels(Section):
    """Which labels of some topics (or files) are believed; what is not named is not asked."""

    topic: str = Field(min_length=1, max_length=255)
    kinds: tuple[Kind, ...] | None = None
    designs: tuple[Design, ...] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _something_is_believed(self) -> Self:
        if self.kinds == () or self.designs == ():
            raise ValueError(
                "an empty list would believe nothing; leave the topic out of kafka.topics instead"
            )
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("since is not before until, so nothing would be believed")
        return self

    def belief(self) -> Belief:
        """The rule as the domain has it."""
        return Belief(
            topic=self.topic,
            kinds=None if self.kinds is None else frozenset(self.kinds),
            designs=None if self.designs is None else frozenset(self.designs),
            since=self.since,
            until=self.until,
        )


class Labels(Section):
    """Which kinds of label enter recall, which labels are believed at all, by topic, and how many may be wrong.

    Complaints and corrections never enter recall: they exist only for misses. `slip_rate` is the share of the tickets
    of other intents that labellers wrongly put under an intent: taken as it is where it is a number; auto goes by
    second readings, from ten misses of an intent that were read again on, and without them believes every label. `draw`
    says which tickets are to be labelled next. `out_of_scope` names what labels say of a ticket that belongs to no
    intent, beside null.
    """

    accept: tuple[Kind, ...] = (Kind.HUMAN, Kind.ADJUDICATED)
    believe: tuple[BelievedLabels, ...] = ()
    out_of_scope: NoIntents = ()
    slip_rate: Annotated[float, Field(ge=0, le=0.1)] | Literal["auto"] = "auto"
    draw: DrawSettings | None = None

    @property
    def assumed_slips(self) -> float:
        """The rate of wrong labels that is taken as given; 0 where second readings tell it."""
        return 0.0 if self.slip_rate == "auto" else self.slip_rate

    @field_validator("accept")
    @classmethod
    def _none_only_of_misses(cls, accept: tuple[Kind, ...]) -> tuple[Kind, ...]:
        for kind in sorted(ONLY_OF_MISSES.intersection(accept)):
            raise ValueError(
                f"{kind} labels exist only for misses, so they can never enter recall; remove '{kind}'"
            )
        if not accept:
            raise ValueError("name at least one kind of label")
        return accept


class SliceSettings(Section):
    """A slice to judge apart: its name in the events' `slices`, and which values."""

    name: str = Field(min_length=1, max_length=255)
    values: tuple[str, ...] | Literal["*"] = "*"
    cap: int = Field(20, gt=0, le=1000)
    against: Literal["own", "intent"] = "own"

    @field_validator("name", "values")
    @classmethod
    def _as_events_are_read(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return normal(given) if isinstance(given, str) else tuple(map(normal, given))
