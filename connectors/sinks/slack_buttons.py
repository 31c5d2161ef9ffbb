"""Buttons under a page in Slack: what is pressed comes back to `/hooks/slack` of the watch room.

Source: Slack's docs, "Block Kit: interactive elements".
"""

from typing import Any

ACTION = "anchorwatch."
BLOCK = "anchorwatch:"
_NOTE = "note"


def blocks(dedup_key: str) -> list[dict[str, Any]]:
    """Two buttons, and a line for a note that is sent by Enter; each knows the incident by its block."""
    confirm = {
        "title": _text("Resolve it?"),
        "text": _text("Its intents are bet on anew, and everybody who was told hears that it is over."),
        "confirm": _text("Resolve"),
        "deny": _text("Cancel"),
    }
    return [
        {
            "type": "actions",
            "block_id": f"{BLOCK}{dedup_key}",
            "elements": [
                {"type": "button", "action_id": f"{ACTION}acknowledge", "text": _text("Acknowledge")},
                {
                    "type": "button",
                    "action_id": f"{ACTION}resolve",
                    "text": _text("Resolve"),
                    "style": "danger",
                    "confirm": confirm,
                },
            ],
        },
        {
            "type": "input",
            "block_id": f"{BLOCK}{dedup_key}:{_NOTE}",
            "dispatch_action": True,
            "label": _text("Note"),
            "element": {
                "type": "plain_text_input",
                "action_id": f"{ACTION}{_NOTE}",
                "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
            },
        },
    ]


def _text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words, "emoji": False}
