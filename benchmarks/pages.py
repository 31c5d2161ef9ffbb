"""One page as each sink shows it, in docs/pages: `anchorwatch demo --keep DIR`, then `python -m benchmarks.pages DIR`.

Without DIR the files are made again from the notice that is there (docs/pages/notice.json). Where Chromium is
installed, the picture of the e-mail (docs/images/page.png) is taken anew too.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
from sqlalchemy import create_engine, text

from connectors.sinks import alertmanager, email_html, pagerduty, slack, webhook
from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.email import EmailSink
from connectors.sinks.http import Http
from connectors.sql.sent_alerts import SentAlerts
from monitor.domain.telling.notices import Notice
from monitor.domain.telling.page import Page
from monitor.domain.telling.runbooks import linked
from reports.pages.page import page_of

PAGES = Path(__file__).parent.parent / "docs" / "pages"
RUNBOOKS_URL = "https://wiki.example.org/anchorwatch"


def from_demo(folder: Path) -> Notice:
    """The notice of the demo's last page, with both intents in it."""
    with create_engine(f"sqlite:///{folder / 'anchorwatch.db'}").connect() as connection:
        row = connection.execute(
            text("SELECT notice FROM notification WHERE kind LIKE 'incident.%' ORDER BY number DESC LIMIT 1")
        ).one()
    return msgspec.json.decode(row[0], type=Notice)


def rendered(notice: Notice) -> Iterator[tuple[str, str]]:
    """(file name, content) of each sink, as it leaves us."""
    yield "notice.json", _json(json.loads(msgspec.json.encode(notice)))
    notice = linked(notice, RUNBOOKS_URL)
    page = page_of(notice)
    yield "terminal.txt", page.text
    yield "email.html", email_html.html(page, notice.kind)
    yield "email.txt", _mail(notice, page)
    yield "slack.json", _json(slack.payload(page))
    yield "webhook.json", _json(json.loads(webhook.payload(notice, page)))
    event = {"event_action": "trigger", "dedup_key": notice.dedup_key}
    event |= json.loads(msgspec.json.encode(pagerduty.triggered(notice, page)))
    yield "pagerduty.json", _json({"routing_key": "(yours)", **event})
    yield "alertmanager.json", _json(_alerts(notice, page))


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _alerts(notice: Notice, page: Page) -> object:
    nothing_sent = SentAlerts(create_engine("sqlite://"))
    sink = AlertmanagerSink("am", [], Http(lambda: notice.at), nothing_sent)
    alerts = list(sink.alerts(notice, page))
    return json.loads(alertmanager.payload(alerts, notice.at + timedelta(seconds=1), timedelta(hours=72)))


def _mail(notice: Notice, page: Page) -> str:
    sink = EmailSink(
        "mail",
        "smtp.example.org",
        587,
        sender="anchorwatch@example.org",
        to=["oncall@example.org"],
        security="none",
    )
    message = sink.message(notice, page)
    body = message.get_body(["plain"])
    headers = "\n".join(f"{name}: {value}" for name, value in message.items() if "boundary" not in value)
    return f"{headers}\n\n{body.get_content() if body else ''}".replace("\r\n", "\n")


def picture(page: str, to: Path) -> None:
    """The e-mail as a browser shows it, on a white sheet with a margin."""
    browser = shutil.which("chromium")
    if browser is None:
        print(f"{to.name} stays as it is: there is no chromium", file=sys.stderr)  # noqa: T201
        return
    with tempfile.TemporaryDirectory(prefix="anchorwatch-page-") as folder:
        sheet = Path(folder) / "page.html"
        sheet.write_text(
            f'<body style="margin:0;padding:24px;background:#fff">{page}</body>', encoding="utf-8"
        )
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
        ]
        size = ["--window-size=860,850", "--force-device-scale-factor=1.45", f"--screenshot={to}"]
        subprocess.run([browser, *flags, *size, sheet.as_uri()], check=True, capture_output=True, timeout=120)


def main() -> None:
    """Write the files."""
    if len(sys.argv) > 1:
        notice = from_demo(Path(sys.argv[1]))
    else:
        notice = msgspec.json.decode((PAGES / "notice.json").read_bytes(), type=Notice)
    PAGES.mkdir(exist_ok=True)
    for name, content in rendered(notice):
        (PAGES / name).write_text(content, encoding="utf-8")
        print(PAGES.name, name)  # noqa: T201
    picture((PAGES / "email.html").read_text(encoding="utf-8"), PAGES.parent / "images" / "page.png")


if __name__ == "__main__":
    main()
