"""A schema registry that is away is noted for people from its first trouble on, until something is saved again."""

from connectors.formats.avro import FramedAvro
from connectors.formats.registry import RegisteredSchema
from monitor.domain.events.mapping.identity import IDENTITY
from monitor.errors import RegistryAwayError
from tests.connectors.formats.writing import AVRO_PREDICTION, FakeRegistry, as_avro, framed, registered
from tests.domain.events.records import PREDICTION
from tests.ingest.agents import PREDICTIONS, Agent, filled, prediction


class Dying(FakeRegistry):
    """One that is away as the client says it."""

    def _answer(self, known: RegisteredSchema | None) -> RegisteredSchema:
        if self.down:
            raise RegistryAwayError(self.down)
        return super()._answer(known)


def agent_of(registry: FakeRegistry, *values: bytes) -> Agent:
    decoder = FramedAvro(IDENTITY["prediction"], registry)  # type: ignore[arg-type]
    return Agent(filled(*values), decoders={PREDICTIONS.topic: decoder}).joined()


VALUE = framed(7, as_avro(PREDICTION))


def test_it_is_away_since_the_first_trouble_and_until_a_batch_is_saved() -> None:
    registry = Dying({7: registered(AVRO_PREDICTION)})
    registry.down = "gone"
    agent = agent_of(registry, VALUE)
    began = agent.clock()
    assert agent.step().trouble == "gone"
    agent.clock.forward(hours=1)
    assert agent.step().trouble == "gone"
    assert agent.database.registry_away == began
    registry.down = ""
    assert agent.step().new == 1
    assert agent.database.registry_away is None


def test_a_note_that_an_agent_left_goes_with_the_first_batch_of_the_next() -> None:
    agent = agent_of(FakeRegistry({7: registered(AVRO_PREDICTION)}), VALUE)
    agent.database.registry_away = agent.clock()
    agent.step()
    assert agent.database.registry_away is None


def test_a_database_that_is_away_is_no_registry_and_one_that_takes_no_note_holds_nothing_up() -> None:
    registry = Dying({7: registered(AVRO_PREDICTION)})
    agent = agent_of(registry, VALUE)
    agent.store.down = "no database"
    assert agent.step().trouble == "no database"
    assert agent.database.registry_away is None
    registry.down = "gone"
    assert agent.step().trouble
    agent.store.down = registry.down = ""
    assert agent.step().new == 1


def test_whoever_never_needs_the_registry_leaves_the_note_of_those_who_do() -> None:
    agent = Agent(filled(prediction())).joined()
    agent.database.registry_away = agent.clock()
    assert agent.step().new == 1
    assert agent.database.registry_away == agent.clock()
