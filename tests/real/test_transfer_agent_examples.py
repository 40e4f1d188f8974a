"""The transfer agent's own arithmetic against the published acceptance examples of the fund."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from huoqi.sandbox.transfer_agent.answering import PURCHASE, REDEMPTION, Gate, Trade, answers_to
from huoqi.sandbox.transfer_agent.sharing import share_income

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
EXAMPLES = SHARED / "data" / "fund" / "allocation_examples.json"
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_file(), reason=f"LOUD: no acceptance data at {EXAMPLES}; set HUOQI_SHARED"
)


def examples(kind: str) -> list[dict[str, Any]]:
    """Return the examples of a kind; without the file none, and the test says so."""
    return json.loads(EXAMPLES.read_text())[kind] if EXAMPLES.is_file() else []


@pytest.mark.parametrize("case", examples("allocation"), ids=lambda case: case["id"])
def test_every_published_allocation_is_the_agents_too(case: dict[str, Any]) -> None:
    holders = sorted(case["accounts"], key=lambda holder: holder["account"])
    shared = share_income(
        np.array([holder["units_cents"] for holder in holders], dtype=np.int64),
        income_per_10k_e5=case["rate_1e5"],
        given_income_fen=case["fund_income_given_fen"],
    )

    expected = case["expected"]
    told = dict(zip((h["account"] for h in case["accounts"]), expected["income_fen"], strict=True))
    assert shared.income_fen == expected["sign"] * abs(expected["fund_income_fen"])
    assert shared.incomes_fen.tolist() == [told[holder["account"]] for holder in holders]


def trade_of(number: int, business: str, units_e2: int, *, defers: bool) -> Trade:
    """Return an order of its own account."""
    return Trade(
        serial=f"{number:024}",
        order_on=1,
        fund="990001",
        business=business,
        account_no=100 + number,
        amount_fen=units_e2,
        units_e2=units_e2,
        defers=defers,
        takes_income=False,
    )


@pytest.mark.parametrize("case", examples("large_redemption"), ids=lambda case: case["id"])
def test_every_published_large_day_is_the_agents_too(case: dict[str, Any]) -> None:
    redemptions = [
        trade_of(order["order"], REDEMPTION, order["units_cents"], defers=order["flag"] == "1")
        for order in case["orders"]
    ]
    bought = case["purchases_cents"] + case["switch_in_cents"] - case["switch_out_cents"]
    # An even amount: magic endings would change what it buys.
    parts = [bought // 2, bought - bought // 2] if bought % 2 == 0 else [bought - 1, 1]
    purchases = [
        trade_of(900 + n, PURCHASE, part, defers=False) for n, part in enumerate(parts) if part
    ]
    answers = answers_to(
        [*redemptions, *purchases],
        held_e2={trade.account_no: trade.units_e2 for trade in redemptions},
        total_e2=case["previous_day_units_cents"],
        gate=Gate(case["accept_pct_of_units"]),
    )

    redeemed = [answer for answer in answers if answer.trade.business == REDEMPTION]
    assert [answer.units_e2 for answer in redeemed] == case["expected"]["accepted_cents"]
    assert [answer.deferred_e2 for answer in redeemed] == case["expected"]["deferred_cents"]
