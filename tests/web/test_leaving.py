"""A server that is asked to stop while the clock moves: the journey stays, to be gone on with."""

from collections.abc import Iterator

import pytest

from huoqi.web.machine import Machine
from tests.web.company import Company, ok


@pytest.fixture
def machine(company: Company) -> Iterator[Machine]:
    """Return the application's parts; the server stays when the test is over."""
    found: Machine = company.app.state.machine
    yield found
    found.leaving.clear()


@pytest.mark.parametrize(
    ("path", "body"),
    [("advance", {"days": 3}), ("advance", {"months": 1}), ("closes", {"count": 2})],
)
def test_a_journey_is_left_where_it_stands_and_resumed_later(
    company: Company, machine: Machine, path: str, body: dict[str, int]
) -> None:
    began_at = ok(company.staff("/v1/sandbox/clock"))["business_time"]
    machine.leaving.set()

    refused = company.staff(f"/v1/sandbox/clock/{path}", "POST", body)
    assert (refused.status_code, refused.json()["code"]) == (503, "clock.left_under_way")
    assert refused.headers["retry-after"] == "1"
    stands = ok(company.staff("/v1/sandbox/clock"))
    assert (stands["state"], stands["stopped_by"]) == ("advancing", "")
    assert refused.json()["facts"]["at"] == stands["business_time"] > began_at

    again = company.staff("/v1/sandbox/clock/resume", "POST")
    assert again.json()["code"] == "clock.left_under_way"

    machine.leaving.clear()
    done = ok(company.staff("/v1/sandbox/clock/resume", "POST"))
    assert (done["state"], done["business_time"]) == ("ready", stands["target"])
