"""In: nothing. Out: what people ask for, by intent and manner; `{slot}` names a list in `fragments.SLOTS`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from monitor.demo.fragments import Bank, bank

# How often each manner of an intent below is used; an intent not named here has one manner.
WEIGHTS: Final[Mapping[str, tuple[float, ...]]] = {
    "gdpr_erasure": (0.53, 0.28, 0.19),
    "data_export_request": (0.45, 0.35, 0.20),
    "cancel_account": (0.55, 0.45),
    "feature_request": (0.50, 0.28, 0.22),
}

CORES: Final[Mapping[str, tuple[Bank, ...]]] = {
    "gdpr_erasure": (
        # says what it is
        bank("""
            gdpr, erase what you hold about {me} | i want my personal data erased |
            right to be forgotten pls | delete all personal info you have of {me} |
            gdpr delete request for {me} | erase {me} from your systems |
            want my personal data gone, all of it, gdpr | you must erase my data by law |
            erasure of everything about {me} please
        """),
        # sounds like leaving
        bank("""
            delete my account and all my data | close my account and wipe everything |
            remove {me} from your site | get rid of my account, nothing left over |
            i quit, delete every trace of {me} | please cancel and remove all my details |
            want to be deleted completely | delete {me} pls | take my account down with everything in it |
            cancel it all and forget {me} | account removal incl. what you stored, for {me} |
            shut my profile down and clean up after
        """),
        # sounds like a wish for the product
        bank("""
            is there a way to delete all my {things} and history for good |
            how can i wipe the {thing} and my name |
            can you make it so that {me} does not show up in the {thing} |
            option to remove all my old {things}? | would like to remove {me} from all {things} |
            where is the button to delete everything about {me} |
            could you purge my {things} and the {thing} | need to clear all {things} with {me} in it
        """),
    ),
    "data_export_request": (
        # says what it is
        bank("""
            i want a copy of my personal data | subject access request for {me} |
            send me the data you hold on {me} | gdpr copy of all data about {me} |
            what personal data do you have on {me}, send it over |
            data access request, whatever you store of {me} | please provide my personal data, all of it
        """),
        # sounds like a wish for the product
        bank("""
            can i export all my {things} | need everything u have on {me} |
            is there a way to download all my {things} | how do i get all my stuff out as {file} |
            would like an export of the {thing} and all my {things} |
            export of everything in {file} possible? | want to pull all my {things} and the {thing} out |
            download button for the whole {thing} history? |
            can you add up all {things} of {me} and send as {file} |
            looking for a full dump in {file} of my {things}
        """),
        # sounds like leaving
        bank("""
            closing my account, send me my stuff first | i am leaving, want all of my {things} back |
            before you cancel my account give me everything |
            we stop using it, need a copy of our {things} | cancelling soon, how do i keep my {things} |
            end of contract, hand over what is mine | give me back what i put in the {thing} over {long} |
            moving away, need my {things} as {file}
        """),
    ),
    "cancel_account": (
        # cancels
        bank("""
            cancel my account | please close our account {when} | i want to cancel the {plan} |
            how do i cancel | stop my subscription {when} | end the {plan} please |
            we want out of the {plan} | cancel everything for {who} and me |
            please terminate the contract {when} | not renewing the {plan}, please cancel |
            i need to quit the {plan} before {month} | cancelation of the {plan}, how? |
            dont renew us in {month} | we are leaving, cancel please
        """),
        # deletes
        bank("""
            delete my account | delete my account please and the {things} | remove my account {when} |
            close my account and delete the {things} | please delete our workspace and the {plan} |
            get rid of my account | take my account down {when} | account can be removed, i am done |
            shut down our account | close it all down {when} | remove us, we moved to {tool} |
            delete the account of {who} | deactivate me please | i quit, close my profile {when}
        """),
    ),
    "feature_request": (
        # wants something new
        bank("""
            would be great to have a {thing} in the {thing} | please add {file} to the {thing} |
            feature idea: sort {things} by {day} | can you build a {thing} for {things} |
            wish the {thing} had colours | any chance of a better {thing} for {who}? |
            could you make the {thing} work with {app} | missing: a way to group {things} |
            suggestion for the {thing}: shortcuts | it would help if {things} had reminders |
            dark mode for the {thing}? | we need recurring {things}, is that planned? |
            can the {thing} show {things} by week | idea, let {who} comment in the {thing}
        """),
        # wants something out
        bank("""
            is there a way to export {things} as {file} | export button for the {thing} please |
            can i download the {thing} as {file} | would like to export all {things} at once |
            please add a bulk download of {things} | need to get {things} out of the {thing} as {file} |
            send the {thing} as {file} every {day}, possible? | copy of all {things} to {app} would be nice
        """),
        # wants something gone
        bank("""
            option to delete many {things} at once? | how can i wipe the old {things} in one go |
            please let us remove {things} in bulk | would like to hide my name in the {thing} |
            is there a way to clear the {thing} for good | auto delete for {things} after {long} please |
            could you add a button to purge {things} | where is the option to empty the {thing}
        """),
    ),
    "billing_question": (
        bank("""
            why was i charged {sum} {cur} {when} | what is the {sum} {cur} charge in {month} |
            my card was billed {sum} for the {plan} | how much is the {plan} per seat |
            got charged twice? {sum} and {sum} | question about the price of the {plan} |
            do you charge tax on {sum} {cur} | the {month} charge of {sum} {cur} is higher, why |
            can we pay {sum} {cur} by bank transfer | when will the {plan} be charged next |
            payment of {sum} {cur} failed {when} | whats the cost if {who} goes on the {plan} |
            change the credit card we pay with | is the {plan} billed in {cur} or {cur} |
            discount on the {plan} for charities? | our billing says {sum} but the price is {sum}
        """),
    ),
    "login_problem": (
        bank("""
            cant log in {when} | password reset mail never comes | locked out of my login on {browser} |
            login loops on {browser} | my password is not accepted {when} |
            2fa code never arrives, cant sign in | {who} cant log in on {browser} |
            forgot my password and the reset link expired | log in page says wrong password on {browser} |
            new phone, lost the authenticator, cannot log in
        """),
    ),
    "refund_request": (
        bank("""
            refund me, i want my money back, {sum} {cur} | refund for {month} please |
            refund the {sum} {cur} from {when} |
            please refund, give the {sum} {cur} back, it was a mistake |
            we want a refund of {sum} for the {plan} | still waiting for my refund of {sum} {cur} |
            refund, money back for the {plan}, bought it by mistake | you owe {who} a refund of {sum} |
            where is the refund promised {when}
        """),
    ),
    "bug_report": (
        bank("""
            bug: the {thing} crashes with {code} | bug, the {thing} freezes on {browser} |
            {things} vanish when i save, bug? | error {code} when opening the {thing} |
            the {thing} shows wrong {things} {when}, looks like a bug |
            crash on {browser} when i drag {things} | saving in the {thing} gives {code} error |
            found a bug, {things} are doubled in the {thing} |
            typing in the {thing} crashes {browser} with an error
        """),
    ),
    "integration_help": (
        bank("""
            how do i connect {app} | {app} integration wont connect {when} | need help to set up {app} |
            api token to connect {app}, where? | the integration with {app} lost its connection {when} |
            which api scope does {app} need | {app} gives {code} when we connect it via api |
            setting up {app}, the webhook url is refused | docs for connecting {app} are out of date
        """),
    ),
    "invite_teammate": (
        bank("""
            how do i invite {who} | add {who} to our team please, invite |
            the invite for {who} never arrived | invitation link for {who} expired |
            want to add a seat and invite {who} | {who} joined us, invite to the {thing} please |
            cannot invite {who}, says no seats | please resend the team invite to {who} |
            invite {who} with admin rights in our team
        """),
    ),
    "invoice_copy": (
        bank("""
            need the invoice for {month} | invoice for {month} is missing the vat number |
            please resend the {month} invoice as pdf |
            our accountant wants every invoice {month} to {month} |
            where can i find the invoice of {month} | wrong address on the {month} invoice |
            receipt and invoice for {sum} {cur} please | put the po number on the invoice for {month}
        """),
    ),
    "outage_report": (
        bank("""
            is the site down? | everything is down {when} | site is down, nothing loads on {browser} |
            service down, {code}, for the whole team | your servers are down again {when} |
            whole site down {when}, status page says ok |
            total outage here, site is not reachable on {browser} | the site is down for {who} and me |
            site outage? whole office gets {code}, nothing loads
        """),
    ),
}
