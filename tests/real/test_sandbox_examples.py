"""Magic values, faults and personas are those of the product's published list."""

import json
import os
from pathlib import Path
from typing import TypedDict

import pytest

from huoqi.sandbox.faults import KINDS
from huoqi.sandbox.magic_values import magic_values
from huoqi.sandbox.personas import PERSONAS

SHARED = Path(os.environ.get("HUOQI_SHARED", Path(__file__).parents[2].parent / "shared"))
FILE = SHARED / "domain" / "product-magic-values.json"
pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"LOUD: no list of magic values at {FILE}; set HUOQI_SHARED"
)
# Not among the published ones: a gated large day, a holder's other income, nobody to sign, files
# that come twice or late.
OWN = {"redemption_gate", "holder_income_off", "custodian_away", "file_duplicate", "file_late"}
#: A bank that one of its channels does not reach.
OWN_OF_BANKS = {"no_route"}
PLACES = {
    "card": ("cards", "last4", "example_icbc_debit_19"),
    "national_id": ("national_ids", "sequence", "example"),
    "amount": ("amounts", "fen_ending", "example_fen"),
}


class Published(TypedDict):
    """The list as it is published."""

    cards: list[dict[str, str | None]]
    national_ids: list[dict[str, str | None]]
    amounts: list[dict[str, str | None]]
    fund_manager_faults: list[dict[str, str]]
    bank_faults: list[dict[str, str]]
    personas: list[dict[str, str]]


@pytest.fixture(scope="module")
def published() -> Published:
    """Return the published list."""
    found: Published = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("where", sorted(PLACES))
def test_magic_values_are_the_published_ones_with_their_samples(
    published: Published, where: str
) -> None:
    section, ending, sample = PLACES[where]
    rows = {"cards": published["cards"], "national_ids": published["national_ids"]}
    wanted = [
        (row[ending], row["name"], row["code"] or "", row[sample])
        for row in rows.get(section, published["amounts"])
    ]

    found = [(v.ending, v.name, v.code, v.sample) for v in magic_values() if v.where == where]

    assert found == wanted


def test_every_published_fault_can_be_armed(published: Published) -> None:
    banks = {row["fault"] for row in published["bank_faults"]}
    managers = {row["fault"] for row in published["fund_manager_faults"]}

    of_banks = {kind.name for kind in KINDS.values() if kind.party == "bank"}
    assert of_banks - OWN_OF_BANKS == banks
    ours = {k.name for k in KINDS.values() if k.party == "fund-manager"}
    assert ours - OWN == managers
    assert ours >= OWN


def test_the_personas_are_the_published_ten_in_their_order(published: Published) -> None:
    assert [persona.name for persona in PERSONAS] == [row["id"] for row in published["personas"]]
