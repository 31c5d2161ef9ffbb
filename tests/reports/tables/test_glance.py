"""`anchorwatch status` and `--budget` on one screen: what a person sees at three in the morning, line by line."""

import io
from datetime import timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from monitor.cli.console import PlainConsole
from monitor.domain.detection.betting import Wealth
from monitor.domain.detection.detector import Detector
from monitor.domain.detection.money import Income, Rate
from monitor.domain.events.types import Design, Model
from monitor.domain.judging.judge import Coverage, Judgement, Verdict
from monitor.domain.judging.reasons import Suspicion, TooFewLabels
from monitor.domain.judging.state import Bet, CellLabels, CellState, HeldTo
from monitor.domain.judging.watching import Listed
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell
from monitor.review.ports.status import ModelLabels, Overview
from reports.render.blocks import View
from reports.render.terminal import print_view
from reports.tables.budget import budget_view
from reports.tables.status import status_view
from tests.reports.tables.overviews import JUDGED_AT, overview_of

TICKETS, MAILS = Model("tickets", "7"), Model("mails", "3")
FEW = TooFewLabels(0.016, 0.48, None, 2.9, 14.0)
OK, BLIND = Judgement(Verdict.OK), Judgement(Verdict.OK, (FEW,), Coverage.BLIND)
DEGRADED = Judgement(Verdict.DEGRADED)
SUSPECT = Judgement(Verdict.SUSPECT, (Suspicion(0.37), FEW), Coverage.BLIND)


def state(cell: Cell, judgement: Judgement, won: float = 0.0, *, watched: bool = True) -> CellState:
    """A cell held to .78 with 30 hits and 10 misses, of whose page so much is won."""
    wealth = Wealth(np.full(16, won), np.zeros(16), np.zeros(16, np.int64), np.zeros(16))
    labels = CellLabels(min_probability=0.02)
    for predicted, count in ((cell.intent, 30), ("other", 10)):
        labels.tally.count(predicted, cell.intent, count, Design.UNIFORM, 0.5, 0.02)
    income = Income((Rate(0, (0.002 if cell.slice_text else 0.04) / 365),))
    held = HeldTo(Listed() if watched else None, "id", 0.78, income)
    return CellState(cell, labels, held, Bet(Detector(wealth)), judgement)


def hits(found: int, missed: int) -> CellLabels:
    return CellLabels(Tally(found, {"other": missed}))


def two_models() -> Overview:
    """Two models of six intents in three channels: a slice of one broke, an intent of the other is suspected."""
    intents = ("gdpr_erasure_request", "refund", "cancel", "bug", "invoice", "tax")
    states = [
        state(Cell(model, intent, slice_), BLIND if slice_ else OK, watched=intent != "tax")
        for model in (TICKETS, MAILS)
        for intent in intents
        for slice_ in ("", "channel=email", "channel=chat", "channel=form")
    ]
    states[1] = state(states[1].cell, DEGRADED, 1.7)
    states[28] = state(states[28].cell, SUSPECT, 0.37)
    states.append(state(Cell.of_group(TICKETS, "rare"), OK))
    released = {model: JUDGED_AT - timedelta(days=60) for model in (TICKETS, MAILS)}
    labelling = [
        ModelLabels(TICKETS, JUDGED_AT - timedelta(hours=2), DelayHistogram(), 2_760, 9_000),
        ModelLabels(MAILS, JUDGED_AT - timedelta(days=400), DelayHistogram(), 1, 9_000),
    ]
    return overview_of(states, released, labelling=labelling)


def screen(view: View, width: int) -> list[str]:
    """The lines on a terminal of so many columns, without colours."""
    console = PlainConsole(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    print_view(console, view)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


SCREENS = {
    80: """
judged as of 2026-11-22 12:00 UTC
                                                not
intents of         degraded  suspect  seen  watched  labels        last label
────────────────────────────────────────────────────────────────────────────────
mails v3 (prod)           0        1     4        1  one in two    over a year
                                                     months        ago
tickets v7 (prod)         1        0     4        1  46 a day      2 h ago

broken or suspected
                                                      since
cell                             model       floor  release  of a page  verdict
────────────────────────────────────────────────────────────────────────────────
gdpr_erasure_re…[channel=email]  tickets v7   0.78     0.75  1.7 times  degraded
refund                           mails v3     0.78     0.75       37 %  suspect
not shown at this width: offline, outcomes, seen in

the rest
                           groups  intents  slices
──────────────────────────────────────────────────
a fall would page in time       1        8
blind for want of labels                        29
not watched, never pages                 2       6
every row: anchorwatch status --all; some of them: --model, --version, --intent,
--slice, --verdict, each with * and ?
""",
    120: """
judged as of 2026-11-22 12:00 UTC
intents of         degraded  suspect  seen  not watched  labels             last label
───────────────────────────────────────────────────────────────────────────────────────────
mails v3 (prod)           0        1     4            1  one in two months  over a year ago
tickets v7 (prod)         1        0     4            1  46 a day           2 h ago

broken or suspected
cell                                  model       offline  floor  since release  outcomes  of a page  seen in  verdict
───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
gdpr_erasure_request [channel=email]  tickets v7        -   0.78           0.75        40  1.7 times        -  degraded
refund                                mails v3          -   0.78           0.75        40       37 %    blind  suspect

the rest
                           groups  intents  slices
──────────────────────────────────────────────────
a fall would page in time       1        8
blind for want of labels                        29
not watched, never pages                 2       6
every row: anchorwatch status --all; some of them: --model, --version, --intent, --slice, --verdict, each with * and ?
""",
}


@pytest.mark.parametrize("width", [80, 120])
def test_two_models_with_three_channels_are_one_screen_with_what_is_broken_first(width: int) -> None:
    assert screen(status_view(two_models()), width) == SCREENS[width].strip().splitlines()


BUDGETS = {
    80: """
judged as of 2026-11-22 12:00 UTC
purse: no version was released yet; the first takes 0.25 of a page

mails v3 (prod)
watched                 share      labels  needs  to 0.39  to 0.60      to 0.75
───────────────────────────────────────────────────────────────────────────────
bug                      8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
cancel                   8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
gdpr_erasure_request     8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
invoice                  8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
refund                   8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
bug [channel=chat]       0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
bug [channel=email]      0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
bug [channel=form]       0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
cancel [channel=chat]    0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
cancel [channel=email]   0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
not shown at this width: of what comes by the day, 1 more: to 0.39, 1 more: to
0.60
and 10 more cells with 4.0% together: anchorwatch status --budget --all

tickets v7 (prod)
watched                share      labels  needs  to 0.39  to 0.60      to 0.75
──────────────────────────────────────────────────────────────────────────────
bug                     8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
cancel                  8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
gdpr_erasure_request    8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
group rare              8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
invoice                 8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
refund                  8.0%  4.7 a week    2.8   32.0 d    113 d  over a year
bug [channel=chat]      0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
bug [channel=email]     0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
bug [channel=form]      0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
cancel [channel=chat]   0.4%  4.7 a week    3.9   44.7 d    168 d  over a year
not shown at this width: of what comes by the day, 1 more: to 0.39, 1 more: to
0.60
and 11 more cells with 4.4% together: anchorwatch status --budget --all
100% of what comes by the day, half of 1 false page a year, is given out over 41
watched cells; the other half is for releases
`to 0.39`: after how many days a fall to that recall pages, about, with the
labels that come now; `1 more`: how many days sooner with a label more a day.
`needs`: how many labels a day page a fall by 0.30 within 14 days
""",
    120: """
judged as of 2026-11-22 12:00 UTC
purse: no version was released yet; the first takes 0.25 of a page

mails v3 (prod)
                               of what comes by                                                      1 more:  1 more: to
watched                 share  the day               labels  needs  to 0.39  to 0.60      to 0.75    to 0.39        0.60
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
bug                      8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year    -17.6 d     -61.2 d
cancel                   8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year    -17.6 d     -61.2 d
gdpr_erasure_request     8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year    -17.6 d     -61.2 d
invoice                  8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year    -17.6 d     -61.2 d
refund                   8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year    -17.6 d     -61.2 d
bug [channel=chat]       0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year    -25.3 d     -94.2 d
bug [channel=email]      0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year    -25.3 d     -94.2 d
bug [channel=form]       0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year    -25.3 d     -94.2 d
cancel [channel=chat]    0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year    -25.3 d     -94.2 d
cancel [channel=email]   0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year    -25.3 d     -94.2 d
and 10 more cells with 4.0% together: anchorwatch status --budget --all

tickets v7 (prod)
                              of what comes by                                                    1 more: to  1 more: to
watched                share  the day               labels  needs  to 0.39  to 0.60      to 0.75        0.39        0.60
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
bug                     8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year     -17.6 d     -61.2 d
cancel                  8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year     -17.6 d     -61.2 d
gdpr_erasure_request    8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year     -17.6 d     -61.2 d
group rare              8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year     -17.6 d     -61.2 d
invoice                 8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year     -17.6 d     -61.2 d
refund                  8.0%  ■■■■■■■■■■■■■■■■  4.7 a week    2.8   32.0 d    113 d  over a year     -17.6 d     -61.2 d
bug [channel=chat]      0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year     -25.3 d     -94.2 d
bug [channel=email]     0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year     -25.3 d     -94.2 d
bug [channel=form]      0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year     -25.3 d     -94.2 d
cancel [channel=chat]   0.4%  ■                 4.7 a week    3.9   44.7 d    168 d  over a year     -25.3 d     -94.2 d
and 11 more cells with 4.4% together: anchorwatch status --budget --all
100% of what comes by the day, half of 1 false page a year, is given out over 41 watched cells; the other half is for
releases
`to 0.39`: after how many days a fall to that recall pages, about, with the labels that come now; `1 more`: how many
days sooner with a label more a day. `needs`: how many labels a day page a fall by 0.30 within 14 days
""",
}


@pytest.mark.parametrize("width", [80, 120])
def test_the_budget_of_two_models_is_one_screen_and_adds_up_what_does_not_fit(width: int) -> None:
    view = budget_view(two_models(), every_row=False)
    assert screen(view, width) == BUDGETS[width].strip().splitlines()


def test_an_intent_that_keeps_its_promise_names_its_broken_slice_beside_its_verdict() -> None:
    lines = screen(status_view(two_models(), every_row=True), 160)
    assert [line.split("  ")[0] for line in lines if line.endswith("but degraded in channel=email")] == [
        "gdpr_erasure_request"
    ]
    assert len([line for line in lines if "but" in line.split()]) == 1


def test_what_is_more_than_a_screen_is_counted_with_how_to_see_it() -> None:
    many = [state(Cell(TICKETS, f"intent_{n:02d}"), DEGRADED, 2.0 - n / 100) for n in range(30)]
    lines = screen(status_view(overview_of(many)), 80)
    assert [line.split()[0] for line in lines if line.endswith("degraded")] == [
        f"intent_{n:02d}" for n in range(12)
    ]
    assert "and 18 more: anchorwatch status --verdict degraded, or suspect" in lines
    assert len(lines) < 30


def test_where_nothing_is_broken_it_says_so_and_few_cells_are_shown_as_they_are() -> None:
    fine = [state(Cell(TICKETS, f"intent_{n:02d}"), OK) for n in range(21)]
    assert "nothing is broken or suspected" in screen(status_view(overview_of(fine)), 80)
    few = screen(status_view(overview_of(fine[:20])), 80)
    assert len([line for line in few if line.startswith("intent_")]) == 20


def test_versions_that_cannot_be_told_apart_are_counted_and_those_that_can_are_named_with_their_model() -> (
    None
):
    canary = Model("tickets", "8")
    states = [
        replace(state(Cell(model, f"intent_{n:02d}"), OK), labels=found)
        for model, found in ((TICKETS, hits(40, 0)), (canary, hits(40, 0)))
        for n in range(12)
    ]
    states[12] = replace(states[12], labels=hits(5, 60))
    lines = screen(status_view(overview_of(states)), 120)
    assert [line for line in lines if "v8" in line and "v7" in line] == [
        "tickets (prod): v8 finds fewer intent_00 than v7: recall is 0.92 lower (0.62 to 0.99)",
        "v8 and v7 of tickets (prod) cannot be told apart on 11 watched intents",
    ]
