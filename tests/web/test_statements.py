"""Statements: the screens' own totals, the same bytes each time, not before the month is over."""

import csv
import hashlib
import io

import pytest

from tests.web.company import Company, Customer, ok


@pytest.fixture(scope="module")
def holder(company: Company) -> Customer:
    """Return a customer who bought in May, redeemed in May, and lives on the second of June."""
    customer = company.ready_customer()
    ok(customer.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 10}))
    body = {
        "fund": ok(customer.get("/v1/holdings"))["data"][0]["fund"],
        "speed": "normal",
        "units": {"units": "25000", "scale": 2},
    }
    customer.grant = ok(customer.post("/v1/step-ups", customer.password))["grant"]
    ok(customer.post("/v1/redemptions", body, key="r1"))
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"to": "2015-06-02T12:00:00+08:00"}))
    return customer


def rows_of(customer: Customer) -> list[dict[str, str]]:
    """Return the rows of May's file."""
    text = customer.get("/v1/me/statements/2015-05.csv").text
    return list(csv.DictReader(io.StringIO(text)))


def hundredths(text: str) -> int:
    """Return a decimal text as an integer of hundredths."""
    return int(text.replace(".", "") or 0)


def test_a_statement_adds_up_and_says_what_the_screens_say(
    company: Company, holder: Customer
) -> None:
    (listed,) = ok(holder.get("/v1/me/statements"))["data"]
    (sums,) = listed["funds"]
    rows = rows_of(holder)

    assert [row["kind"] for row in rows if row["kind"] != "income"] == [
        "opening",
        "purchase",
        "redemption",
        "closing",
    ]
    (seal,) = ok(holder.get("/v1/seals?date=2015-05-31"))["data"]
    assert [row["seal_root"] for row in rows] == [""] * (len(rows) - 1) + [seal["root"]]
    moved = sum(hundredths(row["units"]) for row in rows)
    assert hundredths(rows[0]["units_after"]) + moved == hundredths(rows[-1]["units_after"])
    assert sums["closing"]["units"] == str(hundredths(rows[-1]["units_after"]))
    month = ok(holder.get(f"/v1/holdings/{sums['fund']}/income?month=2015-05"))
    assert month["total"] == sums["income"]
    assert hundredths(rows[-1]["income_yuan"]) == int(sums["income"]["amount"]) > 0


def test_files_are_the_same_bytes_each_time_and_carry_their_hash(holder: Customer) -> None:
    listed = ok(holder.get("/v1/me/statements"))["data"][0]
    for name in ("2015-05.csv", "2015-05.pdf?lang=en", "2015-05.pdf?lang=zh-CN"):
        first, again = (holder.get(f"/v1/me/statements/{name}") for _ in range(2))
        assert first.content == again.content
        digest = hashlib.sha256(first.content).hexdigest()
        assert first.headers["huoqi-file-sha256"] == digest
        assert (digest == listed["csv_sha256"]) == name.endswith("csv")
        assert first.content.startswith(b"on,kind," if name.endswith("csv") else b"%PDF-")


def test_a_month_that_is_not_over_is_refused_with_its_day(holder: Customer) -> None:
    refused = holder.get("/v1/me/statements/2015-06.csv")

    assert (refused.status_code, refused.json()["code"]) == (409, "statement.not_ready")
    assert refused.json()["facts"]["ready_on"] == "2015-07-01"
    assert ok(holder.get("/v1/me/statements"))["next_on"] == "2015-07-01"


def test_who_never_held_anything_has_no_statement(company: Company) -> None:
    customer = company.register()

    assert ok(customer.get("/v1/me/statements"))["data"] == []
    assert customer.get("/v1/me/statements/2015-04.pdf").status_code == 409
