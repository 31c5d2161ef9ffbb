"""In: nothing. Out: the fragments of a ticket around what it asks for; `{slot}` names a list in SLOTS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Bank = tuple[str, ...]


def bank(text: str) -> Bank:
    """Fragments with bars between them, on as many lines as it takes."""
    return tuple(" ".join(text.split()).split(" | "))


SLOTS: Final[Mapping[str, Bank]] = {
    "tool": bank("""
        another tool | a cheaper one | our own system | plain spreadsheets | what head office uses |
        something simpler | a rival of yours | the suite our parent company has
    """),
    "plan": bank("""
        pro plan | team plan | starter plan | yearly plan | monthly plan | business tier | old plan
    """),
    "when": bank("""
        today | yesterday | this morning | last week | since monday | two days ago | on the 3rd |
        right after lunch | since the update | last night | end of the month | by friday
    """),
    "thing": bank("""
        board | calendar | report | timeline | invoice page | mobile app | search | dashboard | comments |
        task list | timesheet | archive | template library | notes
    """),
    "things": bank("""
        projects | tasks | reports | contacts | old comments | time entries | boards | files |
        customer records | tags | attachments | drafts | form replies
    """),
    "app": bank("""
        our crm | the calendar sync | the chat bot | our webhook | the rest api | the zap we built |
        our warehouse | single sign on | the mail plugin | the git hook | the ticket bridge
    """),
    "who": bank("""
        my boss | our accountant | the new girl | my colleague | our intern | a freelancer | hr | my wife |
        the auditor | somebody from sales | our cfo | two contractors
    """),
    "sum": bank("""
        49 | 89.90 | 120 | 19 | 340 | 12.50 | 75 | 228 | 1,140 | 64 | 39 | 510
    """),
    "cur": bank("""
        eur | usd | gbp | euros | bucks | quid
    """),
    "file": bank("""
        csv | excel | pdf | a zip | json | a spreadsheet
    """),
    "day": bank("""
        mon | tuesday | wednesday | thurs | friday | the weekend
    """),
    "month": bank("""
        january | feb | march | april | may | june | july | aug | september | oct | november
    """),
    "code": bank("""
        500 | 403 | E-17 | timeout | 504 | code 42 | null something | a blank page | err_7
    """),
    "browser": bank("""
        firefox | chrome | safari | my phone | the ipad | edge | the desktop app | android
    """),
    "name": bank("""
        Sam | Priya | Tom | Lena | J. | Marek | Dee | Okan | Ruth | Ines | Bo | Carla | mike
    """),
    "long": bank("""
        3 years | a few months | ages | half a year | since the beta | about a year | two seasons
    """),
    "me": bank("""
        me | my name | my person | us | my late father | my son | me and my wife | my old profile
    """),
}

OPENERS: Final = bank("""
    hi | hello | hey there | hi team | morning | hey guys | to whoever reads this | quick one | hi again |
    sorry to bother | second time writing | hello support | ok so | good day | yo | hi its {name} |
    as said on the phone {when} | not sure this is the right place but | still no answer from {day} so |
    following up on my mail from {day} | writing for {who}
""")

SIGN_OFFS: Final = bank("""
    thx | thanks | cheers {name} | ty | {name} | regards {name} | asap pls | thanks in advance |
    sent from my phone | tia | waiting... | br {name} | let me know | need this by {day} |
    pls reply {when} | call me if unclear | kind of urgent | no rush | - {name} | answer to {who} too pls
""")

FORWARDS: Final[Bank] = (
    "---------- Forwarded message ---------\nFrom: {name}\nSubject: Re: {thing}\n\n",
    "FW: from {who}\n> ",
    "fwd, see below\n\n> ",
    "Begin forwarded message:\nFrom: {name}\n\n",
    "Von: {name}\nBetreff: AW: {thing}\n\n",
    "got this from {who}, can you handle it?\n>> ",
)

CHATTER: Final = bank("""
    been with you for {long} | we are a team of {sum} | i asked {who} already and they didnt know |
    tried it on {browser} too | the help page doesnt say anything | this is for {who} |
    not very happy right now | last time it took you {long} | {who} told me to write here |
    cant find it in the settings | we use the {thing} mostly | on the {plan} btw |
    saw your mail from {day} | its been like this {when} | hope you can sort it out |
    i already looked at the {thing} | my colleague wrote you {when} | dont send me to the bot again |
    from {browser}, sorry for the typos | you have my details already | happens to {who} as well |
    we talked about it {when}
""")

# What says nothing about the wish: a few people write no more than this.
VAGUE: Final = bank("""
    about my account | question about the {thing} | its about the {plan} | can someone call me |
    pls help with the {thing} | same as {when} | see attached | its for {who}, you know what i mean
""")

# What people say besides: a second topic in the same ticket.
ASIDES: Final = bank("""
    also love the new {thing} | and btw the {thing} is slow | ps how much is the {plan}? |
    also {who} needs a login | also whats with the {sum} {cur} fee |
    and the {thing} looks odd on {browser} | oh and can you stop the newsletter |
    separate thing, {app} is broken again | also can i get the bill for {month} |
    and do you still do the {plan}? | btw is there a dark mode
""")

REASONS: Final[Mapping[str, Bank]] = {
    "cancel_account": bank("""
        we moved to {tool} | too expensive for what it is | nobody uses it since {month} |
        company is closing | i only needed it for one job | not renewing the {plan} |
        we go with {tool} from {month} | budget got cut | dont want to pay for {month} | project is over |
        no longer need it | dont want any of my data left there | please remove my details too |
        and wipe everything
    """),
    "feature_request": bank("""
        would save us hours | {tool} has that | every week we do it by hand | {who} keeps asking for it |
        happy to beta test | is it on the roadmap? | would upgrade to the {plan} for that |
        right now i copy all of it by hand | would be so useful | any plans? |
        i want all my data in one place
    """),
    "billing_question": bank("""
        who decides that? | the price page says {sum} | thought we had the {plan} | {who} wants to know |
        please explain | doesnt add up | my bank asks | last month it was {sum} | card ends in 4{sum}
    """),
    "login_problem": bank("""
        i cant get in | the login is stuck | password is right im sure | locked out since {when} |
        reset did not help | sign in worked {when}
    """),
    "refund_request": bank("""
        please refund | i want the money back on my card | refund it to {who} | never used it so refund me |
        you promised a refund | money back within 30 days you say
    """),
    "bug_report": bank("""
        looks like a bug | it crashes every time | error is {code} | it freezes then the error comes |
        same bug on {browser} | screenshot of the error attached
    """),
    "integration_help": bank("""
        the api docs dont help | the connection to {app} worked before | api key is new |
        webhook url is right | who can help with the integration | its the api v2
    """),
    "invite_teammate": bank("""
        the invite should go to {who} | our team has free seats | {who} joined the team {when} |
        invite mail is not in spam | no invite arrived | new in our team
    """),
    "invoice_copy": bank("""
        invoice as pdf please | our books need the invoice | the invoice number is missing |
        invoice goes to {who} | vat id must be on the invoice | no invoice came by mail
    """),
    "outage_report": bank("""
        whole site is down | nothing loads at all | is it an outage | down for everyone here |
        site is unreachable | is the server down
    """),
    "gdpr_erasure": bank("""
        i dont use it anymore | moved to {tool} | no longer need it | dont want you to keep it |
        its my right | i never agreed to this | since i left the company in {month} | got spam again |
        {who} says i can ask that | i am not a customer anymore | and confirm when done | we split up
    """),
    "data_export_request": bank("""
        before i leave | for my own records | {who} needs it | we move to {tool} | for the lawyer |
        by end of {month} | i copy all of it by hand now | its about me so i should get it |
        my right i think | no idea where to find it | in {file} if possible | going back to {month}
    """),
}
