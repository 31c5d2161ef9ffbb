"""An incident's analysis in; HTML, Markdown, JSON and tables for a terminal out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from monitor.domain.analysis.analysis import Analysis
from monitor.domain.incidents.incidents import IncidentState
from reports.documents.analysis_member import member_blocks
from reports.documents.lifecycle import stages
from reports.figures import LOOKED_AT, moment
from reports.objects import as_object, json_text
from reports.render import html as pages
from reports.render import markdown as texts
from reports.render.blocks import Block, View
from reports.words import deploys, history
from reports.words.grades import sentence

_TO_FILL_IN = (
    "Root cause, in a sentence",
    "Who was hurt, and what was done for them",
    "What will be changed so that it does not come again, by whom, and until when",
    "Which real tickets are held aside from now on",
)


def title(analysis: Analysis) -> str:
    """What the report is about."""
    return f"Incident {analysis.incident}: {analysis.model} ({analysis.environment})"


def content(analysis: Analysis) -> dict[str, Any]:
    """Every number (to twelve digits); reasons and stages in words."""
    members = [
        {
            **as_object(member),
            "grade_reasons": [sentence(reason) for reason in member.grade_reasons],
            "lifecycle": stages(member),
            "corrections": member.lifecycle.corrected,
            "weak": member.lifecycle.weak,
        }
        for member in analysis.members
    ]
    lines = [{**line._asdict(), "why": history.sentence(line.why)} for line in analysis.history]
    whole: dict[str, Any] = as_object({**as_object(analysis), "history": lines, "members": members})
    return whole


def json(analysis: Analysis) -> str:
    """The same as text; the same analysis gives the same bytes."""
    return json_text(content(analysis))


def html(analysis: Analysis, tickets: Sequence[Block] = ()) -> str:
    """A page that opens anywhere: no script, nothing fetched."""
    return pages.html(title(analysis), blocks(analysis, tickets))


def markdown(analysis: Analysis, tickets: Sequence[Block] = ()) -> str:
    """The same for a wiki or a pull request."""
    return texts.markdown(title(analysis), blocks(analysis, tickets))


def view(analysis: Analysis, tickets: Sequence[Block] = ()) -> View:
    """The same for a terminal, and for programs."""
    return View(blocks(analysis, tickets), content(analysis), title(analysis))


def files(analysis: Analysis, tickets: Sequence[Block] = ()) -> dict[str, str]:
    """The three files by name. The `tickets` by id are in those for people alone."""
    name = f"incident-{analysis.incident}"
    return {
        f"{name}.html": html(analysis, tickets),
        f"{name}.md": markdown(analysis, tickets),
        f"{name}.json": json(analysis),
    }


def blocks(analysis: Analysis, tickets: Sequence[Block] = ()) -> list[Block]:
    """The whole report in its order: each broken cell, missed `tickets`, what happened, and what is left to a person.

    An analysis holds no id of a ticket, so that it can be kept; who shows it may give some that are still there.
    """
    ended = history.ending(analysis.state, analysis.history)
    state = "Open" if analysis.state == IncidentState.OPENED else ended[:1].upper() + ended[1:]
    over = f", closed {moment(analysis.closed_at)}" if analysis.closed_at else ""
    written = f"This was written {moment(analysis.made_at)}. {LOOKED_AT}"
    head = f"{state}; opened {moment(analysis.opened_at)}{over}. {written}"
    members = [block for member in analysis.members for block in member_blocks(member, analysis.deploys)]
    happened = Block(
        heading="What happened",
        columns=("when", "who", "what", "why"),
        rows=[[moment(at), who, what, why] for at, who, what, why in sorted(_events(analysis), key=_at)],
    )
    questions = list(
        dict.fromkeys(ask for member in analysis.members for stage in stages(member) for ask in stage.open)
    )
    left = Block(
        heading="For a person to answer",
        lines=["What nobody recorded is not guessed. Answer it here, or say that it cannot be known."],
        boxes=[*questions, *_TO_FILL_IN],
    )
    return [Block(lines=[head]), *members, *tickets, happened, left]


def _events(analysis: Analysis) -> Iterator[tuple[datetime, str, str, str]]:
    """The incident's history, and the deploys soon before it."""
    for deploy in analysis.deploys:
        yield deploy.at, deploy.author, "deploy", deploys.what(deploy)
    for event in analysis.history:
        yield event.at, event.who, event.what, history.sentence(event.why)


def _at(event: tuple[datetime, str, str, str]) -> datetime:
    return event[0]
