"""What programs write of incidents and silences, on SQLite and PostgreSQL alike: once, whoever dies or comes twice."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.database import open_engine
from monitor.app.clock import now
from monitor.domain.access.requests import CLAIMED_FOR, RequestAnswer
from monitor.errors import ChangedMeanwhileError, ConfigError, NotFoundError, RequestInProgressError
from tests.contract.together import at_once
from tests.contract.writers import asked, key, writer
from tests.review.broken_channel import broken
from tests.stored import counts, rows

SAID = "SELECT who, what, why FROM incident_event WHERE incident_id = 1 AND who <> 'anchorwatch' ORDER BY id"


@pytest.fixture
def at(engine: Engine) -> Engine:
    """A database in which incident 1 is open."""
    broken(engine, with_examples=False, texts=False)
    return engine


def test_what_is_said_is_in_the_history_and_the_answer_is_the_incident_as_now(at: Engine) -> None:
    desk = writer(at)
    desk.acknowledge(asked(), 1, "ana", "on it")
    desk.note(asked(), 1, "ana", "the tokenizer")
    answer = desk.resolve(asked(), 1, "ben", "rolled back")
    assert rows(at, SAID)[:2] == [("ana", "acknowledged", "on it"), ("ana", "note", "the tokenizer")]
    incident = json.loads(answer.body)
    assert incident["state"] == "resolved"
    assert [each["who"] for each in incident["history"][-3:]] == ["ana", "ana", "ben"]


def test_with_the_same_key_it_is_done_once_and_answered_twice(at: Engine) -> None:
    first = writer(at).note(asked(key()), 1, "ana", "seen")
    writer(at).note(asked(key("k2")), 1, "ben", "me, too")
    assert writer(at).note(asked(key()), 1, "ana", "seen") == first
    assert [row[2] for row in rows(at, SAID)] == ["seen", "me, too"]


def test_a_refusal_is_kept_too_though_it_could_be_done_by_now(at: Engine) -> None:
    desk = writer(at)
    refused = desk.expire(asked(key()), 1)
    assert refused == RequestAnswer(409, "there is no silence 1 that holds")
    desk.silence_members(asked(), 1, "ana", "known", "8h")
    assert desk.expire(asked(key()), 1) == refused
    assert json.loads(desk.expire(asked(key("k2")), 1).body)["holds"] is False


def test_without_a_key_a_refusal_is_an_error(at: Engine) -> None:
    with pytest.raises(NotFoundError, match="no incident 9"):
        writer(at).acknowledge(asked(), 9, "ana", "")
    writer(at).acknowledge(asked(), 1, "ana", "")
    with pytest.raises(ConfigError, match="acknowledged already"):
        writer(at).acknowledge(asked(), 1, "ben", "")


def test_what_is_no_longer_as_it_was_seen_stays_as_it_is(at: Engine) -> None:
    def opened(content: object) -> bool:
        assert isinstance(content, dict)
        return bool(content["state"] == "opened")

    writer(at).acknowledge(asked(expects=opened), 1, "ana", "")
    with pytest.raises(ChangedMeanwhileError):
        writer(at).resolve(asked(expects=opened), 1, "ben", "")
    assert writer(at).resolve(asked(key(), expects=opened), 1, "ben", "").status == 409
    assert rows(at, "SELECT state FROM incident") == [("acknowledged",)]


def test_silences_are_made_and_ended_as_by_the_command(at: Engine) -> None:
    desk = writer(at)
    members = json.loads(desk.silence_members(asked(), 1, "ana", "known", "8h").body)["members"]
    assert counts(at, "silence") == {"silence": len(members)}
    made = json.loads(desk.silence(asked(), {"intent": "gdpr_*"}, "ana", "known", "2h").body)
    assert datetime.fromisoformat(made["ends"]) - datetime.fromisoformat(made["begins"]) == timedelta(hours=2)
    assert (made["matchers"], made["author"], made["holds"]) == ({"intent": "gdpr_*"}, "ana", True)
    with pytest.raises(ConfigError, match="FIELD is one of"):
        desk.silence(asked(), {"intents": "x"}, "ana", "known", "2h")
    assert not json.loads(desk.expire(asked(), made["id"]).body)["holds"]
    assert counts(at, "silence") == {"silence": len(members) + 1}


def test_what_ends_before_the_answer_is_saved_was_not_done(at: Engine) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writer(at).note(asked(key(), after=die), 1, "ana", "seen")
    assert rows(at, SAID) == []
    writer(at).note(asked(key()), 1, "ana", "seen")  # whoever ends in order lets go of it at once
    assert len(rows(at, SAID)) == 1


KILLED = """
import os, signal, sys
from connectors.sql.database import open_engine
from tests.contract.writers import asked, key, writer
kill = lambda: os.kill(os.getpid(), signal.SIGKILL)
writer(open_engine(sys.argv[1])).note(asked(key(), after=kill), 1, "ana", "seen")
"""


def test_a_server_that_is_killed_between_doing_and_saving_did_nothing_and_another_does_it_once(
    at: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = at.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", KILLED, url], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert rows(at, SAID) == []
    with pytest.raises(RequestInProgressError):
        writer(at).note(asked(key()), 1, "ana", "seen")
    later = now() + CLAIMED_FOR
    monkeypatch.setattr("monitor.app.requests.now", lambda: later)
    first = writer(at).note(asked(key()), 1, "ana", "seen")
    assert writer(at).note(asked(key()), 1, "ana", "seen") == first
    assert len(rows(at, SAID)) == 1


def test_two_servers_at_once_with_one_key_do_it_once(at: Engine) -> None:
    url = at.url.render_as_string(hide_password=False)
    engines = [open_engine(url), open_engine(url)]

    def say(mine: Engine, name: str) -> Callable[[], object]:
        def said() -> object:
            try:
                return writer(mine).note(asked(key(name)), 1, "ana", name)
            except RequestInProgressError as err:
                return err

        return said

    for turn in range(6):
        one, other = at_once(*(say(each, f"k{turn}") for each in engines))
        again = say(at, f"k{turn}")()
        assert again in (one, other)
        assert all(isinstance(each, RequestInProgressError) or each == again for each in (one, other))
    assert [row[2] for row in rows(at, SAID)] == [f"k{turn}" for turn in range(6)]
    for each in engines:
        each.dispose()
