"""One page as each sink shows it, in docs/pages: `anchorwatch demo --keep DIR`, then `python -m benchmarks.pages DIR`.

Without DIR the files are made again from the notice that is there (docs/pages/notice.json).
"""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
from sqlalchemy import create_engine, text

from connectors.sinks import pagerduty, slack, webhook
from connectors.sinks.alertmanager import AlertmanagerSink
from connectors.sinks.email import EmailSink
from connectors.sinks.http import Http
from monitor.domain.telling.notices import Notice
from reports.pages import mail, page

PAGES = Path(__file__).parent.parent / "docs" / "pages"


def from_demo(folder: Path) -> Notice:
    """The notice of the demo's last page, with both intents in it."""
    with create_engine(f"sqlite:///{folder / 'anchorwatch.db'}").connect() as connection:
        row = connection.execute(
            text("SELECT notice FROM notification WHERE kind LIKE 'incident.%' ORDER BY number DESC LIMIT 1")
        ).one()
    return msgspec.json.decode(row[0], type=Notice)


def rendered(notice: Notice) -> Iterator[tuple[str, str]]:
    """(file name, content) of each sink, as it leaves us."""
    title, sections = page.title(notice), page.sections(notice)
    yield "notice.json", _json(json.loads(msgspec.json.encode(notice)))
    yield "terminal.txt", page.text(notice)
    yield "email.html", mail.html(notice)
    yield "email.txt", _mail(notice)
    yield "slack.json", _json(slack.payload(title, sections))
    yield "webhook.json", _json(json.loads(webhook.payload(notice, title)))
    event = {"event_action": "trigger", "dedup_key": notice.dedup_key}
    event |= json.loads(msgspec.json.encode(pagerduty.triggered(notice, title, sections)))
    yield "pagerduty.json", _json({"routing_key": "(yours)", **event})
    yield "alertmanager.json", _json(_alerts(notice))


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _alerts(notice: Notice) -> object:
    sink = AlertmanagerSink("am", [], Http(lambda: notice.at + timedelta(seconds=1)), rows=page.member_rows)
    return json.loads(msgspec.json.encode(list(sink.alerts(notice))))


def _mail(notice: Notice) -> str:
    sink = EmailSink(
        "mail",
        "smtp.example.org",
        587,
        sender="anchorwatch@example.org",
        to=["oncall@example.org"],
        title=page.title,
        text=page.text,
        html=mail.html,
        security="none",
    )
    message = sink.message(notice)
    body = message.get_body(["plain"])
    headers = "\n".join(f"{name}: {value}" for name, value in message.items() if "boundary" not in value)
    return f"{headers}\n\n{body.get_content() if body else ''}".replace("\r\n", "\n")


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


if __name__ == "__main__":
    main()
