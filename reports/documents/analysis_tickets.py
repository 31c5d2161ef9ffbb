"""A broken cell in; its missed tickets out: what they were taken for, which part they are of, how they look."""

from monitor.domain.analysis.analysis import MemberAnalysis, Style
from monitor.domain.events.names import NO_ANSWER
from monitor.domain.text.plain import plain
from reports.documents.charts import shares
from reports.figures import answer
from reports.render.blocks import Block, TableCell
from reports.words.causes import causes

LOOKS = 6
CHANCE = 0.05


def missed_tickets(member: MemberAnalysis) -> list[Block]:
    """All that is known of them."""
    return [
        *_shifts(member),
        Block(heading="Which tickets are missed", level=3, bullets=causes(member)),
        *_styles(member),
    ]


def _shifts(member: MemberAnalysis) -> list[Block]:
    if not member.shifts:
        return []
    rows: list[list[str | TableCell]] = []
    # An anchor of a recall alone missed some, and nobody recorded where they went: that is not none.
    recorded = member.offline.value >= 1 or any(shift.offline for shift in member.shifts)
    shown = [shift for at, shift in enumerate(member.shifts) if at < LOOKS or shift.intent == NO_ANSWER]
    for shift in shown:
        offline = f"{shift.offline_share:.0%} offline" if recorded else "not recorded offline"
        words = f"{answer(shift.intent)}: {shift.live_share:.0%} live, {offline}"
        rows.append(
            [
                answer(shift.intent),
                f"{shift.live} ({shift.live_share:.0%})",
                f"{shift.offline} ({shift.offline_share:.0%})" if recorded else "not recorded",
                TableCell("", picture=shares(shift.live_share, shift.offline_share, plain(words))),
            ]
        )
    left = len(member.shifts) - len(shown)
    return [
        Block(
            heading="Where the misses went",
            level=3,
            columns=("predicted instead", "live", "the anchor's own misses", ""),
            rows=rows,
            notes=[f"and {left} more intents"] if left > 0 else [],
        )
    ]


def _styles(member: MemberAnalysis) -> list[Block]:
    pairs = (
        ("How missed tickets look beside hit ones", ("missed", "hit"), member.missed_style),
        ("How missed tickets look beside the anchor's examples", ("missed", "anchor"), member.anchor_style),
    )
    styles = [_style(heading, sides, style) for heading, sides, style in pairs if style is not None]
    if styles:
        return styles
    words = "The tickets came without texts, or before texts were described: how they look is not known."
    return [Block(heading="How the tickets look", level=3, lines=[words])]


def _style(heading: str, sides: tuple[str, str], style: Style) -> Block:
    telling = [look for look in style.looks if look.p < CHANCE]
    words = f"{style.left} {sides[0]} against {style.right} {sides[1]}"
    apart = f"; a classifier tells them apart with {style.apart}" if style.apart else ""
    unlike = "" if telling else "; no descriptor differs beyond chance"
    return Block(
        heading=heading,
        level=3,
        lines=[f"{words}{apart}{unlike}."],
        columns=("descriptor", *sides, "AUC", "chance"),
        rows=[
            [
                look.name.replace("_", " "),
                f"{look.left:.2f}",
                f"{look.right:.2f}",
                f"{look.auc:.2f}",
                _chance(look.p),
            ]
            for look in telling[:LOOKS]
        ],
    )


def _chance(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "under 0.001"
