"""A customer's days with a manager in files, over HTTP: bought, earned, tied out, redeemed."""

from collections.abc import Iterator

import pytest

from huoqi.bootstrap.manager_files import PARTIES, ManagerChosen, require_same_manager
from huoqi.bootstrap.settings import Settings, read_settings
from huoqi.events.queries import events_after
from tests.web.company import FUND, ROOT, Company, Customer, ok, served_company


@pytest.fixture(scope="module")
def company(database_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Return a company whose transfer agent is a process beside it."""
    data = tmp_path_factory.mktemp("data")
    with served_company(database_dsn, data=data, manager="files") as made:
        yield made


@pytest.fixture(scope="module")
def holder(company: Company) -> Customer:
    """Return a customer who bought 10,000.00, three days later."""
    customer = company.ready_customer()
    ok(customer.buy(1_000_000))
    company.pump()
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 3}))
    return customer


def test_income_comes_and_every_day_ties_with_the_files(company: Company, holder: Customer) -> None:
    held = ok(holder.get(f"/v1/holdings/{FUND}"))["holding"]
    explained = ok(holder.get(f"/v1/holdings/{FUND}/days/2015-05-12"))
    closed = ok(company.staff(f"/v1/close/{FUND}/2015-05-12"))

    assert int(held["units"]["units"]) > 1_000_000
    assert (int(explained["income"]["amount"]), explained["status"]) == (132, "confirmed")
    assert explained["source"] == "OFD_99_H0_20150512_07.TXT"
    assert explained["register_row"]["source"] == "OFD_99_H0_20150512_05.TXT"
    assert (closed["state"], closed["breaks"]) == ("done", [])


def test_the_monitor_has_each_file(company: Company, holder: Customer) -> None:
    files = ok(company.staff("/v1/staff/manager-files?day=2015-05-12"))["data"]

    assert {(file["type"], file["state"]) for file in files} >= {
        (each, "accepted") for each in ("02", "04", "25", "05", "06", "07")
    }
    assert {file["agent"] for file in files} == {PARTIES.transfer_agent}


def test_that_a_person_was_named_to_the_agent_is_told(company: Company, holder: Customer) -> None:
    with company.platform.database.work(while_advancing=True) as work:
        told = [
            event.data["purpose"]
            for event in events_after(work, seq=0, limit=5_000)
            if event.type == "customer.identity.read"
        ]

    assert "fund.account_opening" in told


def test_units_go_back_by_files(company: Company, holder: Customer) -> None:
    body = {"fund": FUND, "units": {"units": "500000", "scale": 2}, "speed": "normal"}
    order = ok(holder.post("/v1/redemptions", body, key="slow"))["order"]
    ok(company.staff("/v1/sandbox/clock/advance", "POST", {"days": 4}))

    assert ok(holder.get(f"/v1/orders/{order['id']}"))["order"]["state"] == "paid_out"
    assert ok(company.staff("/v1/staff/breaks"))["data"] == []


def test_a_branch_is_refused_with_what_to_do(company: Company, holder: Customer) -> None:
    refused = company.staff("/v1/sandbox/branches", "POST", {"name": "holiday"})

    assert (refused.status_code, refused.json()["code"]) == (409, "branch.manager_in_files")


def test_a_company_stays_with_its_manager(company: Company, holder: Customer) -> None:
    other: Settings = read_settings({"HUOQI_MANAGER": "simulated"}, root=ROOT)

    with (
        company.platform.database.work(while_advancing=True) as work,
        pytest.raises(ManagerChosen),
    ):
        require_same_manager(work, settings=other)
