"""A real oauth2-proxy before the watch room, where one is on the PATH, with the flags of docs/operations.md."""

import base64
import hashlib
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from monitor.app import oncall
from monitor.app.serving import watch_room_server
from monitor.app.stores import Stores
from monitor.settings.settings import Settings
from tests.e2e.served import say
from tests.e2e.typed_in_docs import FENCE
from tests.review.broken_channel import broken

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
SOON_MS = 20_000
PASSWORD = "on call at night"
PROXY = shutil.which("oauth2-proxy")


class Behind(NamedTuple):
    """The proxy, and the room behind it."""

    proxy: str
    room: str
    stores: Stores


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def behind(tmp_path: Path, sqlite_engine: Engine) -> Iterator[Behind]:
    world = broken(sqlite_engine)
    web = {
        "proxy": {
            "addresses": ["127.0.0.1"],
            "header": "X-Forwarded-User",
            "groups_header": "X-Forwarded-Groups",
            "groups": {"oncall": "responder"},
        }
    }
    settings = world.settings.model_copy(update={"web": Settings.model_validate({"web": web}).web})
    stores, people = Stores(settings, world.engine), tmp_path / "people"
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode(), usedforsecurity=False).digest()).decode()
    people.write_text(f"ana:{{SHA}}{digest}\n")
    secret = tmp_path / "cookie"
    secret.write_text("0123456789abcdef0123456789abcdef")
    address = f"127.0.0.1:{_free_port()}"
    with watch_room_server(stores, 0) as server:
        here = {
            "--http-address": address,
            "--upstream": f"{server.address}/",
            "--htpasswd-file": str(people),
            "--cookie-secret-file": str(secret),
        }
        words = [*_as_documented(here), "--cookie-secure=false"]
        with (tmp_path / "log").open("w") as log:
            process = subprocess.Popen([str(PROXY), *words], stdout=log, stderr=log)
        try:
            _wait(f"http://{address}/ping", tmp_path / "log")
            yield Behind(f"http://{address}", server.address, stores)
        finally:
            process.terminate()
            process.wait(10)
    stores.close()


def _as_documented(here: Mapping[str, str]) -> list[str]:
    """The flags of docs/operations.md, with what is another here."""
    (block,) = (
        text for _, wanted, text in FENCE.findall(OPERATIONS.read_text()) if wanted == "needs=oauth2-proxy"
    )
    _, *flags = shlex.split(block.replace("\\\n", " "))
    names = [flag.partition("=")[0] for flag in flags]
    assert here.keys() <= set(names)
    return [f"{name}={here[name]}" if name in here else flag for name, flag in zip(names, flags, strict=True)]


def _wait(ping: str, log: Path) -> None:
    for _ in range(300):
        try:
            if httpx.get(ping, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def entered(browser: Browser, behind: Behind) -> Iterator[Page]:
    """Somebody who signed in, on the page that they asked for."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{behind.proxy}/incidents/1")
    page.locator("[name=username]").fill("ana")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form:has([name=password]) button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("incident 1")
    yield page
    context.close()


def test_who_signed_in_acts_under_their_name_and_hears_of_changes(entered: Page, behind: Behind) -> None:
    expect(entered.locator(".visitor")).to_contain_text("ana, responder")
    say(entered, "note", words="rolled back")
    expect(entered.locator("tr", has_text="rolled back")).to_contain_text("ana")
    oncall.note(behind.stores, 1, "bo", "from the terminal")
    expect(entered.locator("main")).to_contain_text("from the terminal", timeout=SOON_MS)


def test_a_name_that_somebody_else_sends_is_nobodys(entered: Page, behind: Behind) -> None:
    spoofed = {"X-Forwarded-User": "eve", "X-Forwarded-Groups": "oncall"}
    cookies = {str(each["name"]): str(each["value"]) for each in entered.context.cookies()}
    through = httpx.get(f"{behind.proxy}/", headers=spoofed, cookies=cookies, trust_env=False)
    assert (through.status_code, "ana, responder" in through.text, "eve" in through.text) == (
        200,
        True,
        False,
    )
    stranger = httpx.get(f"{behind.proxy}/", headers=spoofed, trust_env=False)
    assert (stranger.status_code, "eve" in stranger.text) == (403, False)
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(transport=elsewhere) as neighbour:
        direct = neighbour.get(f"{behind.room}/", headers=spoofed)
    assert direct.status_code == 403
    assert "the header X-Forwarded-User is for the proxy alone to set" in direct.text
