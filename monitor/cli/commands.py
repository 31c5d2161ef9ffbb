"""Every command: its name, where it is, and its line in `--help`. A command is imported when it is used.

So `anchorwatch --help` needs none of them, and `anchorwatch status` nothing of what Kafka or a report need.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """`place` is "module:function" in this folder; `help` is the first paragraph of the function's docstring."""

    place: str
    help: str


class CommandGroup(NamedTuple):
    """Commands under a word of their own."""

    help: str
    commands: Mapping[str, Command]


COMMANDS: Mapping[str, Command | CommandGroup] = {
    "init": Command(
        "init:init",
        "Write a configuration with comments, and example events beside it. Asks in a terminal what no flag says.",
    ),
    "run": Command("run:run", "Watch the configured topics, or files with --input."),
    "status": Command(
        "status:status",
        "Print on one screen what broke, what is suspected, and what cannot be seen, as it was last judged.",
    ),
    "serve": Command(
        "serve:serve",
        "Show the watch room to a browser on this machine: what `status` and `incident` say, and the same actions.",
    ),
    "doctor": Command(
        "doctor:doctor",
        "Check everything the agent depends on. Sends no message and changes nothing. Exit 1 on a fault.",
    ),
    "gate": Command(
        "gate:gate",
        "Exit 0 where every watched intent keeps its promise, 1 where one broke it, 3 where nobody can tell yet.",
    ),
    "backtest": Command(
        "backtest:backtest",
        "Which pages would these settings have sent, how soon, and how many false ones?",
    ),
    "what-if": Command(
        "what_if:what_if",
        "Who would have which share of the false pages, and when a fall would be seen, by other settings.",
    ),
    "runbook": Command(
        "runbook:runbook", "Show what to do about something you were told, or list every runbook."
    ),
    "erase": Command(
        "erase:erase",
        "Erase predictions with their labels and outcomes, count the tallies down, and print a receipt.",
    ),
    "archive": Command(
        "archive:archive",
        "Write what retention will drop, and every new label, into the archive; each once, however often it runs.",
    ),
    "demo": Command(
        "demo:demo",
        "Watch a classifier ship, fail on real tickets, and be caught: broker, agent and page included.",
    ),
    "events": CommandGroup(
        "Predictions and labels: are they what the agent reads?",
        {
            "check": Command(
                "events:check",
                "Decode every record as the agent would, and say of each that is refused why, and what to do."
                " Exit 1 on one.",
            ),
            "refused": Command(
                "events:refused",
                "The records that were refused: how many by code, what each code means, and where the newest lay.",
            ),
            "schema": Command("events:schema", "Print the JSON Schema of a record."),
        },
    ),
    "labels": CommandGroup(
        "Labels: which to get, and what people said.",
        {
            "import": Command(
                "labels_import:import_",
                "Take labels in from a file, each once; exit 1 where some are refused. Importing it again changes"
                " nothing.",
            ),
            "plan": Command(
                "labels_plan:plan",
                "How many labels a day see a fall of each intent in time, by which design; or how soon so many a day"
                " do.",
            ),
            "draw": Command(
                "labels_draw:draw",
                "Draw tickets to label among those that came since the last draw."
                " Each keeps the chance that it had.",
            ),
            "early": Command(
                "labels_early:early",
                "What fell before any label told why, and which unlabelled tickets would tell.",
            ),
            "drawn": Command(
                "labels_draw:drawn",
                "Every draw: when, how many tickets had a chance, and how many it came to.",
            ),
            "disputed": Command(
                "labels_disputed:disputed",
                "The tickets to have read again, the most telling first, and why.",
            ),
            "studio-config": Command(
                "labels_studio:studio_config",
                "Print a labelling configuration for Label Studio, with the known intents as choices.",
            ),
        },
    ),
    "anchor": CommandGroup(
        "The offline numbers a model shipped on.",
        {
            "audit": Command(
                "audit:audit",
                "Grade each intent's offline number: untrusted, soft or trusted, with the reasons."
                " No label is needed.",
            ),
            "compare-generated": Command(
                "audit:compare",
                "Hold a generated set against real examples: does it simulate them, or the generator's own habits?",
            ),
            "import": Command(
                "anchor:import_",
                "Keep the offline recall of a model version. Importing the same numbers again changes nothing.",
            ),
            "attach-examples": Command(
                "anchor:attach_examples",
                "Add the evaluated examples behind an anchor that was made from a report.",
            ),
            "activate": Command("anchor:activate", "Hold a model to an anchor from the next evaluation on."),
            "diff": Command(
                "anchor:diff",
                "What changes, intent by intent, if an anchor is activated; nothing is written.",
            ),
            "list": Command("anchor:list_", "Every anchor, and which ones are active."),
            "show": Command(
                "anchor:show",
                "What an anchor promises, intent by intent, and where its numbers came from.",
            ),
        },
    ),
    "incident": CommandGroup(
        "What broke, and what became of it.",
        {
            "list": Command("incident:list_", "Every incident, newest first."),
            "ack": Command(
                "oncall:acknowledge",
                "Say that you are on it: sinks that page stop, the incident stays open until recall is back.",
            ),
            "resolve": Command(
                "resolve:resolve",
                "Say that it is over. Its intents are judged anew from here on, and page again if they fall again.",
            ),
            "note": Command("oncall:note", "Add a line to an incident's history; nobody is told."),
            "analyze": Command(
                "analysis:analyze",
                "Where, since when, whom, why, and whether the offline number deserved to be believed.",
            ),
            "replay": Command(
                "analysis:replay",
                "Make a bundle's analysis anew; no database is needed."
                " Exit code 1 if a number differs from the bundle's own.",
            ),
            "tickets": Command(
                "incident:tickets",
                "The labelled tickets that were missed since the onset, by id, the newest first.",
            ),
            "show": Command(
                "incident:show", "One incident: its members with their numbers, and its history."
            ),
        },
    ),
    "version": CommandGroup(
        "The versions of your models.",
        {
            "list": Command(
                "version:list_",
                "Every version: whether it answers requests, since when, and who retired it.",
            ),
            "compare": Command(
                "version:compare",
                "Each watched intent's recall of two or more versions side by side, and whether they differ.",
            ),
            "retire": Command(
                "version:retire",
                "Take a version out of the budget, of `status` and of advice. Labels that still come are counted.",
            ),
            "revive": Command("version:revive", "Take a retired version back; its bets go on as they were."),
        },
    ),
    "silence": CommandGroup(
        "Hear nothing of some cells for a while.",
        {
            "add": Command(
                "silence:add",
                "Keep quiet about what fits, until then. What is still broken afterwards is told.",
            ),
            "list": Command(
                "silence:list_", "The silences that hold now, newest first; below them Alertmanager's."
            ),
            "expire": Command("silence:expire", "End a silence now."),
        },
    ),
    "deploy": CommandGroup(
        "What went live, to stand beside the falls that came soon after.",
        {
            "note": Command(
                "deploy:note", "Note a deploy: incidents that begin within a day after it show it."
            ),
            "list": Command("deploy:list_", "Every deploy that is noted, the latest first."),
        },
    ),
    "sink": CommandGroup(
        "The ways to reach people.",
        {
            "list": Command(
                "sink:list_",
                "Every sink, what waits for it and how long, when it is tried again, and what it did last.",
            ),
            "test": Command(
                "try_sink:send_test",
                "Send a real message that says it is a test, and say whether it was taken.",
            ),
        },
    ),
    "token": CommandGroup(
        "Who may enter the watch room.",
        {
            "add": Command(
                "token:add",
                "Let a person into the watch room: prints their token, this once, and keeps its hash.",
            ),
            "list": Command("token:list_", "Everybody who has a token, and what they may do."),
            "remove": Command(
                "token:remove",
                "Take a person's token back: it lets nobody in any more, and their sessions end at once.",
            ),
        },
    ),
    "report": CommandGroup(
        "What people read once a week.",
        {
            "weekly": Command(
                "report:weekly",
                "Every model and intent, the incidents, what changed, and what to do next.",
            ),
        },
    ),
    "worksheet": CommandGroup(
        "The five questions about a generated set of examples.",
        {
            "check": Command(
                "worksheet:check", "Name each red flag with what to do. Exit code 1 where there is one."
            ),
        },
    ),
    "config": CommandGroup(
        "The configuration.",
        {
            "check": Command(
                "config:check",
                "List every problem with its place and exit 2, or say that there is none. Connects to nothing.",
            ),
            "show": Command("config:show", "Print what is in force, as JSON; secrets are starred out."),
            "schema": Command("config:schema", "Print the JSON Schema of a configuration file, for editors."),
            "try-mapping": Command(
                "config:try_mapping",
                "Print what a sample becomes, field by field, and why a record is refused. Exit 1 on one. Writes"
                " nothing.",
            ),
        },
    ),
}
