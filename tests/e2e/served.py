"""The watch room as the real command serves it, on a configuration with a broken intent."""

import re
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page

from connectors.sql.database import open_engine
from connectors.sql.migrate import upgrade
from tests.contract.labels.draws import draw, wait
from tests.review.broken_channel import broken
from tests.stored import label, store, take


class Served:
    """A configuration with a broken intent and a draw of tickets, and `anchorwatch serve` on it.

    It can be killed and started again.
    """

    def __init__(self, folder: Path) -> None:
        engine = open_engine(f"sqlite:///{folder / 'anchorwatch.db'}")
        upgrade(engine)
        world = broken(engine)
        world.outcomes("billing", "h" * 5)
        world.evaluate()
        wait(store(engine), "d1", "d2")
        draw(engine, d1=0.5, d2=0.25)
        take(store(engine), label("d1"))
        engine.dispose()
        self.config = folder / "anchorwatch.yaml"
        self.config.write_text("database: {url: 'sqlite:///anchorwatch.db'}\nslices: [{name: channel}]\n")
        self.port = 0
        self.start()

    def start(self) -> None:
        """Begin to serve, where it was served before."""
        self.process = subprocess.Popen(
            self._command("serve", "--port", str(self.port)), stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                return
        raise AssertionError("it does not serve")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it; its exit code."""
        self.process.send_signal(number)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return self.process.wait(20)

    def says(self, *words: str) -> str:
        """What another command prints."""
        done = subprocess.run(self._command(*words), capture_output=True, text=True, timeout=120, check=True)
        return done.stdout

    def _command(self, *words: str) -> list[str]:
        return [
            sys.executable,
            "-c",
            "from monitor.cli import main; main()",
            *words,
            "--config",
            str(self.config),
        ]

    def at(self, place: str = "/") -> str:
        """An address of it."""
        return f"http://127.0.0.1:{self.port}{place}"


def say(page: Page, button: str, **fields: str) -> None:
    """Fill in the form of a button, and press it."""
    form = page.locator("form.says").filter(has=page.get_by_role("button", name=button, exact=True))
    for name, words in fields.items():
        form.locator(f"[name={name}]").fill(words)
    form.get_by_role("button").click()
