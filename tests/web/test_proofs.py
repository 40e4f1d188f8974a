"""Proofs over HTTP: small, signed by three, of the balance that the app shows."""

import hashlib
from datetime import date

import pytest

from huoqi.close.rules.proofs import Signature, Signer, is_signed, verify
from huoqi.close.rules.root_lists import require_chained
from huoqi.close.rules.seal_tree import read_statement
from tests.web.company import FUND, Company, Customer, ok


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


def test_everybody_reads_the_list_of_roots_and_can_check_its_chain(
    company: Company, holder: Customer
) -> None:
    first = ok(company.http.get("/v1/seals?limit=2"))
    rest = ok(company.http.get(f"/v1/seals?limit=500&cursor={first['next_cursor']}"))
    listed = [*first["data"], *rest["data"]]
    statements = [read_statement(bytes.fromhex(each["statement"])) for each in listed]

    assert [each.on.isoformat() for each in statements] == [each["on"] for each in listed]
    assert require_chained(statements) == statements[::-1]
    assert rest["next_cursor"] is None
    keys = keys_of(holder)
    for each in listed:
        content = bytes.fromhex(each["statement"])
        assert each["statement_sha256"] == hashlib.sha256(content).hexdigest()
        for row in each["signatures"]:
            signed = Signature(bytes.fromhex(row["public_key"]), bytes.fromhex(row["signature"]))
            assert signed.public_key == keys[Signer(row["signer"])]
            assert is_signed(signed, content=content)


def test_one_day_of_the_list_is_what_its_proof_and_its_close_name(
    company: Company, holder: Customer
) -> None:
    (seal,) = ok(company.http.get("/v1/seals?date=2015-05-13"))["data"]
    proof = verify(holder.get("/v1/me/proof?date=2015-05-13").content)
    closed = ok(company.staff(f"/v1/close/{FUND}/2015-05-13"))

    assert seal["root"] == proof.statement.root.hex() == closed["seal"]["root"]
    assert closed["seal"]["signers"] == ["platform", "fund_manager", "custodian"]
    assert ok(company.http.get("/v1/seals?date=2030-01-01"))["data"] == []
    assert ok(company.http.get("/v1/seals?fund=990009"))["data"] == []


def test_a_missing_custodian_is_told_and_asked_again_by_hand(
    company: Company, holder: Customer
) -> None:
    manager = f"/v1/sandbox/fund-manager/{FUND}/faults"
    ok(company.staff(manager, "POST", {"fault": "custodian_away", "params": {"hours": 30}}))
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    newest = ok(company.staff("/v1/close"))["days"][0]["on"]
    path = f"/v1/close/{FUND}/{newest}"
    seal = ok(company.staff(path))["seal"]
    assert (seal["state"], seal["missing"], seal["root"]) == ("blocked", "custodian:away", None)
    assert ok(company.staff(path))["cockpit"][-1]["waits_for"] == "custodian"
    ok(company.staff(f"{path}/seal", "POST"))
    assert ok(company.staff(path))["seal"]["state"] == "blocked"
    missing = holder.get(f"/v1/me/proof?date={newest}")
    assert (missing.status_code, missing.json()["code"]) == (404, "close.not_sealed")

    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 1}))
    assert ok(company.staff(path))["seal"]["state"] == "done"
    assert holder.get(f"/v1/me/proof?date={newest}").status_code == 200


def test_two_people_let_the_platform_sign_a_day(company: Company, holder: Customer) -> None:
    newest = ok(company.staff("/v1/close"))["days"][0]["on"]
    proposed = ok(company.staff(f"/v1/close/{FUND}/{newest}/seal-approval", "POST"))["approval"]

    assert (proposed["kind"], proposed["object_id"]) == ("close.seal", f"{FUND}:{newest}")
    assert proposed["object_version"] == ok(company.staff(f"/v1/close/{FUND}/{newest}"))["root"]
    checker = {"Authorization": f"Bearer {company.key('approver', label='seals')}"}
    path = f"/v1/approvals/{proposed['id']}/decision"
    decided = ok(company.http.post(path, json={"verdict": "approve"}, headers=checker))
    assert decided["approval"]["state"] == "approved"
    early = company.staff(f"/v1/close/{FUND}/2030-01-01/seal-approval", "POST")
    assert (early.status_code, early.json()["code"]) == (409, "close.not_closed")
