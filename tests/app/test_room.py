"""The watch room on a real database: each page shows what its command prints, and what people say there is done."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from monitor.app import backtesting
from monitor.app.backtesting import Trial
from monitor.app.clock import now
from monitor.app.room import Room
from monitor.app.serving import watch_room_server
from monitor.app.silencing import silence_members
from monitor.app.stores import Stores
from monitor.domain.anchors.promise import Measured, Promise, Provenance, build
from monitor.domain.events.types import Model
from monitor.errors import NotFoundError
from monitor.settings.storage import Database
from reports.objects import json_text
from reports.tables.backtest import backtest_view
from reports.tables.incidents import incidents_view
from reports.web.page import MENU
from tests.hostile import KINDS, Page
from tests.review.broken_channel import broken
from tests.stored import NOON
from tests.worlds import World

FOLDED = {"details", "summary"}
"""The tags of what is so long that its beginning is shown."""


@pytest.fixture
def stores(sqlite_engine: Engine) -> Iterator[Stores]:
    world = broken(sqlite_engine)
    world.outcomes("billing", "h" * 5)
    world.evaluate()
    database = Database(url=SecretStr(str(world.engine.url)))
    made = Stores(world.settings.model_copy(update={"database": database}), world.engine)
    yield made
    made.close()


@pytest.fixture
def browser(stores: Stores) -> Iterator[httpx.Client]:
    server = watch_room_server(stores, 0)
    with server, httpx.Client(base_url=server.address, trust_env=False, timeout=60) as client:
        yield client


def test_the_first_page_names_the_open_incident_and_leads_to_it_in_one_step(browser: httpx.Client) -> None:
    page = browser.get("/").text
    assert "open incidents" in page
    assert "/incidents/1" in Page(page).links
    assert "<title>(1) now</title>" in page
    assert 'href="/static/broken.svg?v=' in page


def test_every_link_of_every_page_leads_to_a_page(browser: httpx.Client) -> None:
    waiting, seen = ["/"], set[str]()
    while waiting:
        place = waiting.pop()
        if place in seen or place.startswith("#"):
            continue
        seen.add(place)
        answer = browser.get(place)
        assert answer.status_code == 200, (place, answer.text)
        if "html" in answer.headers["content-type"]:
            waiting += Page(answer.text).links
    assert {place for place, _ in MENU} < seen
    assert "/incidents/1/tickets.csv" in seen
    assert "/incidents/1/analysis" in seen
    assert any(place.startswith("/models/tickets/prod/intents/erasure") for place in seen)


def test_a_page_and_its_command_rest_on_the_same_object(browser: httpx.Client, stores: Stores) -> None:
    assert browser.get("/incidents.json").text == json_text(incidents_view(stores.incidents.all()).content)
    (incident,) = json.loads(browser.get("/now.json").text)["incidents"]
    assert incident == json.loads(browser.get("/incidents/1.json").text)


def test_a_model_is_narrowed_by_its_address(browser: httpx.Client) -> None:
    whole = browser.get("/models/tickets/prod.json").json()
    cells = browser.get("/models/tickets/prod.json?verdict=degraded").json()
    assert 0 < len(cells) < len(whole)
    assert {cell["verdict"] for cell in cells} == {"degraded"}
    found = browser.get("/models/tickets/prod.json?q=ERAS").json()
    assert {cell["intent"] for cell in found} == {"erasure"}
    page = browser.get("/models/tickets/prod?verdict=degraded&intent=er*").text
    assert "<option selected>degraded</option>" in page
    assert 'value="er*"' in page


def test_a_name_that_was_mistyped_is_answered_with_what_was_meant(browser: httpx.Client) -> None:
    answer = browser.get("/models/tickets/prod?intent=erasur")
    assert (answer.status_code, "did you mean erasure?" in answer.text) == (404, True)
    assert browser.get("/models/tickets/nowhere").status_code == 404


def test_what_is_said_on_the_page_is_in_the_history_and_on_the_page(browser: httpx.Client) -> None:
    token = re.search(r'name="form" value="([\w-]+)"', browser.get("/incidents/1").text)
    assert token
    said = {"form": token[1], "who": "ben", "why": "on the train"}
    assert browser.post("/incidents/1/acknowledge", data=said).status_code == 303
    assert browser.post("/incidents/1/note", data={**said, "words": "rolled back"}).status_code == 303
    assert browser.post("/incidents/1/silence", data={**said, "until": "2h"}).status_code == 303
    page = browser.get("/incidents/1").text
    assert "on the train" in page
    assert "rolled back" in page
    assert "on the train" in browser.get("/silences").text
    nothing = browser.post("/incidents/1/resolve", data={**said, "why": " "})
    assert (nothing.status_code, "say what was done" in nothing.text) == (422, True)
    assert browser.post("/incidents/1/resolve", data=said).status_code == 303
    page = browser.get("/incidents/1").text
    assert "resolved by ben" in page
    assert 'action="/incidents/1/acknowledge"' not in page


def test_an_incident_says_how_its_members_stand_now_what_to_do_and_that_it_is_silenced(
    browser: httpx.Client, stores: Stores
) -> None:
    page = browser.get("/incidents/1").text
    assert "<title>(1) erasure: incident 1</title>" in page
    assert '<a href="/runbooks/recall-drop">' in page
    text = browser.get("/runbooks/recall-drop").text
    assert "anchorwatch incident analyze" in text
    assert browser.get("/runbooks/nothing").status_code == 404
    assert page.index("its members now") < page.index('id="note"') < page.index("<h2>history</h2>")
    (status,) = [each for each in stores.status.cells() if str(each.state.cell) == "erasure"]
    assert f">{status.state.labels.reading.recall:.2f}</td>" in page
    assert "silenced until" not in page
    silence_members(stores, 1, "ben", "being fixed", "2h", now())
    assert re.search(
        r"silenced until <time[^>]*>[^<]*</time> by ben: being fixed", browser.get("/incidents/1").text
    )


def test_a_silence_begins_and_ends_on_its_page_and_what_was_done_is_said_once(browser: httpx.Client) -> None:
    token = re.search(r'name="form" value="([\w-]+)"', browser.get("/silences").text)
    assert token
    said = {
        "form": token[1],
        "who": "ben",
        "what": "intent=eras* slice=channel=*",
        "why": "known",
        "until": "2h",
    }
    refused = browser.post("/silences/add", data={**said, "what": "intnt=x", "until": "2020-01-01T00:00"})
    assert refused.status_code == 422
    assert "did you mean intent?" in refused.text
    assert "is over; give a later time" in refused.text
    assert 'value="intnt=x"' in refused.text
    done = browser.post("/silences/add", data=said)
    assert (done.status_code, done.headers["location"]) == (303, "/silences")
    page = browser.get("/silences").text
    assert "intent=eras* slice=channel=*" in page
    assert '<p id="done" class="good" role="status">silenced</p>' in page
    assert 'name="who" required maxlength="2000" autocomplete="name" value="ben"' in page
    assert 'id="done"' not in browser.get("/silences").text
    (number,) = re.findall(r'action="/silences/(\d+)/end"', page)
    assert browser.post(f"/silences/{number}/end", data={"form": token[1]}).status_code == 303
    page = browser.get("/silences").text
    assert "nothing is silenced" in page
    assert "the silence is over" in page
    assert browser.post(f"/silences/{number}/end", data={"form": token[1]}).status_code == 404


def test_a_question_to_the_budget_is_answered_above_it_and_keeps_its_words(browser: httpx.Client) -> None:
    place = "/budget{}?false_pages=4&labels=erasure%3D100&fall_to=0.39"
    page = browser.get(place.format("")).text
    assert "<h2>what if</h2>" in page
    assert 'name="labels" value="erasure=100"' in page
    told = browser.get(place.format(".json")).json()
    (erasure,) = [each for each in told["cells"] if each["cell"] == "erasure"]
    assert (erasure["before"]["labels_per_day"], erasure["after"]["labels_per_day"]) == (45, 100)
    assert erasure["after"]["money_per_day"] == pytest.approx(4 * erasure["before"]["money_per_day"])
    assert erasure["after"]["days"] < erasure["before"]["days"]
    amiss = browser.get("/budget?false_pages=no&drop=3&labels=erasur%3D2").text
    assert "false pages: a number above 0" in amiss
    assert "drop: a number above 0 and below 1" in amiss
    assert 'name="false_pages" value="no"' in amiss
    assert "there is no intent" in browser.get("/budget?labels=erasur%3D2").text
    assert "what if" not in browser.get("/budget").text


def test_the_past_is_replayed_by_what_is_asked_as_the_command_does_it(
    browser: httpx.Client, stores: Stores
) -> None:
    page = browser.get("/budget?false_pages=4&drop=0.2").text
    token = re.search(r'name="form" value="([\w-]+)"', page)
    assert token
    assert '<input type="hidden" name="drop" value="0.2">' in page
    said = {"form": token[1], "who": "ana", "false_pages": "4", "drop": "0.2"}
    place = browser.post("/budget/backtest", data=said).headers["location"]
    deadline = time.monotonic() + 240
    while (told := browser.get(f"{place}.json").json())["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    judge = stores.settings.judge.model_copy(update={"drop": 0.2, "false_pages_per_year": 4.0})
    settings = stores.settings.model_copy(update={"judge": judge})
    by_hand = backtesting.run(settings, None, Trial(), on_begin=lambda _: None, on_day=lambda _: None)
    assert (told["state"], told["problem"], told["by"]) == ("done", None, "ana")
    assert told["result"] == json.loads(json_text(backtest_view(by_hand).content))
    assert "--set drop=0.2 --set false_pages_per_year=4" in browser.get(place).text
    nobody = browser.post("/budget/backtest", data={**said, "who": ""})
    assert (nobody.status_code, "say who you are" in nobody.text) == (422, True)


def test_an_anchor_is_activated_from_the_page_that_shows_what_changes(
    browser: httpx.Client, stores: Stores
) -> None:
    promise = Promise(Measured(0.3, 200))
    new = build(Model("tickets", "7"), {("erasure", ""): promise}, Provenance("b", "e" * 64, "csv", NOON))
    stores.anchors.add(new, [])
    old = next(listed.anchor for listed in stores.anchors.all() if listed.active_since)
    place = f"/anchors/{new.id[:12]}/diff"
    assert place in Page(browser.get(f"/anchors/{new.id[:12]}").text).links
    (changed,) = [each for each in browser.get(f"{place}.json").json()["intents"] if each["floor_moves"]]
    assert (changed["intent"], changed["after"]["floor"]) == ("erasure", 0.2)
    assert changed["labels_bet_again"] == 90
    page = browser.get(place).text
    address = re.search(r'action="(/anchors/[^"]+)"', page)
    token = re.search(r'name="form" value="([\w-]+)"', page)
    assert address
    assert token
    said = {"form": token[1], "who": "ben"}
    assert browser.post(address[1], data=said).headers["location"] == f"/anchors/{new.id}"
    assert "active since" in browser.get(f"/anchors/{new.id}").text
    assert ", by ben" in browser.get(f"/anchors/{new.id}").text
    again = browser.post(address[1], data=said)
    assert (again.status_code, "not to what you saw" in again.text) == (409, True)
    back = browser.get(f"/anchors/{new.id}/diff/{old.id}").text
    assert f"{old.id}/instead-of/{new.id}/activate" in back
    assert "/activate" not in browser.get(f"/anchors/{old.id}/diff/{new.id}").text


def test_where_nothing_came_yet_it_says_what_to_type(sqlite_engine: Engine) -> None:
    empty = World(sqlite_engine)
    page = Room(Stores(empty.settings, empty.engine)).now().html()
    assert "nothing has come yet" in page
    assert "anchorwatch anchor import" in page


def test_what_is_not_there_is_not_found(stores: Stores) -> None:
    room = Room(stores)
    with pytest.raises(NotFoundError, match="there is no incident 9"):
        room.incident(9)
    with pytest.raises(NotFoundError, match="no anchor's id begins with 'zzz'"):
        room.anchor("zzz")
    with pytest.raises(NotFoundError):
        room.model("tickets", "nowhere", {})


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The tags of pages on which everything is called `erasure`."""
    return _tags(tmp_path_factory.mktemp("harmless"), "erasure")


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_every_kind_are_words_on_a_page_and_nothing_else(
    tmp_path: Path, harmless: list[list[str]], kind: str
) -> None:
    name = KINDS[kind][:200].strip().replace("__", "_ _")  # two in a row are a slice to `World.anchor`
    assert _tags(tmp_path, name) == harmless


def _tags(folder: Path, name: str) -> list[list[str]]:
    """The tags of every page that a report has not, where everything has this name."""
    engine = open_engine(f"sqlite:///{folder / 'world.db'}")
    upgrade(engine)
    world, model = World(engine), Model(name, name)
    world.anchor(model, **{name: (0.88, 38)})
    world.outcomes(name, "h" * 10 + "m" * 30, model=model, slices={name: name})
    world.evaluate()
    room = Room(Stores(world.settings, engine))
    pages = (room.now(), room.incidents({}), room.incident(1), room.budget({}), room.versions())
    tags = [[tag for tag in Page(page.html("token")).foreign if tag not in FOLDED] for page in pages]
    engine.dispose()
    return tags
