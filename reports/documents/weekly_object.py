"""A week's report in, the same for programs out: every figure unrounded."""

import math
from datetime import timedelta
from typing import Any

from monitor.domain.weekly.report import IntentWeek, WeekReport
from reports.documents.weekly_slices import slices_object
from reports.objects import as_object as as_plain
from reports.tables import corrections
from reports.tables.early import early_object
from reports.words.history import ending
from reports.words.reasons import sentence
from reports.words.weekly import advice, change, full_name


def as_object(report: WeekReport) -> dict[str, Any]:
    """Everything, unrounded."""
    return {
        "week": str(report.week),
        "begin": report.week.begin.isoformat(),
        "end": report.week.end.isoformat(),
        "made_at": report.made_at.isoformat(),
        "judged_at": report.judged_at.isoformat() if report.judged_at else None,
        "early": [early_object(note) for note in report.early],
        "pages": report.pages,
        "pages_in_52_weeks": report.pages_in_a_year,
        "false_pages_per_year": report.false_pages_per_year,
        "past": report.past,
        "broken": [full_name(cell) for cell in report.degraded],
        "suspects": [full_name(intent.cell) for intent in report.suspects],
        "changes": [change(news) for news in report.changes],
        "next": [] if report.past else [advice(news) for news in report.next],
        "attachments": as_plain(report.attachments),
        "incidents": [
            {
                "incident": incident.number,
                "model": incident.model,
                "state": incident.state,
                "ended": ending(incident.state, incident.history) if incident.closed else None,
                "opened": incident.opened.isoformat(),
                "closed": incident.closed.isoformat() if incident.closed else None,
                "cells": list(incident.cells),
                "to_notice_s": _seconds(incident.to_notice),
                "to_acknowledge_s": _seconds(incident.to_acknowledge),
                "to_resolve_s": _seconds(incident.to_resolve),
            }
            for incident in report.incidents
        ],
        "models": [
            {
                "model": model.model.name,
                "version": model.model.version,
                "environment": model.model.environment,
                "predictions": model.predictions,
                "labelled": model.labelled,
                "median_label_delay_within_s": _finite(model.delay_s),
                "anchor": as_plain(model.anchor),
                "grades": model.grades,
                "second_readings": as_plain(model.readings),
                "abstentions": as_plain(model.abstentions),
                "out_of_scope": [
                    {"abstained": count.hits, "accepted": count.misses} for count in model.out_of_scope
                ],
                "intents": [_intent_object(intent) for intent in model.intents],
            }
            for model in report.models
        ],
    }


def _intent_object(intent: IntentWeek) -> dict[str, Any]:
    return {
        "intent": intent.cell.display,
        "verdict": intent.judgement.verdict.value,
        "coverage": intent.judgement.coverage.value,
        "reasons": [sentence(reason) for reason in intent.judgement.reasons],
        "evidence": intent.evidence,
        "watched": intent.watched,
        "weighted": intent.weighted,
        "offline": intent.offline,
        "offline_support": intent.offline_support,
        "floor": intent.floor,
        "grade": intent.grade or None,
        "live": as_plain(intent.live),
        "live_support": intent.live_support,
        "days_until_a_fall_is_seen": _finite(intent.unseen_days),
        "weeks": [
            {
                "hits": count.hits,
                "misses": count.misses,
                "no_answer": count.unanswered,
                "recall": count.recall(weighted=intent.weighted),
            }
            for count in intent.trend
        ],
        "corrections": corrections.as_object(intent.corrected),
        "weak": as_plain(intent.weak),
        "slices": slices_object(intent.slices),
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _finite(value: float | None) -> float | None:
    """JSON has no infinity: what never comes is null."""
    return value if value is not None and math.isfinite(value) else None
