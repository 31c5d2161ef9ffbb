"""Cells and models as rows, and back."""

from datetime import datetime
from typing import Any

import msgspec

from connectors.times import from_us, to_us
from monitor.domain.detection.detector import loads
from monitor.domain.judging.judge import Judgement, Verdict
from monitor.domain.judging.reasons import BlindCause, Reason
from monitor.domain.judging.state import CellState, ModelState
from monitor.domain.judging.watching import WhyWatched
from monitor.domain.labelling.delays import DelayHistogram
from monitor.domain.labelling.labelling import Labelling
from monitor.domain.labelling.rhythm import Rhythm
from monitor.domain.recall.tally import Tally
from monitor.domain.slices.cells import Cell

CELL = (
    "tally",
    "watched",
    "anchor_id",
    "floor",
    "threshold",
    "outcomes_per_year",
    "rate_from",
    "detector",
    "onset_us",
    "verdict",
    "reasons",
    "min_probability",
    "weighted",
    "maturity_s",
    "identified",
    "rhythm",
    "blind_since_us",
    "told",
    "silent_since_us",
    "silence_told",
    "replay",
)
MODEL = ("outcomes", "first_prediction_us", "first_label_us", "last_label_us", "labelling", "delays")

Row = tuple[Any, ...]
_encode = msgspec.json.encode
_tally = msgspec.json.Decoder(Tally)
_reasons = msgspec.json.Decoder(tuple[Reason, ...])
_why_watched: msgspec.json.Decoder[WhyWatched] = msgspec.json.Decoder(WhyWatched)
_rhythm = msgspec.json.Decoder(Rhythm)
_labelling = msgspec.json.Decoder(Labelling)
_delays = msgspec.json.Decoder(DelayHistogram)


def cell_state(
    cell: Cell,
    tally: str,
    watched: str,
    anchor_id: str | None,
    floor: float | None,
    threshold: float | None,
    outcomes_per_year: float | None,
    rate_from: str,
    detector: str | None,
    onset_us: int | None,
    verdict: str,
    reasons: str,
    min_probability: float,
    weighted: int,
    maturity_s: float | None,
    identified: int,
    rhythm: str,
    blind_since_us: int | None,
    told: str,
    silent_since_us: int | None,
    silence_told: int,
    replay: int,
) -> CellState:
    """A stored cell, its columns in the order of `CELL`, as the domain knows it."""
    return CellState(
        cell,
        _tally.decode(tally),
        _watched(watched),
        anchor_id,
        floor,
        threshold,
        outcomes_per_year,
        rate_from,
        loads(detector) if detector else None,
        _at(onset_us),
        Judgement(Verdict(verdict or "unanchored"), _reasons.decode(reasons)),
        min_probability,
        bool(weighted),
        maturity_s,
        bool(identified),
        _rhythm.decode(rhythm),
        _at(blind_since_us),
        BlindCause(told) if told else None,
        _at(silent_since_us),
        bool(silence_told),
        bool(replay),
    )


def cell_row(state: CellState) -> Row:
    """A cell as its columns, in the order of `CELL`."""
    return (
        _encode(state.tally).decode(),
        _watched_column(state.watched),
        state.anchor_id,
        state.floor,
        state.threshold,
        state.outcomes_per_year,
        state.rate_from,
        state.detector.dumps() if state.detector else None,
        to_us(state.onset) if state.onset else None,
        state.judgement.verdict.value,
        _encode(state.judgement.reasons).decode(),
        state.min_probability,
        state.weighted,
        state.maturity_s,
        state.identified,
        _encode(state.rhythm).decode(),
        to_us(state.blind_since) if state.blind_since else None,
        state.told or "",
        to_us(state.silent_since) if state.silent_since else None,
        state.silence_told,
        state.replay,
    )


def model_state(
    outcomes: int,
    first_prediction_us: int | None,
    first_label_us: int | None,
    last_label_us: int | None,
    labelling: str,
    delays: str,
) -> ModelState:
    """A stored model, its columns in the order of `MODEL`."""
    return ModelState(
        outcomes,
        _at(first_prediction_us),
        _at(first_label_us),
        _at(last_label_us),
        _labelling.decode(labelling),
        _delays.decode(delays),
    )


def _at(us: int | None) -> datetime | None:
    return from_us(us) if us is not None else None


def model_row(state: ModelState) -> Row:
    """A model as its columns, in the order of `MODEL`."""
    times = (state.first_prediction, state.first_label, state.last_label)
    return (
        state.outcomes,
        *(to_us(at) if at else None for at in times),
        _encode(state.labelling).decode(),
        _encode(state.delays).decode(),
    )


def _watched(column: str) -> WhyWatched | None:
    """JSON; where an earlier version wrote words (`listed`, `rare: …`), those as they stand."""
    if not column:
        return None
    return _why_watched.decode(column) if column.startswith("{") else column


def _watched_column(why: WhyWatched | None) -> str:
    return why or "" if why is None or isinstance(why, str) else _encode(why).decode()
