"""Names in the configuration are spelled as those of events are read."""

from monitor.settings.settings import Settings


def test_names_are_trimmed_and_normalised_as_those_of_events_are() -> None:
    settings = Settings.model_validate(
        {
            "watch": {"intents": ["refund ", "ru\u0308ckgabe", "*"]},
            "intents": {"ru\u0308ckgabe": {"team": "returns"}},
            "slices": [{"name": "channel ", "values": [" email"]}, {"name": "tier"}],
        }
    )
    assert settings.watch.intents == ("refund", "r\u00fcckgabe", "*")
    assert settings.intents["r\u00fcckgabe"].team == "returns"
    assert [(rule.name, rule.values) for rule in settings.slices] == [("channel", ("email",)), ("tier", "*")]
