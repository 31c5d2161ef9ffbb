"""Deploys that people noted: kept, shown beside the falls that came soon after, muted for a while, and dropped."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.deploys import DeployStore
from connectors.sql.old_notices import drop_old_notices
from connectors.sql.review.incidents import IncidentRecords
from connectors.sql.silences import SilenceStore
from monitor.domain.incidents.deploys import Deploy
from monitor.domain.telling.silences import Silence
from monitor.errors import ConfigError
from monitor.incidents.deploying import NewDeploy, note_deploy
from reports.tables.incidents import as_object, incident_view
from tests.stored import NOON, counts
from tests.worlds import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def noted(engine: Engine, new: NewDeploy, now: datetime = NOON) -> tuple[Deploy, Silence | None]:
    return note_deploy(DeployStore(engine), SilenceStore(engine), new, now)


def test_a_deploy_is_kept_as_it_was_noted_and_the_latest_is_listed_first(engine: Engine) -> None:
    first, muted = noted(engine, NewDeploy("new tokenizer", "ana", NOON, "tickets", "8"))
    second, _ = noted(engine, NewDeploy("new host", "bo", NOON - HOUR))
    assert (first.id, second.id, muted) == (1, 2, None)
    assert DeployStore(engine).all() == [first, second]
    assert first == Deploy(id=1, at=NOON, text="new tokenizer", author="ana", model="tickets", version="8")


def test_a_mute_is_a_silence_of_the_deployed_cells_that_ends_by_itself(engine: Engine) -> None:
    _, muted = noted(
        engine, NewDeploy("new tokenizer", "ana", NOON, "shop-*", "8", 30 * timedelta(minutes=1))
    )
    (silence,) = SilenceStore(engine).all()
    assert silence == muted
    assert silence.matchers == {"model": "shop-*", "version": "8"}
    assert (silence.begins, silence.ends) == (NOON, NOON + HOUR / 2)
    assert (silence.author, silence.reason) == ("ana", "deploy: new tokenizer")


def test_a_mute_of_a_deploy_to_come_begins_with_it_and_one_of_every_model_fits_all(engine: Engine) -> None:
    _, muted = noted(engine, NewDeploy("new host", "ana", NOON + HOUR, mute=HOUR))
    assert muted is not None
    assert (muted.matchers, muted.begins, muted.ends) == ({"model": "*"}, NOON + HOUR, NOON + 2 * HOUR)


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (NewDeploy(" ", "ana", NOON), 'TEXT: say what went live, such as "new tokenizer"'),
        (NewDeploy("x" * 501, "ana", NOON), "TEXT: is longer than 500 characters; say it in fewer"),
        (NewDeploy("x", " ", NOON), "--by: say who notes it"),
        (NewDeploy("x", "ana", NOON, "m" * 256), "--model: is longer than 255 characters"),
        (
            NewDeploy("x", "ana", NOON + 2 * DAY),
            f"--at: {NOON + 2 * DAY:%Y-%m-%d %H:%M} UTC is more than a day ahead; note it when it happens",
        ),
        (
            NewDeploy("x", "ana", NOON, mute=2 * DAY),
            "--mute: lasts a day at most; for longer use `anchorwatch silence add`",
        ),
        (
            NewDeploy("x", "ana", NOON - 2 * HOUR, mute=HOUR),
            f"--mute: would have ended at {NOON - HOUR:%Y-%m-%d %H:%M} UTC; leave it out",
        ),
    ],
)
def test_what_will_not_do_is_refused_and_nothing_is_kept(
    engine: Engine, new: NewDeploy, problem: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        noted(engine, new)
    assert caught.value.problems == [problem]
    assert counts(engine, "deploy", "silence") == {"deploy": 0, "silence": 0}


def test_deploys_go_as_long_after_them_as_notices_do(engine: Engine) -> None:
    for text, at in (("old", NOON), ("new", NOON + 5 * DAY)):
        noted(engine, NewDeploy(text, "ana", at), NOON + 5 * DAY)
    drop_old_notices(engine, NOON + 12 * DAY, 10)
    assert [deploy.text for deploy in DeployStore(engine).all()] == ["new"]


def fallen(engine: Engine) -> datetime:
    """An incident of the model `tickets`; when its fall began."""
    world = World(engine)
    world.anchor(erasure=(0.9, 50))
    world.outcomes("erasure", "h" * 30, at=-200)
    world.outcomes("erasure", "m" * 20)
    world.evaluate()
    (incident,) = IncidentRecords(engine).all()
    return incident.members[0].onset


def test_an_incident_shows_the_deploys_within_a_day_before_its_onset_and_no_others(engine: Engine) -> None:
    onset = fallen(engine)
    for text, at, model in (
        ("just before", onset - HOUR, "tickets"),
        ("a day before", onset - DAY, ""),
        ("too early", onset - DAY - HOUR, "tickets"),
        ("too late", onset + 30 * DAY, "tickets"),
        ("another model", onset - HOUR, "shop-*"),
        ("by a pattern", onset, "tick*"),
    ):
        noted(engine, NewDeploy(text, "ana", at, model), onset + 60 * DAY)
    (incident,) = IncidentRecords(engine).all()
    assert [deploy.text for deploy in incident.deploys] == ["a day before", "just before", "by a pattern"]


def test_incident_show_has_a_line_for_each_and_its_json_an_object(engine: Engine) -> None:
    onset = fallen(engine)
    noted(engine, NewDeploy("new tokenizer", "ana", onset - HOUR, "tickets", "7"), onset)
    (incident,) = IncidentRecords(engine).all()
    at = f"{onset - HOUR:%Y-%m-%d %H:%M} UTC"
    assert incident_view(incident).blocks[0].lines[2:] == [
        f"deploy of tickets v7 at {at}: new tokenizer (ana)"
    ]
    assert as_object(incident)["deploys"] == [
        {
            "id": 1,
            "at": (onset - HOUR).isoformat(),
            "model": "tickets",
            "version": "7",
            "text": "new tokenizer",
            "author": "ana",
        }
    ]
