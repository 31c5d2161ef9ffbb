"""Requests that are done once, on SQLite and PostgreSQL alike: after a restart, by another server, by two at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connectors.sql.database import atomic, open_engine, writing
from connectors.sql.deploys import DeployStore
from connectors.sql.dialect import Dialect
from connectors.sql.erasure import ErasureStore
from connectors.sql.requests import AnsweredRequests, drop_old_requests
from monitor.domain.access.requests import CLAIMED_FOR, KEPT_FOR, KeyedRequest, RequestAnswer
from monitor.errors import RequestChangedError, RequestInProgressError
from monitor.review.ports.requests import Claim
from tests.contract.together import at_once
from tests.stored import NOON, counts, rows

ASKED = KeyedRequest("ana", "POST /api/v1/incidents/7/note", "k1", b'{"words": "seen"}')
DONE = RequestAnswer(200, '{"id": 7}')
MOMENT = timedelta(microseconds=1)


def claimed(requests: AnsweredRequests, asked: KeyedRequest = ASKED, **later: float) -> Claim:
    claim = requests.claim(asked, NOON + timedelta(**later))
    assert isinstance(claim, Claim)
    return claim


def test_what_was_answered_is_answered_again_by_any_server(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    requests.keep(claimed(requests), DONE)
    another = open_engine(engine.url.render_as_string(hide_password=False))
    assert AnsweredRequests(another).claim(ASKED, NOON + timedelta(hours=23)) == DONE
    another.dispose()


def test_a_key_of_another_request_is_refused(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    claim = claimed(requests)
    other = ASKED._replace(content=b'{"words": "gone"}')
    with pytest.raises(RequestChangedError, match="another request"):
        requests.claim(other, NOON)
    requests.keep(claim, DONE)
    with pytest.raises(RequestChangedError):
        requests.claim(other, NOON + CLAIMED_FOR)


@pytest.mark.parametrize("own", [{"who": "vic"}, {"route": "POST /api/v1/incidents/8/note"}, {"key": "k2"}])
def test_each_person_and_each_route_has_keys_of_its_own(engine: Engine, own: dict[str, str]) -> None:
    requests = AnsweredRequests(engine)
    requests.keep(claimed(requests), DONE)
    claimed(requests, ASKED._replace(**own))  # type: ignore[arg-type]


def test_the_parts_of_a_request_cannot_be_cut_otherwise() -> None:
    assert ASKED._replace(who="an", route=f"a{ASKED.route}").id != ASKED.id


def test_while_it_is_being_done_nobody_else_does_it(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    claimed(requests)
    with pytest.raises(RequestInProgressError):
        requests.claim(ASKED, NOON + CLAIMED_FOR - MOMENT)


def test_whoever_died_with_it_holds_it_up_for_a_minute_and_can_keep_nothing_afterwards(
    engine: Engine,
) -> None:
    requests = AnsweredRequests(engine)
    dead = claimed(requests)
    alive = claimed(requests, seconds=CLAIMED_FOR.total_seconds())
    with pytest.raises(RequestInProgressError):
        requests.keep(dead, RequestAnswer(200, "of the dead"))
    requests.release(dead)
    requests.keep(alive, DONE)
    assert requests.claim(ASKED, NOON) == DONE


def test_what_was_released_may_be_done(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    requests.release(claimed(requests))
    requests.keep(again := claimed(requests), DONE)
    requests.release(again)  # it has an answer: nothing to release
    assert requests.claim(ASKED, NOON) == DONE


def test_an_answer_is_kept_for_a_day(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    requests.keep(claimed(requests), DONE)
    assert requests.claim(ASKED, NOON + KEPT_FOR - MOMENT) == DONE
    fresh = claimed(requests, hours=24)
    requests.keep(fresh, RequestAnswer(200, "anew"))
    assert requests.claim(ASKED, NOON + KEPT_FOR) == RequestAnswer(200, "anew")


def test_the_key_of_a_day_ago_serves_another_request(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    requests.keep(claimed(requests), DONE)
    claimed(requests, ASKED._replace(content=b"another"), hours=24)


def test_old_ones_are_forgotten(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    requests.keep(claimed(requests), DONE)
    claimed(requests, ASKED._replace(key="k2"), hours=1)
    assert drop_old_requests(engine, NOON + KEPT_FOR - MOMENT) == 0
    assert drop_old_requests(engine, NOON + KEPT_FOR) == 1
    assert counts(engine, "request") == {"request": 1}


def test_an_erasure_forgets_every_answer_and_leaves_what_is_being_done(engine: Engine) -> None:
    requests = AnsweredRequests(engine)
    requests.keep(claimed(requests), RequestAnswer(422, '{"detail": "no such prediction: ann-1"}'))
    doing = claimed(requests, ASKED._replace(key="k2"))
    requests.keep(claimed(requests, ASKED._replace(key="k3"), hours=2), DONE)
    assert ErasureStore(engine).erase(["ann-1"], None, NOON + timedelta(hours=1)).rows["kept answers"] == 1
    assert [body for (body,) in rows(engine, "SELECT body FROM request ORDER BY claimed_us")] == [
        None,
        DONE.body,
    ]
    requests.keep(doing, DONE)


def test_of_many_that_claim_it_at_once_exactly_one_has_it(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    engines = [open_engine(url) for _ in range(6)]

    def claim(mine: Engine) -> Callable[[], object]:
        def claimed_or_not() -> object:
            try:
                return AnsweredRequests(mine).claim(ASKED, NOON)
            except RequestInProgressError as err:
                return err

        return claimed_or_not

    got = at_once(*map(claim, engines))
    assert sum(isinstance(each, Claim) for each in got) == 1
    assert sum(isinstance(each, RequestInProgressError) for each in got) == 5
    for each in engines:
        each.dispose()


def test_what_was_done_and_the_answer_are_saved_together_or_not_at_all(engine: Engine) -> None:
    requests, deploys = AnsweredRequests(engine), DeployStore(engine)
    claim = claimed(requests)

    def do(answer: RequestAnswer, *, die: bool) -> None:
        with atomic(engine):
            deploys.add("new tokenizer", "ana", NOON, "", "")
            requests.keep(claim, answer)
            if die:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do(DONE, die=True)
    assert counts(engine, "deploy") == {"deploy": 0}
    with pytest.raises(RequestInProgressError):
        requests.claim(ASKED, NOON)

    do(DONE, die=False)
    assert counts(engine, "deploy") == {"deploy": 1}
    assert requests.claim(ASKED, NOON) == DONE


def test_who_was_overtaken_saves_nothing_of_what_it_did(engine: Engine) -> None:
    requests, deploys = AnsweredRequests(engine), DeployStore(engine)
    slow = claimed(requests)
    claimed(requests, minutes=2)

    def do_too_late() -> None:
        with atomic(engine):
            deploys.add("new tokenizer", "ana", NOON, "", "")
            requests.keep(slow, DONE)

    with pytest.raises(RequestInProgressError):
        do_too_late()
    assert counts(engine, "deploy") == {"deploy": 0}


def test_within_one_transaction_a_store_that_fails_takes_back_its_own_part_alone(engine: Engine) -> None:
    deploys = DeployStore(engine)

    def fail() -> None:
        with writing(engine) as connection:
            Dialect(connection).run("DELETE FROM deploy")
            raise ValueError("of this store")

    with atomic(engine):
        deploys.add("new tokenizer", "ana", NOON, "", "")
        with pytest.raises(ValueError, match="of this store"):
            fail()
        assert [each.text for each in deploys.all()] == ["new tokenizer"]
    assert counts(engine, "deploy") == {"deploy": 1}
