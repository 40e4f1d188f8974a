"""Proofs over HTTP: small, signed by three, of the balance that the app shows."""

import hashlib
from datetime import date

import pytest

from huoqi.close.rules.proofs import Signer, verify
from tests.web.company import Company, Customer, ok


@pytest.fixture(scope="module")
def holder(company: Company) -> Customer:
    """Return a customer who bought on the first day, some days later."""
    customer = company.ready_customer()
    ok(customer.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 4}))
    return customer


def keys_of(customer: Customer) -> dict[Signer, bytes]:
    keys = ok(customer.get("/v1/proof-keys"))["keys"]
    assert all(each["simulated"] for each in keys)
    return {Signer(each["signer"]): bytes.fromhex(each["public_key"]) for each in keys}


def test_a_proof_of_the_latest_closed_day_holds(holder: Customer) -> None:
    answer = holder.get("/v1/me/proof")

    assert answer.status_code == 200, answer.text
    assert len(answer.content) <= 2_048
    assert answer.headers["huoqi-file-sha256"] == hashlib.sha256(answer.content).hexdigest()
    proof = verify(answer.content, trusted=keys_of(holder))
    (holding,) = ok(holder.get("/v1/holdings"))["data"]
    assert str(proof.leaf.units_e2) == holding["units"]["units"]
    name = f"huoqi-proof-990001-{proof.statement.on.isoformat()}.hqp"
    assert name in answer.headers["content-disposition"]


def test_the_same_day_gives_the_same_bytes(holder: Customer) -> None:
    first, again = (holder.get("/v1/me/proof?date=2015-05-13") for _ in range(2))

    assert first.content == again.content
    assert verify(first.content).statement.on == date(2015, 5, 13)


def test_statements_are_chained(holder: Customer) -> None:
    holder.get("/v1/me/proof")
    earlier, later = (
        verify(holder.get(f"/v1/me/proof?date=2015-05-{on}").content) for on in (13, 14)
    )
    # The signed statement stands behind the head of the file.
    content = holder.get("/v1/me/proof?date=2015-05-13").content[15 : 15 + 113]

    assert later.statement.previous_sha256 == hashlib.sha256(content).digest()
    assert earlier.leaf.units_e2 < later.leaf.units_e2


def test_a_day_that_is_not_closed_has_no_proof(holder: Customer) -> None:
    answer = holder.get("/v1/me/proof?date=2030-01-01")

    assert (answer.status_code, answer.json()["code"]) == (404, "close.not_sealed")


def test_who_holds_nothing_has_no_proof(company: Company) -> None:
    answer = company.ready_customer().get("/v1/me/proof?date=2015-05-13")

    assert (answer.status_code, answer.json()["code"]) == (404, "close.not_in_book")


def test_nobody_gets_a_proof_without_a_session(company: Company) -> None:
    assert company.http.get("/v1/me/proof").status_code == 401
